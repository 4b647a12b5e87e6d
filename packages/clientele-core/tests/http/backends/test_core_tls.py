"""Whom a backend trusts, which certificate it shows, and what it leaves as it is."""

from __future__ import annotations

import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from clientele.http.backends.tls import (
    checked_certificate,
    client_context,
    lent,
    public_context,
    tls_verification,
    unlent,
    with_certificate,
)
from clientele.http.errors import ConfigurationError

HOST = "server.example"


class Files(NamedTuple):
    """A CA, a certificate of it, and its key, plain and with the password `planted`."""

    ca: Path
    chain: Path
    key: Path
    encrypted: Path
    together: Path


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def files(ca: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Files:
    leaf = ca.issue_cert("client@example.com")
    folder = tmp_path_factory.mktemp("tls")
    paths = Files(*(folder / f"{name}.pem" for name in Files._fields))
    chain, key = leaf.cert_chain_pems[0].bytes(), leaf.private_key_pem.bytes()
    password = BestAvailableEncryption(b"planted")
    encrypted = load_pem_private_key(key, None).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, password)
    for path, content in zip(paths, [ca.cert_pem.bytes(), chain, key, encrypted, key + chain], strict=True):
        path.write_bytes(content)
    return paths


def server_of(ca: trustme.CA, host: str = HOST) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert(host).configure_cert(context)
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


def shaken(client: ssl.SSLContext, server: ssl.SSLContext, host: str = HOST) -> tuple[ssl.SSLObject, ssl.SSLObject]:
    """Both ends after their handshake, which needs no socket."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = client.wrap_bio(back, there, server_hostname=host), server.wrap_bio(there, back, server_side=True)
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return ends


def verified(verify: Any) -> ssl.SSLContext:
    context = tls_verification(verify)
    assert not isinstance(context, bool)
    return context


@pytest.mark.parametrize("verify", [True, False])
def test_a_switch_is_left_to_the_library(verify: bool) -> None:  # noqa: FBT001
    """CAP-1 True and False stay what they are."""
    assert tls_verification(verify) is verify


@pytest.mark.parametrize("as_type", [str, Path])
def test_a_ca_path_is_trusted_alone(as_type: Callable[[Path], Any], ca: trustme.CA, files: Files) -> None:
    """CAP-1 certificates of this CA are good for their host; those of others, and for other hosts, are not."""
    context = verified(as_type(files.ca))
    assert len(context.get_ca_certs()) == 1
    assert shaken(context, server_of(ca))[0].version()
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken(context, server_of(trustme.CA()))
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken(context, server_of(ca, "other.example"))


@pytest.mark.parametrize(
    "verify", [None, 1, b"/ca.pem", ["/ca.pem"], "", "/no/such/file.pem", "nul\0.pem", "empty.pem", "key.pem"]
)
def test_what_is_no_verification_is_refused(verify: Any, tmp_path: Path, files: Files) -> None:
    """CAP-1 when it is configured, by name; an empty path isn't this folder, and a key is no CA."""
    (tmp_path / "empty.pem").touch()
    path = {"empty.pem": str(tmp_path / "empty.pem"), "key.pem": str(files.key)}
    with pytest.raises(ConfigurationError, match=r"^the place: "):
        tls_verification(path.get(verify, verify) if isinstance(verify, str) else verify, "the place")


class Recorder:
    """In the place of a context: it keeps what is called and set."""

    def __init__(self) -> None:
        object.__setattr__(self, "changes", list[str]())

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: self.changes.append(name)

    def __setattr__(self, name: str, value: object) -> None:
        self.changes.append(name)


WRITERS = [name for name in dir(ssl.SSLContext) if name.startswith(("load_", "set_"))]
SETTABLE = [
    "check_hostname", "hostname_checks_common_name", "keylog_filename", "maximum_version", "minimum_version",
    "num_tickets", "options", "post_handshake_auth", "sni_callback", "verify_flags", "verify_mode",
]  # fmt: skip


@pytest.mark.parametrize("name", WRITERS)
def test_no_method_writes_to_a_lent_context(name: str) -> None:
    """CAP-1 none of those that this Python's contexts have."""
    recorder = Recorder()
    getattr(lent(cast(ssl.SSLContext, recorder)), name)("x", y="z")
    assert recorder.changes == []


@pytest.mark.parametrize("name", SETTABLE)
def test_no_attribute_of_a_lent_context_is_set(name: str) -> None:
    """CAP-1 a library that sets one goes on as if it had."""
    recorder = Recorder()
    setattr(lent(cast(ssl.SSLContext, recorder)), name, 0)
    assert recorder.changes == []


def test_a_lent_context_is_never_changed(ca: trustme.CA, files: Files) -> None:
    """CAP-1 after all that libraries do to one it trusts, checks and offers what it did before."""
    context = ssl.create_default_context(cafile=files.ca)
    before = {name: getattr(context, name) for name in SETTABLE}
    ciphers, stored = context.get_ciphers(), context.cert_store_stats()
    borrowed = verified(context)
    borrowed.set_alpn_protocols(["h2"])
    borrowed.load_default_certs()
    borrowed.load_verify_locations(cadata=trustme.CA().cert_pem.bytes().decode())
    borrowed.load_cert_chain(files.together)
    borrowed.set_ciphers("AES128-SHA")
    borrowed.check_hostname = False
    borrowed.verify_mode = ssl.CERT_NONE
    borrowed.options |= ssl.OP_NO_TLSv1_3
    borrowed.minimum_version = ssl.TLSVersion.TLSv1
    assert before == {name: getattr(context, name) for name in SETTABLE}
    assert (ciphers, stored) == (context.get_ciphers(), context.cert_store_stats())
    client, server = shaken(borrowed, server_of(ca))
    assert (client.selected_alpn_protocol(), server.getpeercert()) == (None, None)
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken(borrowed, server_of(trustme.CA()))


