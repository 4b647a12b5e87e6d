"""One exchange over niquests (https://niquests.readthedocs.io), in both modes: `Session.send`, the body read raw."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import AsyncIterator
from typing import Any, cast

import niquests
from niquests.packages import urllib3

from clientele.http import errors
from clientele.http.backends import Capability
from clientele.http.headers import Pairs
from clientele.http.logs import hide_heads, hide_queries
from clientele.http.redaction import without_userinfo
from clientele.http.response import Response
from clientele.http.transport import TransportBackend
from clientele.http.wire import AsyncWireResponse, ClientDefaults, SyncWireResponse, WireRequest, WireResponse
from clientele_niquests.connections import cut, write_limit
from clientele_niquests.faults import FAULTS, Connecting
from clientele_niquests.sessions import Adapter, AsyncAdapter, Outgoing, authorized, defaults_of, secluded

hide_queries(f"{urllib3.__name__}.connectionpool", f"{urllib3.__name__}._async.connectionpool")
hide_heads("jh2.hpack.hpack", "jh2.hpack.table")

_BLOCK = 64 * 1024
_HTTP2 = 20
_LONG = 3600.0


class NiquestsHTTPBackend(TransportBackend[niquests.Session, niquests.AsyncSession]):
    """The backend on niquests, sync and async, with HTTP/2 where `http2=True` and the server agrees (ALPN).

    Args:
        options: see `clientele.http.options.BackendOptions`. `client_options` may have `source_address`, as
            `niquests.Session` takes it.

    Raises:
        TypeError: an unknown option.
        ConfigurationError: a value that can't be used.
    """

    name = "niquests"
    library = f"niquests/{niquests.__version__}"
    capabilities = frozenset(Capability)
    conformance_edition = "2026.1"
    faults = FAULTS
    proxy_schemes = frozenset({"http", "https"})
    native_options = frozenset({"source_address"})
    limits_async_reads = limits_async_writes = False
    client_types = (niquests.Session, niquests.AsyncSession)

    def build_client(self, proxy: str | None = None) -> niquests.Session:
        """A `niquests.Session` that keeps no cookies and reads nothing of the environment."""
        return cast(niquests.Session, secluded(niquests.Session(), Adapter, self.settings, proxy))

    def build_async_client(self, proxy: str | None = None) -> niquests.AsyncSession:
        """A `niquests.AsyncSession` that keeps no cookies and reads nothing of the environment."""
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
        outgoing, settings = Outgoing(request), _settings(client, request)
        connecting = Connecting(is_over=client is self.settings.client)
        if connecting.is_over:
            authorized(client, outgoing, with_credentials=request.client_credentials)
        else:
            settings |= _UNASKED | {"on_post_connection": connecting.end}
        write_limit.set(request.timeout.write)
        with connecting.watched():
            response: Any = client.send(outgoing, **settings)
        raw = outgoing.put_back(response).raw
        connection = getattr(raw, "connection", None)  # What a tool plays back has none.
        if request.deadline is not None:
            request.deadline.watch(functools.partial(_cut_unread, raw))

        def close() -> None:
            if not raw.isclosed():
                raw.close()
            raw.release_conn()

        chunks = raw.stream(_amount(raw), decode_content=False)
        return WireResponse(response.status_code, _pairs(raw), _version_of(raw, connection), chunks, close, response)

    async def async_exchange(self, client: niquests.AsyncSession, request: WireRequest) -> AsyncWireResponse:
        """Send `request` and return its response, the body unread."""
        outgoing, settings = Outgoing(request), _settings(client, request)
        connecting = Connecting(is_over=client is self.settings.async_client)
        if connecting.is_over:
            auth = authorized(client, outgoing, with_credentials=request.client_credentials)
            if inspect.isawaitable(auth):
                await auth
        else:
            settings |= _UNASKED | {"on_post_connection": connecting.aend}
        with connecting.watched():
            async with asyncio.timeout(None if connecting.is_over else request.timeout.connect) as connecting.limit:
                response: Any = await client.send(outgoing, **settings)
        raw = outgoing.put_back(response).raw
        connection = getattr(raw, "connection", None)

        async def close() -> None:
            if not raw.isclosed():
                if connection is not None and not connection.is_multiplexed:
                    await connection.close()
                try:
                    await raw.close()
                except ResourceWarning:
                    # The event loop is ending, and warnings are errors. It keeps `raw`, which would try again, so long.
                    asyncio.get_running_loop().call_later(_LONG, raw.isclosed)
            raw.release_conn()

        chunks: AsyncIterator[bytes] = raw.stream(_amount(raw), decode_content=False)
        return WireResponse(response.status_code, _pairs(raw), _version_of(raw, connection), chunks, close, response)

    def client_defaults(self, client: niquests.Session) -> ClientDefaults:
        """Its headers, but for those that every session has, and its parameters."""
        return defaults_of(client)

    @staticmethod
    def convert_to_response(native_response: niquests.Response) -> Response:
        """A Response with the body that niquests has read and decoded.

        Raises:
            ConfigurationError: the body has not been read.
        """
        raw: Any = native_response.raw
        if isinstance(native_response, niquests.AsyncResponse) or not raw.isclosed():
            raise errors.ConfigurationError(
                "convert_to_response: the body has not been read; read .content first, or leave stream=True out"
            )
        request: Any = native_response.request
        return Response(
            status_code=cast(int, native_response.status_code),
            headers=_pairs(raw),
            content=native_response.content or b"",
            request_method=request.method,
            request_url=without_userinfo(request.url),
            http_version=_version_of(raw, None),
            native=native_response,
        )


_UNASKED: dict[str, Any] = {"on_upload_body": None, "on_early_response": None}
"""What a session would else be called back for."""


def _settings(session: Any, request: WireRequest) -> dict[str, Any]:
    settings: dict[str, Any] = session.merge_environment_settings(str(request.url), {}, True, None, None)
    limits = request.timeout.connect, request.timeout.read
    return settings | {"timeout": limits, "allow_redirects": False, "multiplexed": False}


def _cut_unread(raw: Any) -> None:
    """End a read of another thread. A connection that has been given back is none of our business."""
    cut(getattr(getattr(raw, "connection", None), "sock", None))


def _amount(raw: Any) -> int:
    """How much to read at once: what has come. Over HTTP/2 an empty frame would be taken for the end then."""
    return _BLOCK if raw.version == _HTTP2 else -1


def _version_of(raw: Any, connection: Any) -> str:
    told: str | None = getattr(connection, "told_version", None)
    return told or {_HTTP2: "2", 30: "3"}.get(raw.version, "1.1")


def _pairs(raw: Any) -> Pairs:
    """What a tool plays back is decoded, whatever its headers say."""
    skipped = () if isinstance(raw, urllib3.HTTPResponse) else ("content-encoding",)
    return tuple((name, value) for name, value in raw.headers.items() if name.lower() not in skipped)
