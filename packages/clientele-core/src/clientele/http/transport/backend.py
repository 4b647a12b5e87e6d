"""`TransportBackend`: everything but the I/O of one exchange, implemented once for all libraries."""

from __future__ import annotations

import abc
import copy
from collections.abc import AsyncGenerator, Callable, Generator
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar, Unpack

from clientele.http.backends.interface import AddOn, Capability, HTTPBackend
from clientele.http.backends.option_signatures import with_option_signature
from clientele.http.backends.options import BACKEND_DEFAULTS, BackendOptions, backend_settings
from clientele.http.backends.proxies import SOCKS
from clientele.http.message.redaction import redacted_url
from clientele.http.response import Response
from clientele.http.transport.async_driver import AsyncDriver
from clientele.http.transport.call_state import CallState
from clientele.http.transport.clients.loops import need_asyncio
from clientele.http.transport.clients.native import AsyncNatives, Natives
from clientele.http.transport.clients.own_clients import ClientTypes
from clientele.http.transport.configuring import checked_profile
from clientele.http.transport.connections.waits import BLOCK
from clientele.http.transport.faults.table import FaultTable
from clientele.http.transport.stream_state import StreamOptions, StreamState
from clientele.http.transport.sync_driver import SyncDriver
from clientele.http.wire import NOTHING, AsyncWireResponse, ClientDefaults, SyncWireResponse, WholeResponse, WireRequest

ClientT = TypeVar("ClientT")
AsyncClientT = TypeVar("AsyncClientT")


