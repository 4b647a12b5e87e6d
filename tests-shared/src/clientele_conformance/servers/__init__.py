"""Servers on 127.0.0.1 that do, byte for byte, what a test wants of them, and tell what they received.

Each one is a context manager that leaves no socket and no thread behind.
"""

from clientele_conformance.servers.blackhole import blackhole, refusing
from clientele_conformance.servers.echo import echo
from clientele_conformance.servers.http2 import HTTP2Origin
from clientele_conformance.servers.messages import (
    LAST_CHUNK,
    chunk,
    chunked,
    chunked_head,
    chunked_response,
    head,
    json_response,
    redirect,
    response,
)
from clientele_conformance.servers.origin import Handler, Origin
from clientele_conformance.servers.plain import PlainClient
from clientele_conformance.servers.proxy import Proxy
from clientele_conformance.servers.recorded import RecordedRequest
from clientele_conformance.servers.script import (
    Answer,
    Close,
    Drain,
    Drip,
    HalfClose,
    Pause,
    ReadBody,
    Receive,
    Repeat,
    Reset,
    Signal,
    Stall,
    Step,
    WaitFor,
)
from clientele_conformance.servers.socks import SocksProxy
from clientele_conformance.servers.tls import CUT_HANDSHAKE, STALLED_HANDSHAKE, Certificates, Identity, certificates

__all__ = [
    "CUT_HANDSHAKE",
    "LAST_CHUNK",
    "STALLED_HANDSHAKE",
    "Answer",
    "Certificates",
    "Close",
    "Drain",
    "Drip",
    "HTTP2Origin",
    "HalfClose",
    "Handler",
    "Identity",
    "Origin",
    "Pause",
    "PlainClient",
    "Proxy",
    "ReadBody",
    "Receive",
    "RecordedRequest",
    "Repeat",
    "Reset",
    "Signal",
    "SocksProxy",
    "Stall",
    "Step",
    "WaitFor",
    "blackhole",
    "certificates",
    "chunk",
    "chunked",
    "chunked_head",
    "chunked_response",
    "echo",
    "head",
    "json_response",
    "redirect",
    "refusing",
    "response",
]
