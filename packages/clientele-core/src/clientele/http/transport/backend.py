"""`TransportBackend`: everything but the I/O of one exchange, implemented once for all libraries."""

from __future__ import annotations

import abc
import copy
from collections.abc import AsyncGenerator, Callable, Generator
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar, Unpack, cast

from clientele.http.backends.interface import AddOn, Capability, HTTPBackend
from clientele.http.backends.network import NetworkBlocked, admit
from clientele.http.backends.option_signatures import with_option_signature
from clientele.http.backends.options import BACKEND_DEFAULTS, BackendOptions, backend_settings, refuse_unknown
from clientele.http.backends.proxies import SOCKS, refuse_unknown_scheme
from clientele.http.message.body.bodies import async_chunks, sync_chunks
from clientele.http.message.errors import ConfigurationError
from clientele.http.message.redaction import redacted_url
from clientele.http.response import APIException, Response
from clientele.http.transport.call_state import PAUSE, CallState, StreamOptions
from clientele.http.transport.clients.clients import Loan
from clientele.http.transport.clients.closing import Undisturbed
from clientele.http.transport.clients.loops import need_asyncio
from clientele.http.transport.clients.native import AsyncNatives, Natives
from clientele.http.transport.clients.own_clients import ClientTypes, refuse_beside_own, refuse_unfit
from clientele.http.transport.connections.waits import BLOCK, Unlimited, Waits, is_small, waits_of
from clientele.http.transport.draining import adrained, anext_of, drained, next_of
from clientele.http.transport.errors import TransportError
from clientele.http.transport.faults.table import FaultTable
from clientele.http.transport.prepare import Profile
from clientele.http.wire import NOTHING, AsyncWireResponse, ClientDefaults, SyncWireResponse, WholeResponse, WireRequest

ClientT = TypeVar("ClientT")
AsyncClientT = TypeVar("AsyncClientT")


