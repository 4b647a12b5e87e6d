"""The short way to write a backend: all but the I/O of one exchange is done here, once for every library."""

from __future__ import annotations

import abc
from collections.abc import AsyncGenerator, Callable, Generator
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar, Unpack, cast

from clientele.http.backends import Capability, HTTPBackend
from clientele.http.bodies import async_chunks, sync_chunks
from clientele.http.call import Call, Stream
from clientele.http.clients import AsyncClients, OneLoop, SyncClient
from clientele.http.errors import ConfigurationError
from clientele.http.faults import FaultTable
from clientele.http.options import BackendOptions, backend_settings, refuse_unknown
from clientele.http.prepare import Profile
from clientele.http.proxies import scheme_of
from clientele.http.redaction import redacted_url
from clientele.http.response import Response
from clientele.http.wire import AsyncWireResponse, SyncWireResponse, WireRequest

ClientT = TypeVar("ClientT")
AsyncClientT = TypeVar("AsyncClientT")


_NEEDED = {"http2": Capability.HTTP2, "proxy": Capability.PROXY, "cert": Capability.CLIENT_CERT}
"""The options that not every library has the means for."""


class TransportBackend(HTTPBackend, Generic[ClientT, AsyncClientT]):
    """A backend that exchanges one wire request for one wire response, and leaves the rest to this class.

    A subclass gives its name, its library, its capabilities and its table of faults; builds native clients from
    `self.settings`; and sends one request exactly as it is: no redirects, retries, cookies or headers of its own, no
    decoding. What it may not see, it can't do differently from other backends.

    Args:
        options: see `clientele.http.options.BackendOptions`.

    Raises:
        TypeError: an unknown option.
        ConfigurationError: a value that can't be used, or one that the library has no means for.
    """

    name: ClassVar[str]
    """As it is chosen by, and as errors say it: `httpx`."""
    library: ClassVar[str]
    """The library and its version, for the User-Agent: `httpx/0.28.1`."""
    faults: ClassVar[FaultTable]
    """The library's exceptions and ours."""
    proxy_schemes: ClassVar[frozenset[str]] = frozenset()
    """The kinds of proxy that the library knows."""
    native_options: ClassVar[frozenset[str]] = frozenset()
    """The keys that `client_options` may have, beside those that are options of ours."""
    fallback_base_url: ClassVar[str] = ""
    """What a relative URL is relative to when no base URL is configured."""

    def __init__(self, **options: Unpack[BackendOptions]) -> None:
        self.settings = backend_settings(type(self).__name__, options)
        """The options, checked and complete."""
        refuse_unknown(self.settings.client_options, self.native_options, f"{type(self).__name__}(client_options=...)")
        for option, capability in _NEEDED.items():
            if getattr(self.settings, option) and capability not in self.capabilities:
                raise ConfigurationError(f"{type(self).__name__}({option}=...): {self.name} has no means for it")
        if self.settings.proxy is not None and scheme_of(self.settings.proxy) not in self.proxy_schemes:
            known = " and ".join(sorted(self.proxy_schemes))
            raise ConfigurationError(f"{type(self).__name__}(proxy=...): {self.name} knows proxies of {known} only")
        self._profile = Profile(
            self.name,
            self.library,
            self.faults,
            self.settings,
            fallback_base_url=self.fallback_base_url,
            proxy_schemes=self.proxy_schemes,
        )
        self._clients: dict[str | None, SyncClient[ClientT]] = {}
        self._async_clients: dict[str | None, AsyncClients[AsyncClientT]] = {}
        self._lent = OneLoop()

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
        """Send `request`, once, and return the response as soon as its head is there."""

    @abc.abstractmethod
    async def async_exchange(self, client: AsyncClientT, request: WireRequest) -> AsyncWireResponse:
        """`exchange`, asynchronously."""

    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Response:
        """Send a request and return its Response, whatever the status.

        Args:
            method: any token; it is upper-cased.
            url: absolute, or a path below the base URL.
            kwargs: see `clientele.http.options.RequestOptions`.

        Raises:
            TypeError, ConfigurationError: the call is wrong; nothing was sent.
            TransportError: there was no usable answer.
        """
        call = self._begin(method, url, kwargs)
        for _ in self._drive(call):
            pass
        return cast(Response, call.response)

    async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Response:
        """`send_sync_request`, asynchronously."""
        call = self._begin(method, url, kwargs)
        async for _ in self._adrive(call):
            pass
        return cast(Response, call.response)

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
        return self._drive(self._begin(method, url, kwargs, Stream(inner_type, response_parser)))

    def handle_async_stream(
        self,
        method: str,
        url: str,
        inner_type: Any,
        response_parser: Callable[[str], Any] | None = None,
        **kwargs: Any,
    ) -> AsyncGenerator[Any, None]:
        """`handle_sync_stream`, asynchronously: an async generator."""
        return self._adrive(self._begin(method, url, kwargs, Stream(inner_type, response_parser)))

    def close(self) -> None:
        """Close the synchronous client, and have every event loop close its own; the next call opens anew."""
        for client in list(self._clients.values()):
            client.close()
        for clients in list(self._async_clients.values()):
            clients.hand_over()

    async def aclose(self) -> None:
        """Close all clients: this loop's before it returns, those of other loops as soon as these run."""
        for client in list(self._clients.values()):
            client.close()
        for clients in list(self._async_clients.values()):
            await clients.aclose()

    def _begin(self, method: str, url: str, kwargs: dict[str, Any], stream: Stream | None = None) -> Call:
        """Check and encode a call; nothing has been sent when this raises."""
        return Call(self._profile, method, url, kwargs, stream)

    def _client(self, proxy: str | None) -> ClientT:
        if self.settings.client is not None:
            return cast(ClientT, self.settings.client)
        slot = self._clients.get(proxy)
        if slot is None:
            build = self.build_client if proxy is None else partial(self.build_client, proxy)
            slot = self._clients.setdefault(proxy, SyncClient(build, self.close_client))
        return slot.get()

    def _async_client(self, proxy: str | None) -> AsyncClientT:
        if self.settings.async_client is not None:
            self._lent.check()
            return cast(AsyncClientT, self.settings.async_client)
        slot = self._async_clients.get(proxy)
        if slot is None:
            build = self.build_async_client if proxy is None else partial(self.build_async_client, proxy)
            slot = self._async_clients.setdefault(proxy, AsyncClients(build, self.aclose_client))
        return slot.get()

    def _drive(self, call: Call) -> Generator[Any, None, None]:
        with call.watched():
            while call.response is None:
                with call.faults:
                    wire = self.exchange(self._client(call.proxy), call.wire_request(sync_chunks))
                try:
                    call.head(wire)
                    while (chunk := _next_of(call, wire)) is not None:
                        yield from call.feed(chunk)
                    yield from call.end()
                finally:
                    with call.faults:
                        wire.close()

    async def _adrive(self, call: Call) -> AsyncGenerator[Any, None]:
        while call.response is None:
            with call.faults:
                request = call.wire_request(async_chunks)
                wire = await call.within(self.async_exchange(self._async_client(call.proxy), request))
            try:
                call.head(wire)
                while (chunk := await _anext_of(call, wire)) is not None:
                    for item in call.feed(chunk):
                        yield item
                for item in call.end():
                    yield item
            finally:
                with call.faults:
                    await wire.close()

    def __repr__(self) -> str:
        base_url = self.settings.base_url
        return f"<{type(self).__name__}{f' {redacted_url(base_url)}' if base_url else ''}>"


def _next_of(call: Call, wire: SyncWireResponse) -> bytes | None:
    with call.faults:
        return next(wire.chunks, None)


async def _anext_of(call: Call, wire: AsyncWireResponse) -> bytes | None:
    with call.faults:
        return await call.within(anext(wire.chunks, None))
