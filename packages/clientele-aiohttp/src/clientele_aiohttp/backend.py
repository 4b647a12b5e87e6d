"""One exchange over aiohttp (https://docs.aiohttp.org), async only.

Requests go out as they are, through a session without cookies, redirects, retries and headers of its own; bodies are
read raw.
"""

from __future__ import annotations

import functools
import ssl
from collections.abc import AsyncIterable
from typing import ClassVar, Never

import aiohttp
from aiohttp import ClientResponse, ClientSession, ClientTimeout

from clientele.http import errors
from clientele.http.backends import Capability
from clientele.http.headers import Pairs
from clientele.http.modes import AsyncOnly
from clientele.http.options import BackendSettings
from clientele.http.response import Response
from clientele.http.tls import client_context, unlent
from clientele.http.transport import TransportBackend
from clientele.http.wire import AsyncWireResponse, ClientDefaults, WireRequest, WireResponse
from clientele_aiohttp.connections import Connector
from clientele_aiohttp.faults import FAULTS, in_plain_words
from clientele_aiohttp.own import defaults_of, send_on_own
from clientele_aiohttp.reading import Chunks
from clientele_aiohttp.resolver import Resolver
from clientele_aiohttp.sending import send
from clientele_aiohttp.uploads import Upload


class AiohttpHTTPBackend(AsyncOnly, TransportBackend[Never, ClientSession]):
    """The backend on aiohttp, for asynchronous calls over HTTP/1.1.

    Args:
        options: see `clientele.http.options.BackendOptions`. `client_options` may have `family`,
            `happy_eyeballs_delay`, `interleave`, `keepalive_timeout`, `local_addr`, `resolver`, `socket_factory`,
            `ttl_dns_cache` and `use_dns_cache`, as `aiohttp.TCPConnector` takes them.

    Raises:
        TypeError: an unknown option.
        ConfigurationError: a value that can't be used, or an option that aiohttp has no means for, such as `http2`.
    """

    name = "aiohttp"
    library = f"aiohttp/{aiohttp.__version__}"
    capabilities = frozenset(Capability) - {Capability.SYNC, Capability.HTTP2}
    conformance_edition = "2026.1"
    faults = FAULTS
    proxy_schemes = frozenset({"http", "https"})
    native_options = frozenset(
        {
            "family",
            "happy_eyeballs_delay",
            "interleave",
            "keepalive_timeout",
            "local_addr",
            "resolver",
            "socket_factory",
            "ttl_dns_cache",
            "use_dns_cache",
        }
    )
    limits_async_writes: ClassVar[bool] = False
    client_types = (None, ClientSession)

    def build_async_client(self, proxy: str | None = None) -> ClientSession:  # noqa: ARG002 - each request says it
        """An `aiohttp.ClientSession` that keeps no cookies and reads nothing of the environment."""
        settings = self.settings
        options = {"resolver": Resolver(), "use_dns_cache": False, **settings.client_options}
        connector = Connector(settings.max_connections, ssl=_verification(settings), **options)
        return ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    @staticmethod
    async def aclose_client(client: ClientSession) -> None:
        """Close all its connections."""
        await client.close()

    async def async_exchange(self, client: ClientSession, request: WireRequest) -> AsyncWireResponse:
        """Send `request` and return its response, the body unread."""
        body = request.body
        upload = Upload(body) if isinstance(body, AsyncIterable) else None
        data = body if upload is None else upload
        timeout = _limits(request.timeout.connect, request.timeout.read)
        try:
            if client is self.settings.async_client:
                response = await send_on_own(client, request, data, timeout)
            else:
                response = await send(client, request, data, timeout)
        except aiohttp.ClientResponseError as error:
            raise in_plain_words(error) from error
        except (aiohttp.ClientError, OSError):
            if upload is not None and upload.error is not None:
                raise upload.error from None
            raise
        chunks = Chunks(response)
        return WireResponse(
            response.status, _headers_of(response), _version_of(response), chunks, chunks.close, response
        )

    def client_defaults(self, client: ClientSession) -> ClientDefaults:
        """Its headers; it has no parameters."""
        return defaults_of(client)

    @staticmethod
    def convert_to_response(native_response: ClientResponse) -> Response:
        """A Response with the body that aiohttp has read and decoded.

        Raises:
            ConfigurationError: the body has not been read.
        """
        # Private, and tested with the lowest and the newest version: `read` would go on reading if it is None.
        content = native_response._body  # noqa: SLF001
        if content is None:
            raise errors.ConfigurationError("convert_to_response: the body has not been read; await read() first")
        return Response(
            status_code=native_response.status,
            headers=_headers_of(native_response),
            content=content,
            request_method=native_response.method,
            request_url=str(native_response.url),
            http_version=_version_of(native_response),
            native=native_response,
        )


def _verification(settings: BackendSettings) -> ssl.SSLContext | bool:
    if settings.cert is None:
        return settings.verify if isinstance(settings.verify, bool) else unlent(settings.verify)
    return client_context(settings.verify, settings.cert)


@functools.lru_cache(maxsize=64)
def _limits(connect: float | None, read: float | None) -> ClientTimeout:
    return ClientTimeout(total=None, connect=connect, sock_read=read)


def _headers_of(response: ClientResponse) -> Pairs:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers)


def _version_of(response: ClientResponse) -> str:
    version = response.version
    return f"{version.major}.{version.minor}" if version else ""
