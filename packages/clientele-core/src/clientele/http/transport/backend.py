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
"""The options that not every library has the means for."""


class TransportBackend(HTTPBackend, Generic[ClientT, AsyncClientT]):
    """A backend that exchanges one wire request for one wire response, and leaves the rest to this class.

    A subclass gives its name, its library, its capabilities and its table of faults; builds native clients from
    `self.settings`; and sends one request exactly as it is: no redirects, retries, cookies or headers of its own, no
    decoding. What it may not see, it can't do differently from other backends.

    Args:
        options: see `clientele.http.backends.BackendOptions`.

    Raises:
        TypeError: an unknown option.
        ConfigurationError: a value that can't be used, or one that the library has no means for.
    """

    name: ClassVar[str]
    """As it is chosen by, and as errors say it: `httpx`."""
    library: ClassVar[str]
    """The library and its version, for the User-Agent: `httpx/0.28.1`."""
    faults: ClassVar[FaultTable]
    """The library's exceptions and ours; see `clientele.http.transport.FaultTable`."""
    core_capabilities: ClassVar[frozenset[Capability]] = frozenset({Capability.COOKIES})
    """What core does for every library; it is added to `capabilities`. Set it to an empty set for a library that rules
    it out, such as one that can't send a Cookie header: `cookies=True` is then refused.
    """
    proxy_schemes: ClassVar[frozenset[str]] = frozenset()
    """The schemes of the proxies that the library knows, such as `http`."""
    socks: ClassVar[AddOn | None] = None
    """What the library needs for SOCKS proxies: `AddOn("socksio", "clientele-httpx[socks]")`. Where that is installed,
    `proxy_schemes` has `socks5` and `socks5h`, too.
    """
    native_options: ClassVar[frozenset[str]] = frozenset()
    """The keys that `client_options` may have, beside those that are options of ours."""
    limits_async_writes: ClassVar[bool] = True
    """Whether the library limits how long the server may take for a piece of an asynchronous upload; else core does."""
    async_write_block: ClassVar[int] = BLOCK
    """The largest block, in bytes, in which core hands over an asynchronous upload whose writes it limits: 64 KiB. A
    library to which each block costs a lot wants larger ones, such as 1 MiB. The first block has 64 KiB; while blocks
    are taken quickly, each is twice as large as the last.
    """
    limits_async_reads: ClassVar[bool] = True
    """Whether the library limits every silence of the server in an asynchronous call; else core does, by cancelling
    what waits for the head or for a chunk. The read limit for the head begins when the adapter calls `request.sent()`,
    because the whole request is out. Without that call the wait is limited by the connect and the read limit together.
    """
    client_types: ClassVar[tuple[ClientTypes, ClientTypes]] = (object, object)
    """What `client` and `async_client` may be: a class, several as a union (`Session | OAuth2Session`) or a tuple, or
    None for a mode that the backend doesn't have.
    """
    client_insists: ClassVar[bool] = False
    """Whether a client of the user's adds its headers, auth and cookies to every request, whatever the adapter does."""
    fallback_base_url: ClassVar[str] = ""
    """What a relative URL is relative to when no base URL is configured."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.socks is not None and cls.socks.is_installed:
            cls.proxy_schemes = cls.proxy_schemes | SOCKS
        # A mixin that declares neither must not hide what the class declares that it goes before.
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
        """None, or how long a connection is kept that calls could share, as over HTTP/2, when none uses it.

        Asynchronous calls share it. After that time, and once a call that ended early has left it in doubt, new calls
        get a fresh client of `build_async_client`. Core keeps the read and write limits, which the library must not
        get. Of synchronous calls, each has a client to itself.
        """
        return None

    @abc.abstractmethod
    def build_client(self, proxy: str | None = None) -> ClientT:
        """Build the library's synchronous client from `self.settings`; it goes through `proxy`, if there is one."""

    @abc.abstractmethod
    def build_async_client(self, proxy: str | None = None) -> AsyncClientT:
        """`build_client`, for asynchronous calls; the loop that it is for is running."""

    @staticmethod
    @abc.abstractmethod
    def close_client(client: ClientT) -> None:
        """Close what `build_client` built."""

    @staticmethod
    @abc.abstractmethod
    async def aclose_client(client: AsyncClientT) -> None:
        """Close what `build_async_client` built."""

    @abc.abstractmethod
    def exchange(self, client: ClientT, request: WireRequest) -> SyncWireResponse:
        """Send `request`, once, and return the response as soon as its head is there.

        What the library raises, here or in `chunks`, becomes an error of ours by `faults`.
        """

    @abc.abstractmethod
    async def async_exchange(self, client: AsyncClientT, request: WireRequest) -> AsyncWireResponse:
        """`exchange`, asynchronously."""

    def exchange_at_once(self, client: ClientT, request: WireRequest) -> WholeResponse | None:  # noqa: ARG002
        """Send `request`, and return its response with all of its body; or None, to have `exchange` called instead.

        Optional. It is for a library that takes less time when it hands over the head and the body together. It is
        asked where the caller wants the whole body and has set no `max_response_bytes`, and the request has no body
        or one of at most 64 KiB. All limits of `request.timeout` are the library's then, also the one on each silence
        while the response body arrives.
        """
        return None

    async def async_exchange_at_once(self, client: AsyncClientT, request: WireRequest) -> WholeResponse | None:  # noqa: ARG002
        """`exchange_at_once`, asynchronously."""
        return None

    def client_defaults(self, client: ClientT | AsyncClientT) -> ClientDefaults:  # noqa: ARG002
        """What the user's own `client` adds to each request: headers that the user has set, and params."""
        return NOTHING

    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Response:
        """Send a request and return its Response, whatever the status.

        Args:
            method: any token; it is upper-cased.
            url: absolute, or a path below the base URL.
            kwargs: see `clientele.http.backends.RequestOptions`.

        Raises:
            TypeError, ConfigurationError: the call is wrong; nothing was sent.
            TransportError: there was no usable answer.
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
            ResponseValidationError: an item isn't what `inner_type` says; the reason has its index.
            TransportError: the stream broke off; complete items have been yielded.
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
        """Close the synchronous client, and have every event loop close its own; the next call opens anew."""
        self._natives.close()
        self._async_natives.hand_over()

    async def aclose(self) -> None:
        """Close all clients: this loop's before it returns, those of other loops as soon as these run."""
        self._natives.close()
        await self._async_natives.aclose()

    def _begin(
        self, own: Any, method: str, url: str, kwargs: dict[str, Any], stream: StreamOptions | None = None
    ) -> CallState:
        """Check and encode a call, on the user's `own` client if there is one; nothing was sent when this raises."""
        return CallState(
            self._profile, method, url, kwargs, stream, own_client=None if own is None else self.client_defaults(own)
        )

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
        # One call's limits, kept by the library, would end others that wait on the same connection.
        shared = self.shared_seconds is not None and self.settings.async_client is None
        reads, writes = shared or not self.limits_async_reads, shared or not self.limits_async_writes
        return waits_of(request, reads=reads, writes=writes, most=self.async_write_block)

    def __repr__(self) -> str:
        base_url = self.settings.base_url
        return f"<{type(self).__name__}{f' {redacted_url(base_url)}' if base_url else ''}>"


def _fits_at_once(request: WireRequest) -> bool:
    """Whether core has nothing to limit or to look at while `request` and its response are on their way."""
    return request.max_response_bytes is None and is_small(request.body)


def _without_certificate(backend: TransportBackend[Any, Any], build: str, proxy: str | None = None) -> Any:
    """What `build` builds for other origins than the one that the certificate is for."""
    elsewhere = copy.copy(backend)
    elsewhere.settings = backend.settings.elsewhere or backend.settings
    return getattr(elsewhere, build)() if proxy is None else getattr(elsewhere, build)(proxy)
