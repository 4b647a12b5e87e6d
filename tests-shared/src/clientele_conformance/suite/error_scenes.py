"""Where faults happen: for each kind, a server or an address, and the call that meets it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from clientele_conformance.servers import (
    Answer,
    Certificates,
    Identity,
    Origin,
    Proxy,
    blackhole,
    refusing,
    response,
)

SHORT = 0.25
"""The limit, in seconds, for what is bound to time out."""

PATIENT = 10.0
"""The limit for everything else: it isn't reached, unless a client waits for what never comes."""

BIG_BODY = b"x" * (32 << 20)
"""More than the buffers between a client and a server take."""

_PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class Scene:
    """A call that is about to fail.

    Attributes:
        url: what is asked for.
        backend: the options of the backend.
        method: the request method.
        call: the options of the call.
        origin: the server, if there is one.
        trusting: the backend has to trust the authority of the suite.
    """

    url: str
    backend: Mapping[str, Any] = field(default_factory=dict)
    method: str = "GET"
    call: Mapping[str, Any] = field(default_factory=dict)
    origin: Origin | None = None
    trusting: bool = False


MakeScene: TypeAlias = Callable[[Certificates], AbstractContextManager[Scene]]


def answered(answer: Answer, timeout: float = PATIENT) -> MakeScene:
    """A server that has read the request, and answers so."""

    @contextmanager
    def scene(certificates: Certificates) -> Iterator[Scene]:
        with Origin() as origin:
            origin.on("/", answer)
            yield Scene(origin.url("/"), {"timeout": timeout}, origin=origin)

    return scene


def uploading(answer: Answer, timeout: float = PATIENT, *, in_pieces: bool = False) -> MakeScene:
    """A server that answers so before it has read the body, which is a big one, whole or in pieces."""

    @contextmanager
    def scene(certificates: Certificates) -> Iterator[Scene]:
        with Origin() as origin:
            origin.on("/", answer, read_body=False)
            content = itertools.repeat(BIG_BODY[:_PIECE], len(BIG_BODY) // _PIECE) if in_pieces else BIG_BODY
            yield Scene(origin.url("/"), {"timeout": timeout}, "POST", {"content": content}, origin)

    return scene


def greeted(greeting: Answer, timeout: float = PATIENT) -> MakeScene:
    """A server that does this where a TLS handshake is expected."""

    @contextmanager
    def scene(certificates: Certificates) -> Iterator[Scene]:
        with Origin(tls=certificates.server_context(), greeting=greeting) as origin:
            yield Scene(origin.url("/"), {"timeout": timeout, "verify": False}, origin=origin)

    return scene


def shown(identity: Identity) -> MakeScene:
    """A server over TLS, with the certificate of that name."""

    @contextmanager
    def scene(certificates: Certificates) -> Iterator[Scene]:
        with Origin(tls=certificates.server_context(identity)) as origin:
            origin.on("/", response(body=b"trusted"))
            yield Scene(origin.url("/"), origin=origin, trusting=True)

    return scene


@contextmanager
def speaking_tls(certificates: Certificates) -> Iterator[Scene]:
    """A server over TLS, asked without."""
    with Origin(tls=certificates.server_context()) as origin:
        yield Scene(origin.url("/").replace("https:", "http:"), {"timeout": PATIENT}, origin=origin)


@contextmanager
def nobody(certificates: Certificates) -> Iterator[Scene]:
    """A port without a listener."""
    with refusing() as (host, port):
        yield Scene(f"http://{host}:{port}/")


@contextmanager
def unknown_host(certificates: Certificates) -> Iterator[Scene]:
    """A name that no resolver knows (RFC 6761, section 6.4)."""
    yield Scene("http://no-such-host.invalid/")


@contextmanager
def unreachable(certificates: Certificates) -> Iterator[Scene]:
    """An address that says nothing at all."""
    with blackhole() as (host, port):
        yield Scene(f"http://{host}:{port}/", {"timeout": SHORT})


@contextmanager
def proxy_gone(certificates: Certificates) -> Iterator[Scene]:
    """A proxy that isn't there."""
    with refusing() as (host, port):
        yield Scene("http://example.test/", {"proxy": f"http://{host}:{port}"})


@contextmanager
def proxy_unknown(certificates: Certificates) -> Iterator[Scene]:
    """A proxy whose name can't be resolved."""
    yield Scene("http://example.test/", {"proxy": "http://no-such-host.invalid:3128"})


@contextmanager
def proxy_refusing(certificates: Certificates) -> Iterator[Scene]:
    """A proxy that opens no tunnel."""
    with Proxy(refuse=403) as proxy:
        yield Scene("https://example.test/", {"proxy": f"http://{proxy.host}:{proxy.port}"})


@contextmanager
def proxy_wants_credentials(certificates: Certificates) -> Iterator[Scene]:
    """A proxy that opens a tunnel only for those it knows."""
    with Proxy(credentials=("user", "pass")) as proxy:
        yield Scene("https://example.test/", {"proxy": f"http://{proxy.host}:{proxy.port}"})
