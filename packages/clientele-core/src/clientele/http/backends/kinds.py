"""The three kinds of backend: transports, wrappers, and direct subclasses of `HTTPBackend`; and what is inside one.

Whoever asks here doesn't import transports and wrappers, which most programs need at their first call only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clientele.http.backends.interface import HTTPBackend
from clientele.http.backends.network import admit, is_limited
from clientele.http.response import Response


def is_transport(backend: HTTPBackend) -> bool:
    """Whether `backend` is a `TransportBackend`."""
    return backend._is_transport  # noqa: SLF001 - not for users


def is_wrapper(backend: HTTPBackend) -> bool:
    """Whether `backend` is a `Wrapper`."""
    return backend._is_wrapper  # noqa: SLF001


def wrappers_of(backend: Any) -> Iterator[Any]:
    """`backend`, if it is a wrapper, and the wrappers inside, outermost first."""
    while is_wrapper(backend):
        yield backend
        backend = backend.inner


def innermost(backend: HTTPBackend) -> HTTPBackend:
    """`backend`, or the backend inside all of its wrappers."""
    for wrapper in wrappers_of(backend):
        backend = wrapper.inner
    return backend


def taken_by(backend: HTTPBackend) -> frozenset[str]:
    """The settings that `backend`, if it is a wrapper, and the wrappers inside take."""
    return frozenset[str]().union(*(wrapper.takes for wrapper in wrappers_of(backend)))


def as_response(backend: HTTPBackend, answer: Any) -> Response:
    """The result of `backend`, as a Response."""
    return answer if isinstance(answer, Response) else backend.convert_to_response(answer)


def admit_by_hand(backend: HTTPBackend, method: str, url: str) -> None:
    """Admit a request of `backend`, if it is a direct subclass of HTTPBackend: transports and wrappers do that
    themselves.

    Raises:
        NetworkBlocked: tests block the network.
    """
    if is_limited() and not (is_transport(backend) or is_wrapper(backend)):
        admit(backend, method, url)
