"""`HTTPBackend`, the interface of all backends."""

from __future__ import annotations

import abc
from collections.abc import AsyncGenerator, Callable, Generator
from enum import StrEnum
from importlib.util import find_spec
from typing import Any, ClassVar, NamedTuple

from clientele.http.response import Response


class Capability(StrEnum):
    """Something that not every library can do. What a backend doesn't declare, it refuses before anything is sent."""

    SYNC = "sync"
    """Synchronous calls."""
    ASYNC = "async"
    """Asynchronous calls, on asyncio."""
    HTTP2 = "http2"
    """HTTP/2 over TLS (RFC 9113), with `http2=True`."""
    PROXY = "proxy"
    """Proxies, given or from the environment."""
    CA_PATH = "ca_path"
    """A path to CA certificates, as `verify`."""
    CLIENT_CERT = "client_cert"
    """A certificate of the client's own, as `cert`."""
    WRITE_TIMEOUT = "write_timeout"
    """`Timeout.write`."""
    POOL_TIMEOUT = "pool_timeout"
    """`Timeout.pool`."""
    COOKIES = "cookies"
    """A jar of cookies, with `cookies=True`. Core keeps it for every `TransportBackend`."""


class AddOn(NamedTuple):
    """What a library needs for SOCKS proxies.

    Attributes:
        module: what can be imported once it is installed.
        install: what to install for it, as pip takes it: `clientele-httpx[socks]`.
    """

    module: str
    install: str

    @property
    def is_installed(self) -> bool:
        """Whether it is there."""
        return find_spec(self.module) is not None


class HTTPBackend(abc.ABC):
    """An HTTP library, seen by `clientele.api.APIClient`.

    The keywords of a call are those of `clientele.http.backends.RequestOptions`, the same for every backend. A backend
    for one mode only raises NotImplementedError in the methods of the other. The short way to write a backend is
    `clientele.http.transport.TransportBackend`, which leaves no more than the I/O to do.
    """

    capabilities: ClassVar[frozenset[Capability]] = frozenset({Capability.SYNC, Capability.ASYNC})
    """What the backend can do."""
    in_process: ClassVar[bool] = False
    """Whether its calls stay in this process, as those of a fake do. Tests that block the network let them pass."""
    conformance_edition: ClassVar[str | None] = None
    """The edition of the contract that its own tests hold it to, such as `"2026.1"`; None if it says none."""

    @abc.abstractmethod
    def build_client(self) -> Any:
        """Build the library's synchronous client."""

    @abc.abstractmethod
    def build_async_client(self) -> Any:
        """Build the library's asynchronous client."""

    @abc.abstractmethod
    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Any:
        """Send a request and return the Response, its body read, whatever its status.

        A native response may be returned instead; the caller then gives it to `convert_to_response`.

        Args:
            method: the request method.
            url: absolute, or a path below the backend's base URL.
            kwargs: the options of the call.

        Raises:
            TypeError, ConfigurationError: the call is wrong; nothing was sent.
            TransportError: there was no usable answer.
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
            inner_type: what an item is: `bytes` for the body as it comes, `str` for lines, else a type that Pydantic
                validates from the JSON on each line.
            response_parser: makes an item of a line, in place of `inner_type`.
            kwargs: the options of the call.

        Raises:
            TypeError, ConfigurationError: the call is wrong; nothing was sent.
            HTTPStatusError: the status is 4xx or 5xx, before the first item.
            TransportError: there was no usable answer, or it broke off.
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
        yield  # Without it this would be a coroutine function, to type checkers as to callers.

    @staticmethod
    @abc.abstractmethod
    def convert_to_response(native_response: Any) -> Response:
        """Turn the library's response, its body read, into a Response."""

    @abc.abstractmethod
    def close(self) -> None:
        """Close what synchronous calls have opened. The next call opens it anew."""

    @abc.abstractmethod
    async def aclose(self) -> None:
        """Close what calls of both modes have opened. The next call opens it anew."""