def test_a_lent_context_can_be_read(files: Files) -> None:
    """CAP-1 and has the user's values, those that are set later too."""
    context = ssl.create_default_context(cafile=files.ca)
    borrowed = lent(context)
    context.set_alpn_protocols(["http/1.1"])
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    assert borrowed.minimum_version is ssl.TLSVersion.TLSv1_3
    assert context.get_ca_certs() == borrowed.get_ca_certs()


def test_a_lent_context_can_be_taken_back() -> None:
    """CAP-1 for a library that wants the user's own, and only reads it; one that isn't lent is itself."""
    context = ssl.create_default_context()
    assert context is unlent(lent(context)) is unlent(context)


def test_a_context_is_made_of_what_is_configured(ca: trustme.CA, files: Files) -> None:
    """CAP-1 True trusts the public authorities, False anybody, and a path its own; a certificate is shown by each."""
    asking = server_of(ca)
    ca.configure_trust(asking)
    asking.verify_mode = ssl.CERT_OPTIONAL
    certified = client_context(verified(files.ca), files.together)
    assert (client_context(verify=True).check_hostname, client_context(verify=True).verify_mode) == (
        True, ssl.CERT_REQUIRED,
    )  # fmt: skip
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken(client_context(verify=True), asking)
    for context, shows in (
        (client_context(verify=False), False),
        (client_context(verify=False, cert=files.together), True),
        (client_context(verified(files.ca)), False),
        (certified, True),
    ):
        assert shows == bool(shaken(context, asking)[1].getpeercert())
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken(certified, server_of(trustme.CA()))


def test_a_context_that_checks_nothing_reads_no_authorities(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CAP-1 which takes longer than a hundred requests; in all else it is as Python makes one."""
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    made, default = client_context(verify=False), ssl.create_default_context()
    assert {"x509": 0, "crl": 0, "x509_ca": 0} == made.cert_store_stats()
    for part in ("options", "minimum_version", "maximum_version", "keylog_filename"):
        assert getattr(default, part) == getattr(made, part)
    assert default.get_ciphers() == made.get_ciphers()


def test_authorities_are_read_once(ca: trustme.CA, files: Files) -> None:
    """CAP-1 for each kind, from a file or from a text, unless a certificate goes with them."""
    text = files.ca.read_text(encoding="ascii")
    for authorities in (str(files.ca), text):
        first, again, other = (public_context(verify=True, cert=None, authorities=authorities, kind=k) for k in "aab")
        certified = public_context(verify=True, cert=files.together, authorities=authorities, kind="a")
        assert first is again
        assert first not in (other, certified)
        shaken(first, server_of(ca))
        shaken(certified, server_of(ca))


def test_a_context_of_the_users_is_handed_on_as_it_is_lent() -> None:
    """CAP-1 it is not changed, and there is one of it."""
    borrowed = lent(ssl.create_default_context())
    assert borrowed is client_context(borrowed)


@pytest.mark.parametrize("given", ["together", "pair", "password", "path"])
def test_a_certificate_is_shown(given: str, ca: trustme.CA, files: Files) -> None:
    """CAP-1 from one file or two, with or without a password, to a server that asks for one."""
    certs: dict[str, Any] = {
        "together": str(files.together),
        "pair": (str(files.chain), str(files.key)),
        "password": (str(files.chain), str(files.encrypted), "planted"),
        "path": files.together,
    }
    assert certs[given] is checked_certificate(certs[given])
    context = ssl.create_default_context(cafile=files.ca)
    assert context is with_certificate(context, certs[given])
    asking = server_of(ca)
    ca.configure_trust(asking)
    asking.verify_mode = ssl.CERT_REQUIRED
    shown = shaken(context, asking)[1].getpeercert()
    assert shown is not None
    assert shown["subjectAltName"] == (("email", "client@example.com"),)


def test_no_certificate_is_none() -> None:
    """CAP-1 which is the default."""
    assert checked_certificate(None) is None


@pytest.mark.parametrize(
    "cert",
    [
        3, (), ("chain",), ("chain", "other key"), ("chain", "encrypted", "planted wrong"), ("chain", "encrypted", 3),
        ("chain", "key", "planted", "planted"), "ca", "/no/such/file.pem", "nul\0.pem",
    ],
    ids=repr,
)  # fmt: skip
def test_a_certificate_that_cannot_be_read_is_refused(cert: Any, files: Files, tmp_path: Path) -> None:
    """CAP-1 when it is configured, by name and without the password."""
    other = tmp_path / "other.pem"
    other.write_bytes(trustme.CA().issue_cert(HOST).private_key_pem.bytes())
    paths = {**{name: str(path) for name, path in files._asdict().items()}, "other key": str(other)}
    given = tuple(paths.get(part, part) for part in cert) if isinstance(cert, tuple) else paths.get(cert, cert)
    with pytest.raises(ConfigurationError, match=r"^the place: ") as caught:
        checked_certificate(given, "the place")
    assert "planted" not in str(caught.value)


def test_nobody_is_asked_for_a_password(files: Files) -> None:
    """CAP-1 a key that needs one and has none is refused; a server has no terminal to type it at."""
    cert = str(files.chain), str(files.encrypted)
    program = f"from clientele.http.backends.tls import checked_certificate; checked_certificate({cert!r})"
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program],
        capture_output=True,
        check=False,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=30,
    )
    assert "ConfigurationError: cert: " in ended.stderr
    assert "pass phrase" not in ended.stdout + ended.stderr
