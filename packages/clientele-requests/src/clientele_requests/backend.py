"""One exchange over requests (https://requests.readthedocs.io): prepared requests, a session, bodies read raw."""

from __future__ import annotations

import contextlib
import functools
import ssl
from collections.abc import Iterator
from typing import Any, Never, cast

import requests
import urllib3
from requests.__version__ import __version__
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from clientele.http import errors
from clientele.http.backends import AddOn, Capability
from clientele.http.headers import Pairs
from clientele.http.modes import SyncOnly
from clientele.http.redaction import without_userinfo
from clientele.http.response import Response
from clientele.http.tls import client_context, with_certificate
from clientele.http.transport import TransportBackend
from clientele.http.wire import ClientDefaults, SyncWireResponse, WireRequest, WireResponse
from clientele_requests.connections import IS_FUTURE, Exchange, current
from clientele_requests.faults import FAULTS
from clientele_requests.sessions import Outgoing, Session, defaults_of, settings_of

_BLOCK = 64 * 1024


class RequestsHTTPBackend(SyncOnly, TransportBackend[requests.Session, Never]):
    """The backend on requests, for synchronous calls over HTTP/1.1.

    Args:
        options: see `clientele.http.options.BackendOptions`. There are no `client_options`.

    Raises:
        TypeError: an unknown option.
        ConfigurationError: a value that can't be used, or an option that requests has no means for, such as `http2`.
    """

    name = "requests"
    library = f"requests/{__version__}"
    capabilities = frozenset(Capability) - {Capability.ASYNC, Capability.HTTP2, Capability.COOKIES}
    conformance_edition = "2026.1"
    faults = FAULTS
    proxy_schemes = frozenset({"http", "https"})
    socks = AddOn("python_socks", "niquests[socks]") if IS_FUTURE else AddOn("socks", "clientele-requests[socks]")
    client_types = (requests.Session, None)

    def build_client(self, proxy: str | None = None) -> requests.Session:
        """A `requests.Session` that keeps no cookies and reads nothing of the environment."""
        verify, cert = self.settings.verify, cast(Any, self.settings.cert)
        context = _public_context(cert) if verify is True else client_context(verify)
        context = context if cert is None else with_certificate(context, cert)
        return Session(context, proxy, self.settings.max_connections)

    @staticmethod
    def close_client(client: requests.Session) -> None:
        """Close all its connections."""
        client.close()

    def exchange(self, client: requests.Session, request: WireRequest) -> SyncWireResponse:
        """Send `request` and return its response, the body unread."""
        exchange, outgoing = Exchange(request), Outgoing(request)
        settings: dict[str, Any] = {"proxies": {}, "stream": True}
        if client is self.settings.client:
            settings = settings_of(client, outgoing, with_credentials=request.client_credentials)
        settings["timeout"] = request.timeout.connect, request.timeout.read
        with _under_way(exchange, outgoing):
            response = client.send(outgoing, allow_redirects=False, **settings)
        if isinstance(client, Session):
            client.exchanges.add(exchange)
        else:
            exchange.watch(functools.partial(_shut_down, response))

        def close() -> None:
            if not exchange.is_complete:
                exchange.cut()
            response.close()

        headers, version, chunks = exchange.pairs or _pairs(response), _version(response), _chunks(response, exchange)
        return WireResponse(response.status_code, headers, version, chunks, close, response)

    def client_defaults(self, client: requests.Session) -> ClientDefaults:
        """Its headers, but for those that every session has, and its parameters."""
        return defaults_of(client)

    @staticmethod
    def convert_to_response(native_response: requests.Response) -> Response:
        """A Response with the body that requests has read and decoded.

        Raises:
            ConfigurationError: the body has not been read.
        """
        if not getattr(native_response.raw, "closed", True):
            raise errors.ConfigurationError("convert_to_response: the body has not been read; read .content first")
        return Response(
            status_code=native_response.status_code,
            headers=_pairs(native_response),
            content=native_response.content,
            request_method=native_response.request.method or "",
            request_url=without_userinfo(str(native_response.request.url)),
            http_version=_version(native_response),
            native=native_response,
        )


@functools.lru_cache(maxsize=8)
def _public_context(_cert: Any) -> ssl.SSLContext:
    """One for all backends with the same certificate: reading the CAs takes longer than a hundred requests."""
    return ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)


@contextlib.contextmanager
def _under_way(exchange: Exchange, request: requests.PreparedRequest) -> Iterator[None]:
    """The session must not see a Location: it would prepare that request, too, and fail at a bad one."""
    found: list[tuple[Any, str]] = []

    def hide(response: requests.Response, **_: Any) -> None:
        if "location" in response.headers:
            found.append((response.headers, response.headers.pop("location")))

    request.hooks["response"].append(hide)
    token = current.set(exchange)
    try:
        yield
    finally:
        current.reset(token)
        for headers, location in found:
            headers["location"] = location


def _chunks(response: requests.Response, exchange: Exchange) -> Iterator[bytes]:
    raw: Any = response.raw  # What a tool plays back has no connection, and need not have `read1`; nor has urllib3 2.1.
    is_live = getattr(raw, "connection", None) is not None
    read = getattr(raw, "read1", raw.read) if is_live else raw.read
    while chunk := read(_BLOCK, decode_content=False):
        yield chunk
    exchange.is_complete = True
    if exchange.is_cut:
        raise requests.ConnectionError("the connection was cut off")


def _shut_down(response: requests.Response) -> None:
    """End a read of another thread. A connection that has been given back is none of our business."""
    with contextlib.suppress(AttributeError, OSError, RuntimeError, ValueError):
        response.raw.shutdown()


def _pairs(response: requests.Response) -> Pairs:
    """As urllib3 has them, repeated ones side by side; what a tool plays back is decoded, whatever its headers say."""
    pairs = getattr(response.raw, "headers", response.headers).items()
    is_encoded = isinstance(response.raw, urllib3.BaseHTTPResponse | None)
    return tuple((name, value) for name, value in pairs if is_encoded or name.lower() != "content-encoding")


def _version(response: requests.Response) -> str:
    version = getattr(response.raw, "version", None) or 11  # One that nobody has received has none.
    return {20: "2", 30: "3"}.get(version, f"{version // 10}.{version % 10}")
