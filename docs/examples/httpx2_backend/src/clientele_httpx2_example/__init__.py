"""A thin Clientele backend on httpx2 (https://httpx2.pydantic.dev): both modes over HTTP/1.1, by public names only."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Mapping
from functools import partial
from typing import Any

import httpx2

from clientele.http import Capability, Response, TransportBackend, errors
from clientele.http.backends.tls import client_context
from clientele.http.transport import hide_heads, hide_queries
from clientele.http.wire import AsyncWireResponse, Deadline, Pairs, SyncWireResponse, WireRequest, WireResponse

hide_queries("httpx2")
hide_heads("hpack.hpack", "hpack.table")
hide_heads(*(f"httpcore2.{part}" for part in ("http11", "http2", "proxy", "socks")), marks=("headers", "auth="))


def received(fault: BaseException) -> type[errors.TransportError]:
    """One exception of httpx2's is both for a connection that ended too early and for bytes that aren't HTTP."""
    is_cut = "closed connection" in str(fault) or "disconnected" in str(fault)
    return errors.ReadError if is_cut else errors.ProtocolError


def refused(fault: BaseException) -> type[errors.TransportError]:
    """A fault of TLS behind the handshake: on TLS 1.3 that is where a server refuses a client's certificate."""
    return errors.TLSError if "ALERT" in str(fault) else errors.ReadError


class Httpx2Backend(TransportBackend[httpx2.HTTPTransport, httpx2.AsyncHTTPTransport]):
    """The backend on httpx2's transports. Its options are those of `clientele.http.backends.BackendOptions`."""

    name = "httpx2-example"
    library = f"httpx2/{httpx2.__version__}"
    capabilities = frozenset(
        {
            *(Capability.SYNC, Capability.ASYNC, Capability.PROXY, Capability.CA_PATH, Capability.CLIENT_CERT),
            *(Capability.WRITE_TIMEOUT, Capability.POOL_TIMEOUT, Capability.COOKIES),
        }
    )
    conformance_edition = "2026.1"
    faults = (
        (httpx2.ConnectTimeout, errors.ConnectTimeout),
        (httpx2.ReadTimeout, errors.ReadTimeout),
        (httpx2.WriteTimeout, errors.WriteTimeout),
        (httpx2.PoolTimeout, errors.PoolTimeout),
        (httpx2.ProxyError, errors.ProxyError),
        (httpx2.ConnectError, errors.ConnectError),
        (httpx2.WriteError, errors.WriteError),
        (httpx2.RemoteProtocolError, received),
        (httpx2.ProtocolError, errors.ProtocolError),
        (httpx2.HTTPError, errors.ReadError),
        (ssl.SSLError, refused),
    )
    proxy_schemes = frozenset({"http", "https"})
    client_types = (httpx2.HTTPTransport, httpx2.AsyncHTTPTransport)
    limits_async_writes = False

    def build_client(self, proxy: str | None = None) -> httpx2.HTTPTransport:
        """A transport for synchronous calls."""
        return httpx2.HTTPTransport(**self._transport_options(proxy))

    def build_async_client(self, proxy: str | None = None) -> httpx2.AsyncHTTPTransport:
        """A transport for asynchronous calls."""
        return httpx2.AsyncHTTPTransport(**self._transport_options(proxy))

    @staticmethod
    def close_client(client: httpx2.HTTPTransport) -> None:
        """Close all its connections."""
        client.close()

    @staticmethod
    async def aclose_client(client: httpx2.AsyncHTTPTransport) -> None:
        """Close all its connections."""
        await client.aclose()

    def exchange(self, client: httpx2.HTTPTransport, request: WireRequest) -> SyncWireResponse:
        """Send `request`, and return the response with its body unread."""
        extensions = {} if request.deadline is None else {"trace": partial(watch, request.deadline)}
        response = client.handle_request(native_request(request, extensions))
        return WireResponse(*head_of(response), response.iter_raw(), response.close, response)

    async def async_exchange(self, client: httpx2.AsyncHTTPTransport, request: WireRequest) -> AsyncWireResponse:
        """Send `request`, and return the response with its body unread."""
        opened: list[Any] = []
        try:
            response = await client.handle_async_request(native_request(request, {"trace": partial(note, opened)}))
        except asyncio.CancelledError:
            for stream in opened:  # httpx2 leaves a connection open whose handshake is cancelled.
                await stream.aclose()
            raise
        return WireResponse(*head_of(response), response.aiter_raw(), response.aclose, response)

    @staticmethod
    def convert_to_response(native_response: httpx2.Response) -> Response:
        """A Response with the body that httpx2 has read and decoded."""
        native, (status, headers, version) = native_response, head_of(native_response)
        try:
            content = native.content
        except httpx2.ResponseNotRead as error:
            raise errors.ConfigurationError("the body has not been read; call read() or aread() first") from error
        return Response(
            status_code=status,
            headers=headers,
            content=content,
            request_method=native.request.method,
            request_url=str(native.request.url.copy_with(userinfo=b"")),
            http_version=version,
            native=native,
        )

    def _transport_options(self, proxy: str | None) -> dict[str, Any]:
        # Not what httpx2 takes `verify=True` for, which is another thing on each operating system.
        context = client_context(self.settings.verify, self.settings.cert)
        return {"verify": context, "proxy": proxy, "trust_env": False, "limits": httpx2.Limits()}


def native_request(request: WireRequest, extensions: Mapping[str, Any]) -> httpx2.Request:
    """`request`, on a connection of its own."""
    headers = [field for field in request.headers if field[0].lower() != "connection"]
    limits = {name: getattr(request.timeout, name) for name in ("connect", "read", "write", "pool")}
    return httpx2.Request(
        request.method,
        str(request.url),
        headers=[*headers, ("Connection", "close")],
        content=request.body,
        extensions={"timeout": limits, **extensions},
    )


def head_of(response: httpx2.Response) -> tuple[int, Pairs, str]:
    """Status, header fields in the order in which they came, and version."""
    fields = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
    return response.status_code, fields, response.http_version.removeprefix("HTTP/")


def watch(deadline: Deadline, event: str, info: Mapping[str, Any]) -> None:
    """Have `deadline` cut a connection as soon as httpx2 tells of it."""
    if event.endswith(("connect_tcp.complete", "start_tls.complete")):
        deadline.watch(partial(cut, info["return_value"].get_extra_info("socket")))


async def note(opened: list[Any], event: str, info: Mapping[str, Any]) -> None:
    """Add a connection to `opened` as soon as httpx2 tells of it."""
    if event.endswith("connect_tcp.complete"):
        opened.append(info["return_value"])


def cut(connection: socket.socket) -> None:
    """Have a thread that waits for the server go on."""
    with contextlib.suppress(OSError):  # It is closed already.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