_NEEDED = {
    "http2": Capability.HTTP2,
    "proxy": Capability.PROXY,
    "cert": Capability.CLIENT_CERT,
    "cookies": Capability.COOKIES,
}
"""The options that not all libraries support."""


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
        refuse_unknown(self.settings.client_options, self.native_options, f"{type(self).__name__}(client_options=...)")
        refuse_beside_own(type(self).__name__, options)
        refuse_unfit(type(self).__name__, self.settings, self.client_types)
        for option, capability in _NEEDED.items():
            if getattr(self.settings, option) and capability not in self.capabilities:
                raise ConfigurationError(f"{type(self).__name__}({option}=...): {self.name} doesn't support it")
        if self.settings.proxy is not None:
            where = f"{type(self).__name__}(proxy=...)"
            refuse_unknown_scheme(self.settings.proxy, self.proxy_schemes, self.socks, where)
        self._profile = Profile(
            self.name,
            self.library,
            self.faults,
            self.settings,
            fallback_base_url=self.fallback_base_url,
            proxy_schemes=self.proxy_schemes,
            socks=self.socks,
            capabilities=self.capabilities,
            client_insists=self.client_insists,
        )
        own, own_async, most = self.settings.client, self.settings.async_client, self.settings.max_connections
        self._natives = Natives[ClientT](own, most, self.build_client, self.close_client, exclusive=self.shared_seconds)
        self._async_natives = AsyncNatives[AsyncClientT](
            own_async, most, self.build_async_client, self.aclose_client, shared=self.shared_seconds
        )
        kind, base = type(self), TransportBackend
        self._is_in_one_step = kind.exchange_at_once is not base.exchange_at_once
        self._is_async_in_one_step = kind.async_exchange_at_once is not base.async_exchange_at_once
        if self.settings.elsewhere is not None:
            self._natives.build_elsewhere = partial(_without_certificate, self, "build_client")
            self._async_natives.build_elsewhere = partial(_without_certificate, self, "build_async_client")

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
        with self._begin(self.settings.client, method, url, kwargs) as call:
            call.watch()
            while call.response is None:
                request = call.wire_request(sync_chunks)
                admit(self, request.method, request.url)
                loan = self._natives.lend(request.proxy, request.timeout.pool, at_home=request.at_home)
                try:
                    self._receive(call, loan, request)
                    loan.in_doubt = False
                    call.end()
                finally:
                    loan.end()
        return call.response

    async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Response:
        """`send_sync_request`, asynchronously."""
        need_asyncio()
        with self._begin(self.settings.async_client, method, url, kwargs) as call:
            await call.within(self._asend(call))
        return cast(Response, call.response)

    async def _asend(self, call: CallState) -> None:
        while call.response is None:
            request = call.wire_request(async_chunks)
            admit(self, request.method, request.url)
            loan = await self._async_natives.lend(request.proxy, request.timeout.pool, at_home=request.at_home)
            try:
                await self._areceive(call, loan, request)
                loan.in_doubt = False
                call.end()
            finally:
                loan.end()

    def _receive(self, call: CallState, loan: Loan[ClientT], request: WireRequest) -> None:
        if self._is_in_one_step and _fits_at_once(request):
            whole = self.exchange_at_once(loan.client, request)
            if whole is not None:
                call.whole(whole)
                return
        wire = self.exchange(loan.client, request)
        try:
            call.head(wire)
            for chunk in wire.chunks:
                call.feed(chunk)
        finally:
            wire.close()

    async def _areceive(self, call: CallState, loan: Loan[AsyncClientT], request: WireRequest) -> None:
        if self._is_async_in_one_step and _fits_at_once(request):
            whole = await loan.within(self.async_exchange_at_once(loan.client, request))
            if whole is not None:
                call.whole(whole)
                return
        waits = self._waits(request)
        wire = await waits.head(loan.within(self.async_exchange(loan.client, request)))
        try:
            call.head(wire)
            while (chunk := await waits.chunk(wire.chunks)) is not None:
                call.feed(chunk)
        finally:
            await Undisturbed(wire.close)

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
        return self._drive(self._begin(self.settings.client, method, url, kwargs, stream))

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
        return self._adrive(self._begin(self.settings.async_client, method, url, kwargs, stream))

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

    def _begin(
        self, own: Any, method: str, url: str, kwargs: dict[str, Any], stream: StreamOptions | None = None
    ) -> CallState:
        """Check and encode a call, on the user's `own` client if there is one; nothing was sent when this raises."""
        defaults = None if own is None else self.client_defaults(own)
        return CallState(self._profile, method, url, kwargs, stream, defaults)

    def _drive(self, call: CallState) -> Generator[Any, None, None]:
        call.watch()
        try:
            while call.response is None:
                with call.faults:
                    request = call.wire_request(sync_chunks)
                    admit(self, request.method, request.url)
                    loan = self._natives.lend(request.proxy, request.timeout.pool, at_home=request.at_home)
                try:
                    with call.faults:
                        wire = self.exchange(loan.client, request)
                    try:
                        call.head(wire)
                        if call.pauses:
                            yield PAUSE
                        while (chunk := next_of(call, wire)) is not None:
                            yield from call.feed(chunk)
                            if call.is_over():
                                loan.in_doubt = not drained(call, wire)
                                return
                        loan.in_doubt = False
                        yield from call.end()
                    finally:
                        with call.faults:
                            wire.close()
                finally:
                    loan.end()
        except (APIException, NetworkBlocked, TransportError) as error:
            call.broke_off(error)
            raise
        finally:
            call.unwatch()

    async def _adrive(self, call: CallState) -> AsyncGenerator[Any, None]:
        need_asyncio()
        try:
            while call.response is None:
                with call.faults:
                    request = call.wire_request(async_chunks)
                    admit(self, request.method, request.url)
                    waits = self._waits(request)
                    loan = await self._async_natives.lend(request.proxy, request.timeout.pool, at_home=request.at_home)
                try:
                    with call.faults:
                        exchange = loan.within(self.async_exchange(loan.client, request))
                        wire = await call.within(waits.head(exchange))
                    try:
                        call.head(wire)
                        if call.pauses:
                            yield PAUSE
                        while (chunk := await anext_of(call, waits, wire)) is not None:
                            for item in call.feed(chunk):
                                yield item
                            if call.is_over():
                                loan.in_doubt = not await adrained(call, waits, wire)
                                return
                        loan.in_doubt = False
                        for item in call.end():
                            yield item
                    finally:
                        with call.faults:
                            await Undisturbed(wire.close)
                finally:
                    loan.end()
        except (APIException, NetworkBlocked, TransportError) as error:
            call.broke_off(error)
            raise

    def _waits(self, request: WireRequest) -> Waits | Unlimited:
        # If the library enforced the limits of one call, it would end others on the same connection.
        shared = self.shared_seconds is not None and self.settings.async_client is None
        reads, writes = shared or not self.limits_async_reads, shared or not self.limits_async_writes
        return waits_of(request, reads=reads, writes=writes, most=self.async_write_block)

    def __repr__(self) -> str:
        base_url = self.settings.base_url
        return f"<{type(self).__name__}{f' {redacted_url(base_url)}' if base_url else ''}>"


def _fits_at_once(request: WireRequest) -> bool:
    """Whether core has nothing to limit or to inspect during the exchange."""
    return request.max_response_bytes is None and is_small(request.body)


def _without_certificate(backend: TransportBackend[Any, Any], build: str, proxy: str | None = None) -> Any:
    """`build` for origins other than that of the certificate."""
    elsewhere = copy.copy(backend)
    elsewhere.settings = backend.settings.elsewhere or backend.settings
    return getattr(elsewhere, build)() if proxy is None else getattr(elsewhere, build)(proxy)
