"""TLS options: which authorities are trusted, and which certificate is sent."""

from __future__ import annotations

import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

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
    public_context,
    tls_verification,
    with_certificate,
)
from clientele.http.errors import ConfigurationError
from tls_files import HOST, Files, server_of, shaken, verified


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


@pytest.mark.parametrize("verify", [True, False])
def test_true_and_false_are_passed_to_the_library(verify: bool) -> None:  # noqa: FBT001
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
def test_an_invalid_verify_raises(verify: Any, tmp_path: Path, files: Files) -> None:
    """CAP-1 when it is configured, by name; an empty path isn't this folder, and a key is no CA."""
    (tmp_path / "empty.pem").touch()
    path = {"empty.pem": str(tmp_path / "empty.pem"), "key.pem": str(files.key)}
    with pytest.raises(ConfigurationError, match=r"^the place: "):
        tls_verification(path.get(verify, verify) if isinstance(verify, str) else verify, "the place")


def test_a_context_is_built_from_the_options(ca: trustme.CA, files: Files) -> None:
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


@pytest.mark.parametrize("given", ["together", "pair", "password", "path"])
def test_a_client_certificate_is_sent(given: str, ca: trustme.CA, files: Files) -> None:
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


def test_no_client_certificate_is_sent_by_default() -> None:
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
def test_an_unreadable_certificate_raises(cert: Any, files: Files, tmp_path: Path) -> None:
    """CAP-1 when it is configured, by name and without the password."""
    other = tmp_path / "other.pem"
    other.write_bytes(trustme.CA().issue_cert(HOST).private_key_pem.bytes())
    paths = {**{name: str(path) for name, path in files._asdict().items()}, "other key": str(other)}
    given = tuple(paths.get(part, part) for part in cert) if isinstance(cert, tuple) else paths.get(cert, cert)
    with pytest.raises(ConfigurationError, match=r"^the place: ") as caught:
        checked_certificate(given, "the place")
    assert "planted" not in str(caught.value)


def test_no_password_is_prompted_for(files: Files) -> None:
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
