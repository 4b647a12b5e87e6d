"""Backends with one mode: the other one is refused, and the error names backends that support it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from types import CoroutineType
from typing import Any, NoReturn

from clientele.http.backends.discovery import installed_with
from clientele.http.backends.interface import Capability, HTTPBackend


class SyncOnly(HTTPBackend):
    """A mixin, the first base class: asynchronous methods raise NotImplementedError."""

    def build_async_client(self, proxy: str | None = None) -> NoReturn:  # noqa: ARG002
        """There is none.

        Raises:
            NotImplementedError: always, as do all asynchronous methods.
        """
        raise _missing(self, "build_async_client", Capability.ASYNC)

    def send_async_request(self, method: str, url: str, **kwargs: Any) -> CoroutineType[Any, Any, NoReturn]:  # noqa: ARG002
        """Refused."""
        raise _missing(self, "send_async_request", Capability.ASYNC)

    def handle_async_stream(
        self,
        method: str,  # noqa: ARG002
        url: str,  # noqa: ARG002
        inner_type: Any,  # noqa: ARG002
        response_parser: Callable[[str], Any] | None = None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> AsyncGenerator[Any, None]:
        """Refused."""
        raise _missing(self, "handle_async_stream", Capability.ASYNC)

    @staticmethod
    async def aclose_client(client: Any) -> None:
        """There is never one to close."""

    def async_exchange(self, client: Any, request: Any) -> CoroutineType[Any, Any, NoReturn]:  # noqa: ARG002
        """Refused."""
        raise _missing(self, "async_exchange", Capability.ASYNC)


class AsyncOnly(HTTPBackend):
    """A mixin, the first base class: synchronous methods raise NotImplementedError."""

    def build_client(self, proxy: str | None = None) -> NoReturn:  # noqa: ARG002
        """There is none.

        Raises:
            NotImplementedError: always, as do all synchronous methods.
        """
        raise _missing(self, "build_client", Capability.SYNC)

    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> NoReturn:  # noqa: ARG002
        """Refused."""
        raise _missing(self, "send_sync_request", Capability.SYNC)

    def handle_sync_stream(
        self,
        method: str,  # noqa: ARG002
        url: str,  # noqa: ARG002
        inner_type: Any,  # noqa: ARG002
        response_parser: Callable[[str], Any] | None = None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> Generator[Any, None, None]:
        """Refused."""
        raise _missing(self, "handle_sync_stream", Capability.SYNC)

    @staticmethod
    def close_client(client: Any) -> None:
        """There is never one to close."""

    def exchange(self, client: Any, request: Any) -> NoReturn:  # noqa: ARG002
        """Refused."""
        raise _missing(self, "exchange", Capability.SYNC)


_CALLS = {Capability.SYNC: "synchronous", Capability.ASYNC: "asynchronous"}


def _missing(backend: HTTPBackend, method: str, capability: Capability) -> NotImplementedError:
    others = installed_with(capability)
    has_it = f"installed are {' and '.join(map(repr, others))}" if others else "pip install clientele-httpx"
    return NotImplementedError(
        f"{type(backend).__name__}.{method}: this backend makes no {_CALLS[capability]} calls; "
        f"choose one that does with http_backend=...: {has_it}"
    )