class TransportBackend(HTTPBackend, Generic[ClientT, AsyncClientT]):
    """A backend that exchanges one wire request for one wire response; this class implements the rest.

    A subclass defines its name, its library, its capabilities and its table of faults, builds native clients from
    `self.settings`, and sends one request unchanged: without redirects, retries, cookies, further headers, and
    decoding.

    Args:
        options: see `clientele.http.backends.BackendOptions`.

    Raises:
        TypeError: an unknown option.
        ConfigurationError: a value is invalid, or not supported by the library.
    """

    _is_transport = True

    name: ClassVar[str]
    """The name that selects it and that errors show: `httpx`."""
    library: ClassVar[str]
    """The library and its version, for the User-Agent: `httpx/0.28.1`."""
    faults: ClassVar[FaultTable]
    """Maps the library's exceptions to ours; see `clientele.http.transport.FaultTable`."""
    core_capabilities: ClassVar[frozenset[Capability]] = frozenset({Capability.COOKIES})
    """The features that core implements for every library; they are added to `capabilities`. Set it to an empty set for
    a library that rules them out, such as one that can't send a Cookie header: `cookies=True` is then refused.
    """
    proxy_schemes: ClassVar[frozenset[str]] = frozenset()
    """The proxy schemes that the library supports, such as `http`."""
    socks: ClassVar[AddOn | None] = None
    """The package that the library needs for SOCKS proxies: `AddOn("socksio", "clientele-httpx[socks]")`. If it is
    installed, `socks5` and `socks5h` are supported too.
    """
    native_options: ClassVar[frozenset[str]] = frozenset()
    """The keys that `client_options` may have, in addition to those of our options."""
    limits_async_writes: ClassVar[bool] = True
    """Whether the library enforces the write limit of asynchronous uploads; otherwise core does."""
    async_write_block: ClassVar[int] = BLOCK
    """The maximum block size in bytes of asynchronous uploads whose writes core limits; default 64 KiB. For a library
    in which each block is expensive, set a larger size, such as 1 MiB. The first block has 64 KiB; the size doubles
    while the server accepts blocks quickly.
    """
    limits_async_reads: ClassVar[bool] = True
    """Whether the library enforces the read limit of asynchronous calls; otherwise core does, by cancelling the wait
    for the head or for a chunk. The read limit for the head starts when the adapter calls `request.sent()`, after the
    whole request has been sent. Without that call, the wait is limited by the sum of the connect and the read limit.
    """
    client_types: ClassVar[tuple[ClientTypes, ClientTypes]] = (object, object)
    """The types of `client` and `async_client`: a class, several as a union (`Session | OAuth2Session`) or a tuple, or
    None for a mode that the backend doesn't support.
    """
    client_insists: ClassVar[bool] = False
    """Whether the user's own client always adds its headers, auth and cookies to a request."""
    fallback_base_url: ClassVar[str] = ""
    """The base of relative URLs if no base URL is configured."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.socks is not None and cls.socks.is_installed:
            cls.proxy_schemes = cls.proxy_schemes | SOCKS
        # Not set on a mixin, which would hide the declaration of the class after it.
        if {"capabilities", "core_capabilities"} & vars(cls).keys():
            cls.capabilities = cls.capabilities - TransportBackend.core_capabilities | cls.core_capabilities

    @with_option_signature(BackendOptions, BACKEND_DEFAULTS)
    def __init__(self, **options: Unpack[BackendOptions]) -> None:
        self.settings = backend_settings(type(self).__name__, options)
        """The options, checked and complete."""
        self._profile = checked_profile(self, options)
        settings = self.settings
        most, kept = settings.max_connections, self.shared_seconds
        natives = Natives[ClientT](settings.client, most, self.build_client, self.close_client, exclusive=kept)
        async_natives = AsyncNatives[AsyncClientT](
            settings.async_client, most, self.build_async_client, self.aclose_client, shared=kept
        )
        if settings.elsewhere is not None:
            natives.build_elsewhere = partial(_without_certificate, self, "build_client")
            async_natives.build_elsewhere = partial(_without_certificate, self, "build_async_client")
        # If the library enforced the limits of one call, it would end others on the same connection.
        shares = kept is not None and settings.async_client is None
        self._natives, self._async_natives = natives, async_natives
        self._driver = SyncDriver(self, natives, self.exchange, self._if_overridden("exchange_at_once"))
        self._async_driver = AsyncDriver(
            self,
            async_natives,
            self.async_exchange,
            self._if_overridden("async_exchange_at_once"),
            limits_reads=shares or not self.limits_async_reads,
            limits_writes=shares or not self.limits_async_writes,
            block=self.async_write_block,
        )

    @property
    def shared_seconds(self) -> float | None:
        """If calls can share a connection, as over HTTP/2: the seconds for which an idle connection is kept; else None.

        Asynchronous calls share it. After that time, and after a call that ended early, new calls get a new client from
        `build_async_client`. Core enforces the read and write limits, which must not be passed to the library. Each
        synchronous call gets its own client.
        """
        return None

    @abc.abstractmethod
    def build_client(self, proxy: str | None = None) -> ClientT:
        """Build the library's synchronous client from `self.settings`; it uses `proxy`, if there is one."""

    @abc.abstractmethod
    def build_async_client(self, proxy: str | None = None) -> AsyncClientT:
        """`build_client`, for asynchronous calls; called while the client's event loop is running."""

    @staticmethod
    @abc.abstractmethod
    def close_client(client: ClientT) -> None:
        """Close a client of `build_client`."""

    @staticmethod
    @abc.abstractmethod
    async def aclose_client(client: AsyncClientT) -> None:
        """Close a client of `build_async_client`."""

    @abc.abstractmethod
    def exchange(self, client: ClientT, request: WireRequest) -> SyncWireResponse:
        """Send `request` once, and return the response as soon as its head has arrived.

        Exceptions of the library, here or in `chunks`, are translated by `faults`.
        """

    @abc.abstractmethod
    async def async_exchange(self, client: AsyncClientT, request: WireRequest) -> AsyncWireResponse:
        """`exchange`, asynchronously."""

    def exchange_at_once(self, client: ClientT, request: WireRequest) -> WholeResponse | None:  # noqa: ARG002
        """Send `request`, and return its response with the whole body; or None, and `exchange` is called instead.

        Optional, for libraries that return the head and the body together faster. It is called if the caller wants the
        whole body without `max_response_bytes`, and the request has no body, or one of at most 64 KiB. The library must
        then enforce all limits of `request.timeout`, including the read limit between chunks of the response.
        """
        return None

    async def async_exchange_at_once(self, client: AsyncClientT, request: WireRequest) -> WholeResponse | None:  # noqa: ARG002
        """`exchange_at_once`, asynchronously."""
        return None

    def client_defaults(self, client: ClientT | AsyncClientT) -> ClientDefaults:  # noqa: ARG002
        """The headers that the user has set on their own `client`, and its params."""
        return NOTHING

    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Response:
        """Send a request and return its Response, whatever the status.

        Args:
            method: any token; it is upper-cased.
            url: absolute, or a path below the base URL.
            kwargs: see `clientele.http.backends.RequestOptions`.

        Raises:
            TypeError, ConfigurationError: the call is invalid; nothing was sent.
            TransportError: there was no usable response.
        """
        return self._driver.send(self._begin(self.settings.client, method, url, kwargs))

    async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Response:
        """`send_sync_request`, asynchronously."""
        need_asyncio()
        return await self._async_driver.send(self._begin(self.settings.async_client, method, url, kwargs))

    def handle_sync_stream(
        self,
        method: str,
        url: str,
        inner_type: Any,
        response_parser: Callable[[str], Any] | None = None,
        **kwargs: Any,
    ) -> Generator[Any, None, None]:
        """Send a request and yield its items as they arrive; see `HTTPBackend.handle_sync_stream`.

        Raises:
            HTTPStatusError: the status is 4xx or 5xx.
            APIException: the status is 3xx, and the redirect isn't followed.
            ResponseValidationError: an item doesn't match `inner_type`; the reason has its index.
            TransportError: the stream was interrupted; complete items have been yielded.
        """
        stream = StreamOptions(inner_type, response_parser)
        return self._driver.stream(self._begin_stream(self.settings.client, method, url, kwargs, stream))

    def handle_async_stream(
        self,
        method: str,
        url: str,
        inner_type: Any,
        response_parser: Callable[[str], Any] | None = None,
        **kwargs: Any,
    ) -> AsyncGenerator[Any, None]:
        """`handle_sync_stream`, asynchronously: an async generator."""
        stream = StreamOptions(inner_type, response_parser)
        return self._async_driver.stream(self._begin_stream(self.settings.async_client, method, url, kwargs, stream))

    def close(self) -> None:
        """Close the synchronous client, and make each event loop close its own; the next call opens a new one."""
        self._profile.closings += 1
        self._natives.close()
        self._async_natives.hand_over()

    async def aclose(self) -> None:
        """Close all clients: that of this loop before it returns, those of other loops as soon as they run."""
        self._profile.closings += 1
        self._natives.close()
        await self._async_natives.aclose()

    def _begin(self, own: Any, method: str, url: str, kwargs: dict[str, Any]) -> CallState:
        """Check and encode a call, on the user's `own` client if there is one; nothing was sent when this raises."""
        return CallState(self._profile, method, url, kwargs, None if own is None else self.client_defaults(own))

    def _begin_stream(
        self, own: Any, method: str, url: str, kwargs: dict[str, Any], stream: StreamOptions
    ) -> StreamState:
        """`_begin`, for a stream."""
        defaults = None if own is None else self.client_defaults(own)
        return StreamState(self._profile, method, url, kwargs, stream, defaults)

    def _if_overridden(self, name: str) -> Any:
        """The method `name`, or None if the subclass doesn't have its own."""
        return None if getattr(type(self), name) is getattr(TransportBackend, name) else getattr(self, name)

    def __repr__(self) -> str:
        base_url = self.settings.base_url
        return f"<{type(self).__name__}{f' {redacted_url(base_url)}' if base_url else ''}>"


def _without_certificate(backend: TransportBackend[Any, Any], build: str, *proxy: str) -> Any:
    """`build` for origins other than that of the certificate."""
    elsewhere = copy.copy(backend)
    elsewhere.settings = backend.settings.elsewhere or backend.settings
    return getattr(elsewhere, build)(*proxy)
