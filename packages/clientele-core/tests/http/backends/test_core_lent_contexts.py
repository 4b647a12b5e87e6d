"""A lent SSL context is never changed."""

from __future__ import annotations

import ssl
from typing import Any, cast

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from clientele.http.backends.tls import (
    client_context,
    lent,
    unlent,
)
from tls_files import Files, server_of, shaken, verified


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


def test_a_custom_context_is_passed_on_as_lent() -> None:
    """CAP-1 it is not changed, and there is one of it."""
    borrowed = lent(ssl.create_default_context())
    assert borrowed is client_context(borrowed)
