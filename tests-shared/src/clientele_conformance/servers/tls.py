"""Certificates for 127.0.0.1 and friends: good ones, and one for each way in which a client has to refuse."""

from __future__ import annotations

import atexit
import functools
import ssl
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

import trustme

from clientele_conformance.servers.script import Answer, Close, Receive, Stall

Identity = Literal["good", "wrong-host", "expired", "unknown-ca"]

HOSTS = ("127.0.0.1", "::1", "localhost", "example.test", "*.example.test")

STALLED_HANDSHAKE: Answer = Stall()
"""As `greeting`: the connection is accepted, and its ClientHello never answered."""

CUT_HANDSHAKE: Answer = [Receive(), Close()]
"""As `greeting`: the connection is closed once its ClientHello has come."""

_LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
_LESS_LONG_AGO = datetime(2002, 1, 1, tzinfo=UTC)


class Certificates:
    """An authority that clients trust, another one that they don't, and the certificates of both.

    Everything lies in `folder` as PEM files; a server's or client's file holds its key and its chain.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._trusted = trustme.CA()
        self._other = trustme.CA()
        self.ca_path = self._write("ca", self._trusted.cert_pem.bytes())
        self.other_ca_path = self._write("other-ca", self._other.cert_pem.bytes())
        self.client_path = self._issued("client", self._trusted.issue_cert("client@example.test"))
        self.other_client_path = self._issued("other-client", self._other.issue_cert("client@example.test"))
        self._server_paths = {name: self._issued(name, self._leaf(name)) for name in get_args(Identity)}

    def server_path(self, identity: Identity = "good") -> Path:
        """The key and the certificate chain of a server."""
        return self._server_paths[identity]

    def server_context(self, identity: Identity = "good", *, client_certificate: bool = False) -> ssl.SSLContext:
        """A server's context for HTTP/1.1, which may insist on a certificate of the client, from the trusted CA."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        context.load_cert_chain(self.server_path(identity))
        if client_certificate:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.ca_path)
        return context

    def client_context(self) -> ssl.SSLContext:
        """A client's context that trusts only the CA at `ca_path`."""
        return ssl.create_default_context(cafile=str(self.ca_path))

    def _leaf(self, identity: Identity) -> trustme.LeafCert:
        if identity == "wrong-host":
            return self._trusted.issue_cert("wrong-host.invalid")
        if identity == "expired":
            return self._trusted.issue_cert(*HOSTS, not_before=_LONG_AGO, not_after=_LESS_LONG_AGO)
        return (self._other if identity == "unknown-ca" else self._trusted).issue_cert(*HOSTS)

    def _issued(self, name: str, leaf: trustme.LeafCert) -> Path:
        return self._write(name, leaf.private_key_and_cert_chain_pem.bytes())

    def _write(self, name: str, pem: bytes) -> Path:
        path = self._folder / f"{name}.pem"
        path.write_bytes(pem)
        return path


@functools.cache
def certificates() -> Certificates:
    """The certificates of this process, made once and deleted at its end."""
    folder = tempfile.TemporaryDirectory(prefix="clientele-certificates-")
    atexit.register(folder.cleanup)
    return Certificates(Path(folder.name))
