"""One exchange over requests (https://requests.readthedocs.io): prepared requests, a session, raw bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Never

import requests
import urllib3
from requests.__version__ import __version__
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from clientele.http.backends import AddOn, Capability, SyncOnly
from clientele.http.backends.tls import lent, public_context
from clientele.http.message.headers import Pairs
from clientele.http.response import Response
from clientele.http.transport import TransportBackend, hide_queries
from clientele.http.transport.connections.descriptors import shut_down
from clientele.http.transport.connections.requests_like import (
    add_from_session,
    converted,
    location_hidden,
    session_defaults,
    version_of,
)
from clientele.http.wire import ClientDefaults, SyncWireResponse, WireRequest, WireResponse
from clientele_requests.connections import IS_FUTURE, Outgoing, current
from clientele_requests.faults import FAULTS
from clientele_requests.sessions import Session

_FOLD = re.compile(r"[ \t]*\r?\n[ \t]+")
hide_queries("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry")


class RequestsHTTPBackend(SyncOnly, TransportBackend[requests.Session, Never]):
    """The backend on requests, for synchronous calls over HTTP/1.1.

    Its options are those of `clientele.http.backends.BackendOptions`, except `client_options` and `http2`.
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
        """A `requests.Session` that stores no cookies and doesn't read the environment."""
        made = [public_context(self.settings.verify, one, DEFAULT_CA_BUNDLE_PATH) for one in (self.settings.cert, None)]
        # urllib3-future would load the system's authorities into a context that has none yet.
        context, to_proxy = map(lent, made) if IS_FUTURE else made
        return Session(context, to_proxy, proxy, self.settings.max_connections)

    @staticmethod
    def close_client(client: requests.Session) -> None:
        """Close all its connections."""
        client.close()

    def exchange(self, client: requests.Session, request: WireRequest) -> SyncWireResponse:
        """Send `request` and return its response, the body unread."""
        outgoing = Outgoing(request)
        settings: Any = {"stream": True, "proxies": {}}  # Our own session has no other hooks.
        if client is self.settings.client:
            added = add_from_session(client, outgoing, requests, credentials=request.client_credentials)
            vars(outgoing).update(vars(added or outgoing))  # The auth may return another request.
            settings = client.merge_environment_settings(str(request.url), {}, True, None, None)
        settings |= {"timeout": (request.timeout.connect, request.timeout.read), "allow_redirects": False}
        if isinstance(client, Session):
            client.unread.add(outgoing)
        token = current.set(outgoing)
        try:
            with location_hidden(outgoing):
                response = client.send(outgoing, **settings)
        finally:
            current.reset(token)
        if not isinstance(client, Session):
            outgoing.watch(lambda: shut_down(getattr(getattr(response.raw, "connection", None), "sock", None)))
        pairs, version = _pairs(response), version_of(response.raw)
        return WireResponse(response.status_code, pairs, version, _chunks(response), response.close, response)

    def client_defaults(self, client: requests.Session) -> ClientDefaults:
        """The headers of the session, except the defaults, and its parameters."""
        return session_defaults(client, requests)

    @staticmethod
    def convert_to_response(native_response: requests.Response) -> Response:
        """A Response with the body that requests has read and decoded; ConfigurationError if it hasn't."""
        is_read, version = getattr(native_response.raw, "closed", True), version_of(native_response.raw)
        return converted(native_response, _pairs(native_response), version, is_read=is_read)


def _chunks(response: requests.Response) -> Iterator[bytes]:
    raw: Any = response.raw  # A response of a tool has no connection, and maybe no `read1`, as urllib3 before 2.2.
    read = getattr(raw, "read1", raw.read) if getattr(raw, "connection", None) is not None else raw.read
    while chunk := read(65536, decode_content=False):
        yield chunk


def _pairs(response: requests.Response) -> Pairs:
    """The fields of urllib3, with repeated ones; a response of a tool is decoded, whatever its headers say."""
    pairs = getattr(response.raw, "headers", response.headers).items()
    is_encoded = response.raw is None or isinstance(response.raw, urllib3.BaseHTTPResponse)
    kept = ((name, value) for name, value in pairs if is_encoded or name.lower() != "content-encoding")
    return tuple([(name, _FOLD.sub(" ", value) if "\n" in value else value) for name, value in kept])
