"""Requests and responses of niquests, built by hand: its own way would change URLs, headers and bodies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import niquests
from niquests.structures import CaseInsensitiveDict
from niquests.utils import get_encoding_from_headers

from clientele.http.bodies import Chunks
from clientele.http.wire import WireRequest
from clientele_niquests.library import SKIP_HEADER, AsyncHTTPResponse, HTTPResponse
from clientele_niquests.routes import Place, Routes

_ADDED = ("Accept-Encoding", "User-Agent")
"""What urllib3-future adds if it is missing."""


@dataclass(frozen=True, slots=True, repr=False)
class Outgoing:
    """A request as urllib3-future takes it.

    Attributes:
        method: a token.
        target: what goes on the request line.
        headers: all of them.
        body: bytes, pieces of bytes, or None.
    """

    method: str
    target: str
    headers: Mapping[str, Any]
    body: Chunks


def native_request(wire: WireRequest) -> niquests.PreparedRequest:
    """The request exactly as it is."""
    request = niquests.PreparedRequest()
    request.method = wire.method
    request.url = str(wire.url)
    request.headers = CaseInsensitiveDict(wire.headers)
    body: Any = wire.body
    request.body = body
    return request


def leave_out(headers: Any) -> None:
    """Have urllib3-future not add to `headers` what the caller has left out."""
    for name in _ADDED:
        headers.setdefault(name, SKIP_HEADER)


def outgoing(request: niquests.PreparedRequest, place: Place, routes: Routes) -> Outgoing:
    """`request`, which goes to `place`."""
    # As bytes, because urllib3-future would take a host with its port for a name that is to be encoded.
    headers: CaseInsensitiveDict[Any, Any] = CaseInsensitiveDict({"Host": place.authority.encode()})
    headers.update(request.headers or {})
    leave_out(headers)
    body: Any = request.body
    target = place.target
    if routes.forwards(place):
        headers.update(routes.proxy_headers)
        target = f"{place.scheme}://{place.authority}{target}"
    return Outgoing(str(request.method), target, headers, body)


def native_response(
    response: niquests.Response,
    request: niquests.PreparedRequest,
    raw: HTTPResponse | AsyncHTTPResponse,
    give_back: Callable[[], None],
) -> None:
    """Make `response` the one to `request` that has come as `raw`; it calls `give_back` when it is over, once."""
    headers: Any = raw.headers
    response.status_code = raw.status
    response.headers = CaseInsensitiveDict(headers)
    response.encoding = get_encoding_from_headers(response.headers)
    response.reason = raw.reason
    response.url = request.url
    response.request = request
    response.raw = raw
    ends = iter([give_back])

    def release_conn() -> None:
        """What `raw` calls at its end, in the place of giving its connection to a pool of urllib3-future's."""
        for end in ends:
            end()

    raw.release_conn = release_conn  # type: ignore[method-assign]
