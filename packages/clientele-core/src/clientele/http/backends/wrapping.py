"""Backends around backends: what a wrapper leaves to the one inside it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from clientele.http.backends.interface import HTTPBackend
from clientele.http.message.errors import ConfigurationError
from clientele.http.response import Response


class WrappingBackend(HTTPBackend):
    """A backend that adds something to the calls of another, and has its capabilities.

    A subclass makes the calls: `send_sync_request`, `send_async_request`, `handle_sync_stream`, `handle_async_stream`.
    Native clients are those of `inner`, and closing the wrapper closes `inner`.

    Args:
        inner: any backend, also another wrapper.

    Raises:
        ConfigurationError: `inner` is no backend.
    """

    def __init__(self, inner: HTTPBackend) -> None:
        if not isinstance(inner, HTTPBackend):
            raise ConfigurationError(
                f"{type(self).__name__}: wrap a backend, such as HttpxHTTPBackend(), not {type(inner).__name__}"
            )
        self.inner = inner
        """The backend inside."""
        # A class says what it can do; a wrapper can only say it once it knows its inner backend.
        vars(self)["capabilities"] = inner.capabilities

    def build_client(self) -> Any:
        """Build the synchronous client of `inner`."""
        return self.inner.build_client()

    def build_async_client(self) -> Any:
        """Build the asynchronous client of `inner`."""
        return self.inner.build_async_client()

    @staticmethod
    def convert_to_response(native_response: Any) -> Response:
        """The Response itself: a wrapper returns nothing else, since it converts what `inner` returns.

        Raises:
            TypeError: it is no Response.
        """
        if not isinstance(native_response, Response):
            raise TypeError(
                f"a wrapper returns a Response, not {type(native_response).__name__}; "
                "convert native responses with the backend that it wraps"
            )
        return native_response

    def know_secrets(self, names: Collection[str]) -> None:
        """Be told by a client which headers and parameters its configuration adds: their values are secrets.

        A wrapper that keeps or shows what passes overrides it, and calls this for those inside.
        """
        if isinstance(self.inner, WrappingBackend):
            self.inner.know_secrets(names)

    def close(self) -> None:
        """Close `inner`."""
        self.inner.close()

    async def aclose(self) -> None:
        """Close `inner`."""
        await self.inner.aclose()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} around {self.inner!r}>"


def innermost(backend: HTTPBackend) -> HTTPBackend:
    """`backend`, or what is inside all of its wrappers."""
    while isinstance(backend, WrappingBackend):
        backend = backend.inner
    return backend


def as_response(backend: HTTPBackend, answer: Any) -> Response:
    """What `backend` has returned, as a Response."""
    return answer if isinstance(answer, Response) else backend.convert_to_response(answer)
