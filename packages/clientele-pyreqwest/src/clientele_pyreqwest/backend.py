"""The backend on pyreqwest (https://github.com/MarkusSintonen/pyreqwest): sync, async, HTTP/2."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Iterator
from contextlib import AsyncExitStack, ExitStack
from datetime import timedelta
from importlib.metadata import version
from operator import attrgetter
from time import monotonic
from typing import Any, Never, Unpack

from pyreqwest.client import Client, ClientBuilder, SyncClient, SyncClientBuilder
from pyreqwest.exceptions import PyreqwestError
from pyreqwest.response import BaseResponse, ResponseBodyReader, SyncResponseBodyReader

from clientele.http.backends import BACKEND_DEFAULTS, BackendOptions, Capability
from clientele.http.backends.option_signatures import with_option_signature
from clientele.http.errors import ConfigurationError
from clientele.http.transport import TransportBackend
from clientele.http.wire import AsyncWireResponse, Pairs, SyncWireResponse, WholeResponse, WireRequest, WireResponse
from clientele_pyreqwest.clients import NATIVE_OPTIONS, Clients, configured
from clientele_pyreqwest.faults import Fault, causes_of, kind_of

_ADDS = "adds authorities to those it has, by client_options={'add_root_certificate_pem': ...}; it has no contexts"


class PyreqwestHTTPBackend(TransportBackend[Clients[SyncClient], Clients[Client]]):
    """The backend on pyreqwest, an HTTP client in Rust, for synchronous and asynchronous calls. It is experimental.

    Args:
        options: see `clientele.http.backends.BackendOptions`. `verify` is True or False; `client` and `async_client`
            are refused. `client_options` may have the keys in `native_options`, as for pyreqwest.

    Raises:
        TypeError: an unknown option.
        ConfigurationError: an invalid value, or an option that pyreqwest doesn't support.
    """

    name = "pyreqwest"
    library = f"pyreqwest/{version('pyreqwest')}"
    capabilities = frozenset(Capability) - {Capability.CA_PATH}
    conformance_edition = "2026.1"
    faults = ((Fault, attrgetter("kind")), (PyreqwestError, kind_of))
    proxy_schemes = frozenset({"http", "https"})
    native_options = NATIVE_OPTIONS
    limits_async_reads = limits_async_writes = False
    async_write_block = 1 << 20
    client_types = (None, None)

    @with_option_signature(BackendOptions, BACKEND_DEFAULTS)
    def __init__(self, **options: Unpack[BackendOptions]) -> None:
        super().__init__(**options)
        if not isinstance(self.settings.verify, bool):
            raise ConfigurationError(f"{type(self).__name__}(verify=...): use True or False; pyreqwest {_ADDS}")

    def build_client(self, proxy: str | None = None) -> Clients[SyncClient]:
        """Clients that don't follow redirects, don't store cookies and don't read the environment."""
        return Clients(lambda need: configured(SyncClientBuilder(), self.settings, proxy, need).build())

    def build_async_client(self, proxy: str | None = None) -> Clients[Client]:
        """`build_client`, for asynchronous calls."""
        return Clients(lambda need: configured(ClientBuilder(), self.settings, proxy, need).build())

    @staticmethod
    def close_client(client: Clients[SyncClient]) -> None:
        """Close the connections that no call is on."""
        client.close()

    @staticmethod
    async def aclose_client(client: Clients[Client]) -> None:
        """Close the connections that no call is on."""
        client.close()

    def exchange_at_once(self, client: Clients[SyncClient], request: WireRequest) -> WholeResponse:
        """Send `request` and return its response, the body read."""
        native = _complete(client.client_for(request).request(request.method, str(request.url)), request)
        try:
            response = native.build().send()
        except PyreqwestError as error:
            raise Fault(causes_of(error)[-1], kind_of(error)) from error
        return WholeResponse(*_head_of(response), response.bytes().to_bytes(), response)

    async def async_exchange_at_once(self, client: Clients[Client], request: WireRequest) -> WholeResponse:
        """`exchange_at_once`, asynchronously."""
        native = _complete(client.client_for(request).request(request.method, str(request.url)), request)
        try:
            response = await _uncancelled(native.build().send())
        except PyreqwestError as error:
            raise Fault(causes_of(error)[-1], kind_of(error)) from error
        return WholeResponse(*_head_of(response), (await response.bytes()).to_bytes(), response)

    def exchange(self, client: Clients[SyncClient], request: WireRequest) -> SyncWireResponse:
        """Send `request` and return its response, the body unread."""
        native, stack = client.client_for(request).request(request.method, str(request.url)), ExitStack()
        try:
            response = stack.enter_context(_complete(native, request).streamed_read_buffer_limit(0).build_streamed())
        except PyreqwestError as error:
            raise Fault(causes_of(error)[-1], kind_of(error)) from error
        return WireResponse(*_head_of(response), _sync_chunks(response.body_reader, request), stack.close, response)

    async def async_exchange(self, client: Clients[Client], request: WireRequest) -> AsyncWireResponse:
        """`exchange`, asynchronously."""
        # A cancelled call continues in pyreqwest until its own limit, which also runs during an upload.
        reads = request.body is None or isinstance(request.body, bytes)
        native = client.client_for(request, reads=reads).request(request.method, str(request.url))
        native, stack = _complete(native, request).streamed_read_buffer_limit(0), AsyncExitStack()
        try:
            response = await _uncancelled(stack.enter_async_context(native.build_streamed()))
        except PyreqwestError as error:
            raise Fault(causes_of(error)[-1], kind_of(error)) from error
        stack.push_async_callback((chunks := _chunks(response.body_reader)).aclose)
        return WireResponse(*_head_of(response), chunks, stack.aclose, response)

    @staticmethod
    def convert_to_response(native_response: Any) -> Never:
        """Raise ConfigurationError: a response of pyreqwest has neither its request nor whether it was read."""
        raise ConfigurationError(f"convert_to_response: {type(native_response)} doesn't tell what was asked; use ours")


