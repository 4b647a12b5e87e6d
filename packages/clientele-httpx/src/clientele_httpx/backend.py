"""One exchange over httpx (https://www.python-httpx.org), sync and async.

Requests are built by hand and sent without the client's auth, cookies, parameters and redirects; bodies are read raw.
"""

from __future__ import annotations

import asyncio
import functools
import ssl
from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, cast

import httpx

from clientele.http import errors
from clientele.http.backends import Capability
from clientele.http.options import BackendSettings
from clientele.http.redaction import without_userinfo
from clientele.http.response import Response
from clientele.http.tls import with_certificate
from clientele.http.transport import TransportBackend
from clientele.http.wire import AsyncWireResponse, ClientDefaults, SyncWireResponse, WireRequest, WireResponse
from clientele_httpx.closing import Undisturbed
from clientele_httpx.early import read_early_answers
from clientele_httpx.exclusive import one_call_at_a_time
from clientele_httpx.faults import FAULTS
from clientele_httpx.logs import discreet
from clientele_httpx.messages import ahide_location, headers_of, hide_location, native_request, pairs_of, version_of
from clientele_httpx.own import credentials_for, defaults_of
from clientele_httpx.pools import free_slots, transport_for
from clientele_httpx.sockets import watch_sockets, watched_by
from clientele_httpx.surplus import adrop_if_surplus, drop_if_surplus


class HttpxHTTPBackend(TransportBackend[httpx.Client, httpx.AsyncClient]):
    """The default backend: httpx, sync and async, with HTTP/2 where `http2=True` and the server agrees (ALPN).

    Args:
        options: see `clientele.http.options.BackendOptions`. `client_options` may have `mounts`, `transport`, `limits`,
            `event_hooks` and `http1`, as `httpx.Client` takes them.

    Raises:
        TypeError: an unknown option.
        ConfigurationError: a value that can't be used.
    """

    name = "httpx"
    library = f"httpx/{httpx.__version__}"
    capabilities = frozenset(Capability)
    conformance_edition = "2026.1"
    faults = FAULTS
    proxy_schemes = frozenset({"http", "https"})
    native_options = frozenset({"event_hooks", "http1", "limits", "mounts", "transport"})
    client_types = (httpx.Client, httpx.AsyncClient)

    def build_client(self, proxy: str | None = None) -> httpx.Client:
        """An `httpx.Client` that keeps no cookies and reads nothing of the environment."""
        client = httpx.Client(**self._client_options(proxy, hide_location))
        watch_sockets(client)
        if self.settings.http2:
            one_call_at_a_time(client)
        return client

    def build_async_client(self, proxy: str | None = None) -> httpx.AsyncClient:
        """An `httpx.AsyncClient` that keeps no cookies and reads nothing of the environment."""
        client = httpx.AsyncClient(**self._client_options(proxy, ahide_location))
        read_early_answers(client)
        if self.settings.http2:
            one_call_at_a_time(client)
        return client

    @staticmethod
    def close_client(client: httpx.Client) -> None:
        """Close all its connections."""
        client.close()

    @staticmethod
    async def aclose_client(client: httpx.AsyncClient) -> None:
        """Close all its connections."""
        await client.aclose()

    def exchange(self, client: httpx.Client, request: WireRequest) -> SyncWireResponse:
        """Send `request` and return its response, the body unread."""
        native = native_request(request)
        with watched_by(request.deadline):
            if self._adds_nothing(client):
                response = transport_for(client, native).handle_request(native)
                response.request = native
            else:
                with discreet():
                    auth = _auth(client, native, request)
                    response = client.send(native, stream=True, auth=auth, follow_redirects=False)
        drop_if_surplus(response)
        head = response.status_code, headers_of(response), version_of(response)
        return WireResponse(*head, iter(cast(httpx.SyncByteStream, response.stream)), response.close, response)

    async def async_exchange(self, client: httpx.AsyncClient, request: WireRequest) -> AsyncWireResponse:
        """Send `request` and return its response, the body unread."""
        native = native_request(request)
        try:
            if self._adds_nothing(client):
                response = await transport_for(client, native).handle_async_request(native)
                response.request = native
            else:
                with discreet():
                    auth = _auth(client, native, request)
                    response = await client.send(native, stream=True, auth=auth, follow_redirects=False)
        except asyncio.CancelledError:
            await free_slots(client)
            raise
        adrop_if_surplus(response)
        head = response.status_code, headers_of(response), version_of(response)
        # Not `aiter_raw`, which closes the response itself at the end, where a cancelled call would disturb it.
        chunks = aiter(cast(httpx.AsyncByteStream, response.stream))
        return WireResponse(*head, chunks, functools.partial(Undisturbed, response.aclose), response)

    def client_defaults(self, client: httpx.Client | httpx.AsyncClient) -> ClientDefaults:
        """The headers that the user has set on it, and its parameters."""
        return defaults_of(client)

    @staticmethod
    def convert_to_response(native_response: httpx.Response) -> Response:
        """A Response with the body that httpx has read and decoded.

        Raises:
            ConfigurationError: the body has not been read.
        """
        try:
            content = native_response.content
        except httpx.ResponseNotRead as error:
            raise errors.ConfigurationError(
                "convert_to_response: the body has not been read; call read() or await aread() first"
            ) from error
        request = native_response.request
        return Response(
            status_code=native_response.status_code,
            headers=pairs_of(native_response.headers),
            content=content,
            request_method=request.method,
            request_url=without_userinfo(str(request.url)),
            http_version=version_of(native_response),
            native=native_response,
        )

    def _adds_nothing(self, client: httpx.Client | httpx.AsyncClient) -> bool:
        """Whether `client` has nothing to do with a request but to know its transport, which may as well be asked."""
        is_ours = client is not self.settings.client and client is not self.settings.async_client
        return is_ours and not self.settings.client_options.get("event_hooks")

    def _client_options(self, proxy: str | None, hide_location: Any) -> Mapping[str, Any]:
        settings = self.settings
        hooks = settings.client_options.get("event_hooks", {})
        return {
            "verify": _verification(settings),
            "proxy": proxy,
            "http2": settings.http2,
            "limits": httpx.Limits(
                max_connections=settings.max_connections, max_keepalive_connections=settings.max_connections
            ),
            "trust_env": False,
            "cookies": CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            **settings.client_options,
            "event_hooks": {**hooks, "response": [*hooks.get("response", ()), hide_location]},
        }


def _verification(settings: BackendSettings) -> ssl.SSLContext | bool:
    if settings.cert is not None:
        return with_certificate(httpx.create_ssl_context(settings.verify, trust_env=False), settings.cert)
    return _default_context(http2=settings.http2) if settings.verify is True else settings.verify


@functools.cache
def _default_context(*, http2: bool) -> ssl.SSLContext:  # noqa: ARG001 - httpx writes what it offers into the context
    """One for all backends: reading the CAs takes longer than a hundred requests."""
    return httpx.create_ssl_context(trust_env=False)


def _auth(client: httpx.Client | httpx.AsyncClient, native: httpx.Request, request: WireRequest) -> Any:
    """What to send `native` with."""
    return credentials_for(native, client) if request.client_credentials else None
