"""One exchange over niquests (https://niquests.readthedocs.io), in both modes: `Session.send`, with raw bodies."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any, cast

import niquests
from niquests.packages import urllib3

from clientele.http.backends import AddOn, Capability
from clientele.http.response import Response
from clientele.http.runtime.deadline import watched_by
from clientele.http.transport import TransportBackend, hide_heads, hide_queries
from clientele.http.transport.connections import requests_like
from clientele.http.transport.connections.descriptors import shut_down
from clientele.http.transport.connections.interims import Interims
from clientele.http.wire import AsyncWireResponse, ClientDefaults, SyncWireResponse, WireRequest, WireResponse
from clientele_niquests.connections import write_limit
from clientele_niquests.faults import FAULTS, Connecting
from clientele_niquests.sessions import Adapter, AsyncAdapter, Outgoing, secluded

hide_queries(f"{urllib3.__name__}.connectionpool", f"{urllib3.__name__}._async.connectionpool")
hide_heads("jh2.hpack.hpack", "jh2.hpack.table")


class NiquestsHTTPBackend(TransportBackend[niquests.Session, niquests.AsyncSession]):
    """The backend on niquests, sync and async, with HTTP/2 if `http2=True` and the server supports it (ALPN).

    Its options are those of `clientele.http.backends.BackendOptions`; `client_options` may have `source_address`, as
    for `niquests.Session`.
    """

    name = "niquests"
    library = f"niquests/{niquests.__version__}"
    capabilities = frozenset(Capability)
    conformance_edition = "2026.1"
    faults = FAULTS
    proxy_schemes = frozenset({"http", "https"})
    socks = AddOn("python_socks", "clientele-niquests[socks]")
    native_options = frozenset({"source_address"})
    limits_async_reads = limits_async_writes = False
    client_types = (niquests.Session, niquests.AsyncSession)

    def build_client(self, proxy: str | None = None) -> niquests.Session:
        """A `niquests.Session` that stores no cookies and doesn't read the environment."""
        return cast(niquests.Session, secluded(niquests.Session(), Adapter, self.settings, proxy))

    def build_async_client(self, proxy: str | None = None) -> niquests.AsyncSession:
        """A `niquests.AsyncSession` that stores no cookies and doesn't read the environment."""
        return cast(niquests.AsyncSession, secluded(niquests.AsyncSession(), AsyncAdapter, self.settings, proxy))

    @staticmethod
    def close_client(client: niquests.Session) -> None:
        """Close all its connections."""
        client.close()

    @staticmethod
    async def aclose_client(client: niquests.AsyncSession) -> None:
        """Close all its connections."""
        await client.close()

    def exchange(self, client: niquests.Session, request: WireRequest) -> SyncWireResponse:
        """Send `request` and return its response, the body unread."""
        outgoing, connecting = Outgoing(request), Connecting(is_over=client is self.settings.client)
        settings = _settings(client, request, connecting, connecting.end, Interims().count)
        if connecting.is_over:
            requests_like.add_from_session(client, outgoing, niquests, credentials=request.client_credentials)
        write_limit.set(request.timeout.write)
        with watched_by(request.deadline), connecting.watched(), requests_like.location_hidden(outgoing):
            response: Any = client.send(outgoing, **settings)
        raw = response.raw
        if request.deadline is not None:
            # A released connection must not be closed, and a response of a tool has none.
            request.deadline.watch(lambda: shut_down(getattr(getattr(raw, "connection", None), "sock", None)))

        def close() -> None:
            if not raw.isclosed():
                raw.close()
            raw.release_conn()

        return _received(response, close)

    async def async_exchange(self, client: niquests.AsyncSession, request: WireRequest) -> AsyncWireResponse:
        """Send `request` and return its response, the body unread."""
        outgoing, connecting = Outgoing(request), Connecting(is_over=client is self.settings.async_client)
        settings = _settings(client, request, connecting, connecting.aend, Interims().acount)
        if connecting.is_over:
            auth = requests_like.add_from_session(client, outgoing, niquests, credentials=request.client_credentials)
            if inspect.isawaitable(auth):
                await auth
        with connecting.watched(), requests_like.location_hidden(outgoing):
            async with asyncio.timeout(None if connecting.is_over else request.timeout.connect) as connecting.limit:
                response: Any = await client.send(outgoing, **settings)
        raw, connection = response.raw, getattr(response.raw, "connection", None)

        async def close() -> None:
            if not raw.isclosed():
                if connection is not None and not connection.is_multiplexed:
                    await connection.close()
                try:
                    await raw.close()
                except ResourceWarning:
                    # If the event loop is ending and warnings are errors: keep `raw`, which would try again.
                    asyncio.get_running_loop().call_later(3600, raw.isclosed)
            raw.release_conn()

        return _received(response, close)

    def client_defaults(self, client: niquests.Session) -> ClientDefaults:
        """The headers of the session, except the defaults, and its parameters."""
        return requests_like.session_defaults(client, niquests)

    @staticmethod
    def convert_to_response(native_response: niquests.Response) -> Response:
        """A Response with the body that niquests has read and decoded; ConfigurationError if it has not."""
        raw: Any = native_response.raw
        is_read = not isinstance(native_response, niquests.AsyncResponse) and raw.isclosed()
        pairs = requests_like.pairs_of(raw, urllib3.HTTPResponse)
        return requests_like.converted(native_response, pairs, _version_of(raw), is_read=is_read)


def _settings(session: Any, request: WireRequest, connecting: Connecting, end: Any, interim: Any) -> dict[str, Any]:
    settings: dict[str, Any] = session.merge_environment_settings(str(request.url), {}, True, None, None)
    if not connecting.is_over:  # Our own session has no hooks.
        settings |= {"on_post_connection": end, "on_upload_body": None, "on_early_response": interim}
    limits = request.timeout.connect, request.timeout.read
    return settings | {"timeout": limits, "allow_redirects": False, "multiplexed": False}


def _received(response: Any, close: Callable[[], Any]) -> WireResponse[Any, Any]:
    raw, pairs = response.raw, requests_like.pairs_of(response.raw, urllib3.HTTPResponse)
    # Received data is read immediately; over HTTP/2, an empty frame would then look like the end.
    chunks = raw.stream({20: 65_536}.get(raw.version, -1), decode_content=False)
    return WireResponse(response.status_code, pairs, _version_of(raw), chunks, close, response)


def _version_of(raw: Any) -> str:
    told: str | None = getattr(getattr(raw, "connection", None), "told_version", None)
    return told or {20: "2", 30: "3"}.get(raw.version, "1.1")