def _complete(native: Any, request: WireRequest) -> Any:
    if request.signed and "'" in request.url.query:
        raise ConfigurationError("url: pyreqwest sends an apostrophe in a query as %27, which isn't signed; write %27")
    native, body = native.headers(request.headers), request.body
    if isinstance(body, bytes):
        native = native.body_bytes(body)
    elif body is not None:
        native = native.body_stream(body)
        if not any(name.lower() == "content-length" for name, _ in request.headers):
            native = native.header("Transfer-Encoding", "chunked")  # Otherwise hyper omits the body of a GET.
    if request.deadline is not None:
        native = native.timeout(timedelta(seconds=min(max(request.deadline.at - monotonic(), 0.001), 1e6)))
    return native


def _head_of(response: BaseResponse) -> tuple[int, Pairs, str]:
    if response.status == 101:
        raise Fault("101 Switching Protocols, though no upgrade was asked for")
    try:
        headers = tuple(response.headers.items())
    except ValueError as error:
        raise Fault("the response has a header that is not ASCII") from error
    return response.status, headers, "2" if response.version == "HTTP/2.0" else response.version[5:]


def _sync_chunks(reader: SyncResponseBodyReader, request: WireRequest) -> Iterator[bytes]:
    end = request.deadline and request.deadline.at
    while (chunk := reader.read_chunk()) is not None:
        yield chunk.to_bytes()
        if request.deadline and request.deadline.at != end:
            raise Fault("the rest of the body is not read: nothing would end the wait for it in time")


async def _chunks(reader: ResponseBodyReader) -> AsyncGenerator[bytes, None]:
    while (chunk := await _uncancelled(reader.read_chunk())) is not None:
        yield chunk.to_bytes()


async def _uncancelled(awaitable: Awaitable[Any]) -> Any:
    """If pyreqwest finishes at the moment of a cancellation, the task may continue as if it weren't cancelled."""
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    result = await awaitable
    if task and task.cancelling() > before:
        raise asyncio.CancelledError
    return result
