"""The backend on aiohttp (https://docs.aiohttp.org): async only, by `ClientSession.request`."""

from __future__ import annotations

from typing import Never

import aiohttp
from aiohttp import ClientResponse, ClientSession

from clientele.http import errors
from clientele.http.backends import AsyncOnly, Capability
from clientele.http.backends.tls import public_context
from clientele.http.message.headers import Pairs
from clientele.http.response import Response
from clientele.http.transport import TransportBackend
from clientele.http.wire import AsyncWireResponse, ClientDefaults, WireRequest, WireResponse
from clientele_aiohttp.connector import build_session, send_once
from clientele_aiohttp.exchange import Chunks
from clientele_aiohttp.faults import FAULTS, in_plain_words
from clientele_aiohttp.own import send_on_own

_UNREAD = "convert_to_response: the body has not been read; await read() first"


class AiohttpHTTPBackend(AsyncOnly, TransportBackend[Never, ClientSession]):
    """The backend on aiohttp, for asynchronous calls over HTTP/1.1.

    Args:
        options: see `clientele.http.backends.BackendOptions`. `client_options` may have `family`,
            `happy_eyeballs_delay`, `interleave`, `keepalive_timeout`, `local_addr`, `resolver`, `socket_factory`,
            `ttl_dns_cache` and `use_dns_cache`, as for `aiohttp.TCPConnector`.

    Raises:
        TypeError: an unknown option.
        ConfigurationError: an invalid value, or an option that aiohttp doesn't support, such as `http2`.
    """

    name = "aiohttp"
    library = f"aiohttp/{aiohttp.__version__}"
    capabilities = frozenset(Capability) - {Capability.SYNC, Capability.HTTP2}
    conformance_edition = "2026.1"
    faults = FAULTS
    proxy_schemes = frozenset({"http", "https"})
    native_options = frozenset({"family", "happy_eyeballs_delay", "interleave", "keepalive_timeout"}) | frozenset(
        {"local_addr", "resolver", "socket_factory", "ttl_dns_cache", "use_dns_cache"}
    )
    limits_async_reads = False
    limits_async_writes = False
    client_types = (None, ClientSession)

    def build_async_client(self, proxy: str | None = None) -> ClientSession:  # noqa: ARG002 - each request says it
        """An `aiohttp.ClientSession` that stores no cookies and doesn't read the environment."""
        options = {"resolver": aiohttp.ThreadedResolver(), "use_dns_cache": False, **self.settings.client_options}
        return build_session(ssl=public_context(self.settings.verify, self.settings.cert, None), **options)

    @staticmethod
    async def aclose_client(client: ClientSession) -> None:
        """Close all its connections."""
        await client.close()

    async def async_exchange(self, client: ClientSession, request: WireRequest) -> AsyncWireResponse:
        """Send `request` and return its response, the body unread."""
        send = send_on_own if client is self.settings.async_client else send_once
        content = None
        try:
            response = await send(client, request)
            if response.connection is None and not request.streaming:  # Released, because the body has arrived.
                content = await response.read()
        except aiohttp.ClientResponseError as error:
            raise in_plain_words(error) from error
        head, chunks = (response.status, _headers_of(response), _version_of(response)), Chunks(response)
        return WireResponse(*head, chunks, chunks.close, response, content)

    def client_defaults(self, client: ClientSession) -> ClientDefaults:
        """The headers of the session; it has no parameters."""
        return ClientDefaults(headers=tuple(client.headers.items()))

    @staticmethod
    def convert_to_response(native_response: ClientResponse) -> Response:
        """A Response with the body that aiohttp has read and decoded.

        Raises:
            ConfigurationError: the body has not been read.
        """
        # Doesn't wait if the body was read. Other accessors fail once the connection is released.
        reading = native_response.text("latin-1")
        try:
            reading.send(None)
        except StopIteration as read:
            content = read.value.encode("latin-1")
        except aiohttp.ClientError as error:
            raise errors.ConfigurationError(_UNREAD) from error
        else:
            reading.close()
            raise errors.ConfigurationError(_UNREAD)
        return Response(
            status_code=native_response.status,
            headers=_headers_of(native_response),
            content=content,
            request_method=native_response.method,
            request_url=str(native_response.url),
            http_version=_version_of(native_response),
            native=native_response,
        )


def _headers_of(response: ClientResponse) -> Pairs:
    """The fields; a response of a tool may have them only as text."""
    if response.raw_headers is None:  # pyright: ignore[reportUnnecessaryComparison]
        return tuple(response.headers.items())
    return tuple([(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers])


def _version_of(response: ClientResponse) -> str:
    version = response.version
    return f"{version.major}.{version.minor}" if version else "1.1"
