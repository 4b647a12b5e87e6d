"""One exchange over requests (https://requests.readthedocs.io).

Requests are built by hand and sent by a session without its redirects, cookies and settings; bodies are read raw.
"""

from __future__ import annotations

import functools
import ssl
from collections.abc import Iterator
from typing import Any, Never

import requests
from requests.__version__ import __version__
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from clientele.http import errors
from clientele.http.backends import Capability
from clientele.http.headers import Pairs
from clientele.http.modes import SyncOnly
from clientele.http.options import BackendSettings
from clientele.http.redaction import without_userinfo
from clientele.http.response import Response
from clientele.http.tls import lent, with_certificate
from clientele.http.transport import TransportBackend
from clientele.http.wire import ClientDefaults, SyncWireResponse, WireRequest, WireResponse
from clientele_requests.adapter import Adapter
from clientele_requests.connecting import Route
from clientele_requests.faults import FAULTS
from clientele_requests.outgoing import Outgoing, location_hidden
from clientele_requests.own import defaults_of, send_on_own

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
    capabilities = frozenset(
        {
            Capability.SYNC,
            Capability.PROXY,
            Capability.CA_PATH,
            Capability.CLIENT_CERT,
            Capability.WRITE_TIMEOUT,
            Capability.POOL_TIMEOUT,
        }
    )
    conformance_edition = "2026.1"
    faults = FAULTS
    proxy_schemes = frozenset({"http", "https"})
    client_types = (requests.Session, None)

    def build_client(self, proxy: str | None = None) -> requests.Session:
        """A `requests.Session` that keeps no cookies and reads nothing of the environment."""
        session = requests.Session()
        session.trust_env = False
        adapter = Adapter(Route(proxy, _verification(self.settings)), self.settings.max_connections)
        for prefix in ("https://", "http://"):
            session.mount(prefix, adapter)
        return session

    @staticmethod
    def close_client(client: requests.Session) -> None:
        """Close all its connections."""
        client.close()

    def exchange(self, client: requests.Session, request: WireRequest) -> SyncWireResponse:
        """Send `request` and return its response, the body unread."""
        if client is self.settings.client:
            response = send_on_own(client, request)
        else:
            outgoing = Outgoing(request)
            with location_hidden(outgoing):
                response = client.send(outgoing, stream=True, allow_redirects=False, proxies={})
        headers, version = _pairs(response), _version_of(response)
        return WireResponse(response.status_code, headers, version, _chunks(response.raw), response.close, response)

    def client_defaults(self, client: requests.Session) -> ClientDefaults:
        """Its headers, but for those that every session has, and its parameters."""
        return defaults_of(client)

    @staticmethod
    def convert_to_response(native_response: requests.Response) -> Response:
        """A Response with the body that requests has read and decoded.

        Raises:
            ConfigurationError: the body has not been read.
        """
        # Private, and tested with the lowest and the newest version: what is public would read.
        if native_response._content is False:  # noqa: SLF001
            raise errors.ConfigurationError(
                "convert_to_response: the body has not been read; read .content first, or leave stream=True out"
            )
        request = native_response.request
        return Response(
            status_code=native_response.status_code,
            headers=_pairs(native_response),
            content=native_response.content,
            request_method=request.method or "",
            request_url=without_userinfo(str(request.url)),
            http_version=_version_of(native_response),
            native=native_response,
        )


def _verification(settings: BackendSettings) -> ssl.SSLContext:
    """A context that urllib3 changes nothing in, whether it is the user's or shared by our own."""
    if isinstance(settings.verify, bool):
        context = (_default_context if settings.cert is None else _new_context)(verify=settings.verify)
    elif isinstance(settings.verify, ssl.SSLContext):
        context = _offering_http_1(settings.verify)
    else:
        return settings.verify
    return lent(context if settings.cert is None else with_certificate(context, settings.cert))


def _new_context(*, verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return _offering_http_1(context)


def _offering_http_1(context: ssl.SSLContext) -> ssl.SSLContext:
    context.set_alpn_protocols(["http/1.1"])
    return context


_default_context = functools.cache(_new_context)
"""One of each kind for all backends: reading the CAs takes longer than a hundred requests."""


def _chunks(raw: Any) -> Iterator[bytes]:
    while chunk := raw.read1(_BLOCK, decode_content=False):
        yield chunk


def _version_of(response: requests.Response) -> str:
    version = getattr(response.raw, "version", None) or 11  # One that nobody has received has none.
    return {20: "2", 30: "3"}.get(version, f"{version // 10}.{version % 10}")


def _pairs(response: requests.Response) -> Pairs:
    """urllib3's own headers have repeated ones side by side."""
    raw = response.raw
    return getattr(raw, "pairs", None) or tuple(getattr(raw, "headers", response.headers).items())
