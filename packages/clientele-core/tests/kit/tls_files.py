"""A CA with a certificate, and handshakes without a socket."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any, NamedTuple

import trustme

from clientele.http.backends.tls import (
    tls_verification,
)

HOST = "server.example"


class Files(NamedTuple):
    """A CA, a certificate of it, and its key, plain and with the password `planted`."""

    ca: Path
    chain: Path
    key: Path
    encrypted: Path
    together: Path


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
