"""One exchange over niquests (https://niquests.readthedocs.io), sync and async.

Requests are built by hand and sent by the adapters of a session, without its redirects, cookies and settings; bodies
are read raw.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from http.cookiejar import DefaultCookiePolicy
from typing import Any, cast

import niquests

from clientele.http import errors
from clientele.http.backends import Capability
from clientele.http.headers import Pairs
from clientele.http.redaction import without_userinfo
from clientele.http.response import Response
from clientele.http.transport import TransportBackend
from clientele.http.wire import AsyncWireResponse, ClientDefaults, SyncWireResponse, WireRequest, WireResponse
from clientele_niquests.adapters import Adapter, AsyncAdapter
from clientele_niquests.contexts import context_of
from clientele_niquests.faults import FAULTS
from clientele_niquests.messages import native_request
from clientele_niquests.own import asend_on_own, defaults_of, send_on_own
from clientele_niquests.routes import Routes

_BLOCK = 64 * 1024


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
    client_types = (niquests.Session, niquests.AsyncSession)

    def build_client(self, proxy: str | None = None) -> niquests.Session:
        """A `niquests.Session` that keeps no cookies and reads nothing of the environment."""
        adapter = Adapter(self._routes(proxy), self.settings.max_connections)
        return cast(niquests.Session, _secluded(niquests.Session(), adapter))

    def build_async_client(self, proxy: str | None = None) -> niquests.AsyncSession:
        """A `niquests.AsyncSession` that keeps no cookies and reads nothing of the environment."""
        adapter = AsyncAdapter(self._routes(proxy), self.settings.max_connections)
        return cast(niquests.AsyncSession, _secluded(niquests.AsyncSession(), adapter))

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
        if client is self.settings.client:
            response = send_on_own(client, request)
        else:
            adapter = cast(Adapter, client.adapters["http://"])
            response = adapter.exchange(native_request(request), request.timeout, request.deadline)
        raw: Any = response.raw

        def close() -> None:
            if not raw.isclosed():
                raw.close()
            raw.release_conn()

        chunks = raw.stream(_BLOCK, decode_content=False)
        return WireResponse(raw.status, _pairs(raw), _version_of(raw), chunks, close, response)

    async def async_exchange(self, client: niquests.AsyncSession, request: WireRequest) -> AsyncWireResponse:
        """Send `request` and return its response, the body unread."""
        if client is self.settings.async_client:
            response = await asend_on_own(client, request)
        else:
            adapter = cast(AsyncAdapter, client.adapters["http://"])
            response = await adapter.exchange(native_request(request), request.timeout)
        raw: Any = response.raw

        async def close() -> None:
            if not raw.isclosed():
                await raw.close()
            raw.release_conn()

        chunks: AsyncIterator[bytes] = raw.stream(_BLOCK, decode_content=False)
        return WireResponse(raw.status, _pairs(raw), _version_of(raw), chunks, close, response)

    def client_defaults(self, client: niquests.Session) -> ClientDefaults:
        """Its headers, but for those that every session has, and its parameters."""
        return defaults_of(client)

    @staticmethod
    def convert_to_response(native_response: niquests.Response) -> Response:
        """A Response with the body that niquests has read and decoded.

        Raises:
            ConfigurationError: the body has not been read.
        """
        # Private, and tested with the lowest and the newest version: what is public would read, or has to be awaited.
        content = native_response._content  # noqa: SLF001
        if content is False:
            raise errors.ConfigurationError(
                "convert_to_response: the body has not been read; read .content first, or leave stream=True out"
            )
        request: Any = native_response.request
        return Response(
            status_code=cast(int, native_response.status_code),
            headers=_pairs(native_response.raw),
            content=content or b"",
            request_method=request.method,
            request_url=without_userinfo(request.url),
            http_version=_version_of(native_response.raw),
            native=native_response,
        )

    def _routes(self, proxy: str | None) -> Routes:
        settings = self.settings
        # Through a proxy that has TLS itself, that is shaken hands with alike, and has to speak HTTP/1.1.
        context = context_of(settings, http2=settings.http2 and not (proxy or "").lower().startswith("https:"))
        return Routes.through(proxy, context, settings.client_options.get("source_address"))


def _secluded(session: Any, adapter: Adapter | AsyncAdapter) -> Any:
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for prefix in ("https://", "http://"):
        session.mount(prefix, adapter)
    return session


def _version_of(raw: Any) -> str:
    return {20: "2", 30: "3"}.get(raw.version, f"{raw.version // 10}.{raw.version % 10}")


def _pairs(raw: Any) -> Pairs:
    """Those of a connection of ours, in their order; those of another have repeated ones side by side."""
    fields: Pairs | None = getattr(raw, "fields", None)
    return tuple(raw.headers.items()) if fields is None else fields
