"""`HTTPBackend`, the interface of all backends."""

from __future__ import annotations

import abc
from collections.abc import AsyncGenerator, Callable, Generator
from enum import StrEnum
from importlib.util import find_spec
from typing import Any, ClassVar, NamedTuple

from clientele.http.response import Response


class Capability(StrEnum):
    """A feature that not all libraries support. A backend refuses features that it doesn't declare, before anything is
    sent.
    """

    SYNC = "sync"
    """Synchronous calls."""
    ASYNC = "async"
    """Asynchronous calls, on asyncio."""
    HTTP2 = "http2"
    """HTTP/2 over TLS (RFC 9113), with `http2=True`."""
    PROXY = "proxy"
    """Proxies, from the option or the environment."""
    CA_PATH = "ca_path"
    """A path to CA certificates, as `verify`."""
    CLIENT_CERT = "client_cert"
    """A client certificate, as `cert`."""
    WRITE_TIMEOUT = "write_timeout"
    """`Timeout.write`."""
    POOL_TIMEOUT = "pool_timeout"
    """`Timeout.pool`."""
    COOKIES = "cookies"
    """Cookies, with `cookies=True`. Core implements them for every `TransportBackend`."""


class AddOn(NamedTuple):
    """The package that a library needs for SOCKS proxies.

    Attributes:
        module: its importable name.
        install: the requirement to install, in the syntax of pip: `clientele-httpx[socks]`.
    """

    module: str
    install: str

    @property
    def is_installed(self) -> bool:
        """Whether it is installed."""
        return find_spec(self.module) is not None


class HTTPBackend(abc.ABC):
    """An HTTP library, seen by `clientele.api.APIClient`.

    The keywords of a call are those of `clientele.http.backends.RequestOptions`, the same for every backend. A backend
    for one mode only raises NotImplementedError in the methods of the other. Usually, subclass
    `clientele.http.transport.TransportBackend` instead, which implements everything but the I/O.
    """

    capabilities: ClassVar[frozenset[Capability]] = frozenset({Capability.SYNC, Capability.ASYNC})
    """The features that the backend supports."""
    in_process: ClassVar[bool] = False
    """Whether its calls stay in this process, as those of a fake. They are allowed in tests that block the network."""
    _is_transport: ClassVar[bool] = False
    _is_wrapper: ClassVar[bool] = False
    conformance_edition: ClassVar[str | None] = None
    """The edition of the contract that its tests verify, such as `"2026.1"`; None if it declares none."""

    @abc.abstractmethod
    def build_client(self) -> Any:
        """Build the library's synchronous client."""

    @abc.abstractmethod
    def build_async_client(self) -> Any:
        """Build the library's asynchronous client."""

    @abc.abstractmethod
    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Any:
        """Send a request and return the Response, with its body read, whatever its status.

        The method may return a native response instead, which the caller passes to `convert_to_response`.

        Args:
            method: the request method.
            url: absolute, or a path below the backend's base URL.
            kwargs: the options of the call.

        Raises:
            TypeError, ConfigurationError: the call is invalid; nothing was sent.
            TransportError: there was no usable response.
        """

    @abc.abstractmethod
    async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Any:
        """`send_sync_request`, asynchronously."""

    @abc.abstractmethod
    def handle_sync_stream(
        self,
        method: str,
        url: str,
        inner_type: Any,
        response_parser: Callable[[str], Any] | None = None,
        **kwargs: Any,
    ) -> Generator[Any, None, None]:
        """Send a request and yield the items of its response as they arrive.

        Args:
            method: the request method.
            url: absolute, or a path below the backend's base URL.
            inner_type: the type of the items: `bytes` for chunks of the body, `str` for lines, else a type that
                Pydantic validates from the JSON on each line.
            response_parser: converts a line to an item, instead of `inner_type`.
            kwargs: the options of the call.

        Raises:
            TypeError, ConfigurationError: the call is wrong; nothing was sent.
            HTTPStatusError: the status is 4xx or 5xx, before the first item.
            TransportError: there was no usable response, or it was interrupted.
        """

    @abc.abstractmethod
    async def handle_async_stream(
        self,
        method: str,
        url: str,
        inner_type: Any,
        response_parser: Callable[[str], Any] | None = None,
        **kwargs: Any,
    ) -> AsyncGenerator[Any, None]:
        """`handle_sync_stream`, asynchronously: an async generator."""
        yield  # Without a yield, this would be a coroutine function.

    @staticmethod
    @abc.abstractmethod
    def convert_to_response(native_response: Any) -> Response:
        """Convert the library's response, whose body has been read, to a Response."""

    @abc.abstractmethod
    def close(self) -> None:
        """Close everything that synchronous calls have opened. The next call opens it again."""

    @abc.abstractmethod
    async def aclose(self) -> None:
        """Close everything that calls of both modes have opened. The next call opens it again."""
