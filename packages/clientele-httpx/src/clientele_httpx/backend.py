"""One exchange over httpx (https://www.python-httpx.org), sync and async: `Client.send`, with raw bodies."""

from __future__ import annotations

import functools
from math import inf
from typing import Any, TypeVar, cast

import httpx

from clientele.http import errors
from clientele.http.backends import AddOn, Capability
from clientele.http.response import Response
from clientele.http.runtime.deadline import watched_by
from clientele.http.transport import TransportBackend, hide_heads, hide_queries
from clientele.http.transport.native_responses import converted
from clientele.http.wire import AsyncWireResponse, ClientDefaults, SyncWireResponse, WireRequest, WireResponse
from clientele_httpx.faults import FAULTS
from clientele_httpx.messages import ahide_location, auth_for, defaults_of, head_of, hide_location, native_request
from clientele_httpx.sockets import Stream
from clientele_httpx.transport import AsyncTransport, Transport, limits_of
from clientele_httpx.turned_away import SentOnce

ClientT = TypeVar("ClientT")
hide_queries("httpx")
hide_heads("hpack.hpack", "hpack.table")
hide_heads(*(f"httpcore.{part}" for part in ("http11", "http2", "proxy", "socks")), marks=("headers", "auth=", "fail"))


class HttpxHTTPBackend(TransportBackend[httpx.Client, httpx.AsyncClient]):
    """The default backend: httpx, sync and async, with HTTP/2 if `http2=True` and the server supports it (ALPN).

    Its options are those of `clientele.http.backends.BackendOptions`; `client_options` may have `mounts`, `transport`,
    `limits`, `event_hooks` and `http1`, as for `httpx.Client`.
    """

    name = "httpx"
    library = f"httpx/{httpx.__version__}"
    capabilities = frozenset(Capability)
    conformance_edition = "2026.1"
    faults = FAULTS
    proxy_schemes = frozenset({"http", "https"})
    socks = AddOn("socksio", "clientele-httpx[socks]")
    native_options = frozenset({"event_hooks", "http1", "limits", "mounts", "transport"})
    client_types = (httpx.Client, httpx.AsyncClient)

    @property
    def shared_seconds(self) -> float | None:
        """Over HTTP/2, the seconds for which httpx keeps an idle connection."""
        return limits_of(self.settings).keepalive_expiry or inf if self.settings.http2 else None

    def build_client(self, proxy: str | None = None) -> httpx.Client:
        """An `httpx.Client` that stores no cookies and doesn't read the environment."""
        return self._built(httpx.Client, Transport, proxy, hide_location)

    def build_async_client(self, proxy: str | None = None) -> httpx.AsyncClient:
        """An `httpx.AsyncClient` that stores no cookies and doesn't read the environment."""
        return self._built(httpx.AsyncClient, AsyncTransport, proxy, ahide_location)

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
        if self.settings.http2:
            native.extensions["trace"] = SentOnce(request.sent)
        with watched_by(request.deadline):
            response = client.send(native, stream=True, auth=auth_for(native, request, client), follow_redirects=False)
        chunks = iter(cast(httpx.SyncByteStream, response.stream))
        return WireResponse(*head_of(response), chunks, functools.partial(_close, response), response)

    async def async_exchange(self, client: httpx.AsyncClient, request: WireRequest) -> AsyncWireResponse:
        """Send `request` and return its response, the body unread."""
        native = native_request(request)
        if self.shared_seconds is not None:
            native.extensions["trace"] = SentOnce(request.sent).asynchronous
            native.extensions["timeout"].update(read=None, write=None)
        auth = auth_for(native, request, client)
        response = await client.send(native, stream=True, auth=auth, follow_redirects=False)
        # Not `aiter_raw`, which closes the response at its end, where a cancellation could interrupt it.
        chunks = aiter(cast(httpx.AsyncByteStream, response.stream))
        return WireResponse(*head_of(response), chunks, response.aclose, response)

    def client_defaults(self, client: httpx.Client | httpx.AsyncClient) -> ClientDefaults:
        """The headers that the user has set on the client, and its parameters."""
        return defaults_of(client)

    @staticmethod
    def convert_to_response(native_response: httpx.Response) -> Response:
        """A Response with the body that httpx has read and decoded; ConfigurationError if it hasn't."""
        try:
            return converted(native_response, head_of(native_response), native_response.content)
        except httpx.ResponseNotRead as error:
            hint = "convert_to_response: the body has not been read; call read() or await aread() first"
            raise errors.ConfigurationError(hint) from error

    def _built(self, kind: type[ClientT], transport: Any, proxy: str | None, hide_location: Any) -> ClientT:
        options = self.settings.client_options
        hooks = options.get("event_hooks", {})
        # Subclasses the current class of httpx, because a tool may have replaced it.
        cookieless: Any = type(kind.__name__, (kind,), {"cookies": functools.cached_property(lambda _: _NoCookies())})
        client: ClientT = cookieless(
            transport=options.get("transport") or transport(self.settings, proxy),
            mounts=options.get("mounts"),
            event_hooks={**hooks, "response": [*hooks.get("response", ()), hide_location]},
            trust_env=False,
        )
        return client


class _NoCookies(httpx.Cookies):
    def extract_cookies(self, response: httpx.Response) -> None:
        """Do nothing: core handles cookies, and parsing them takes longer than all of core's work for a call."""


def _close(response: httpx.Response) -> None:
    """Close `response`, and mark its connection as unused first: another thread may get it once it is closed."""
    stream = response.extensions.get("network_stream")
    if isinstance(stream, Stream):
        stream.in_use = False
    response.close()
