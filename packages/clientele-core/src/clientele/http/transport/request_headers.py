"""The headers of a request that follow from its body, its URL, its proxy, and the cookies."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote

from clientele.__about__ import __version__
from clientele.http.message.body.bodies import Body
from clientele.http.message.errors import InvalidHeader
from clientele.http.message.headers import Pairs, RequestHeaders, checked_headers
from clientele.http.message.redirects import CROSS_ORIGIN_HEADERS
from clientele.http.message.urls import URL, Credentials

if TYPE_CHECKING:
    from clientele.http.message.cookies.cookies import Cookies

METHODS_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""The methods whose requests announce no length if they have no body (RFC 9110, section 8.6)."""


def default_headers(library: str, accepted: str) -> RequestHeaders:
    """The headers of each request: for a library, which accepts these content codings."""
    agent = f"clientele/{__version__} ({library})"
    return checked_headers({"Accept": "*/*", "Accept-Encoding": accepted, "User-Agent": agent})


def headers_for_elsewhere(headers: RequestHeaders) -> RequestHeaders:
    """The configured `headers` that may be sent to another origin than that of the base URL."""
    return {key: header for key, header in headers.items() if key in CROSS_ORIGIN_HEADERS}


def with_cookies(headers: Pairs, url: URL, cookies: Cookies) -> Pairs:
    """`headers` and what `cookies` have for `url`, unless the caller has set a Cookie header."""
    cookie = cookies.header(url)
    if cookie is None or any(name.lower() == "cookie" for name, _ in headers):
        return headers
    return (*headers, ("Cookie", cookie))


def basic_authorization(credentials: Credentials) -> str:
    """The value of the Authorization header for `credentials` (RFC 7617, section 2), in UTF-8."""
    pair = f"{credentials.username}:{credentials.password}".encode()
    return f"Basic {base64.b64encode(pair).decode()}"


def proxy_headers(proxy: str | None) -> dict[str, str]:
    """The headers for a proxy: its user information (RFC 7617), in UTF-8, also if it has only a user or a password."""
    userinfo = (proxy or "").partition("://")[2].rpartition("@")[0]
    if not userinfo:
        return {}
    username, _, password = map(unquote, userinfo.partition(":"))
    return {"Proxy-Authorization": basic_authorization(Credentials(username, password))}


def sent_pairs(headers: Iterable[tuple[str, str | None]]) -> Pairs:
    """`headers`, without those that are removed."""
    return tuple([(name, value) for name, value in headers if value is not None])


def framed(headers: RequestHeaders, body: Body, method: str) -> Body:
    """Add the headers that `body` implies to `headers`, and set the announced length on the body."""
    if body.content_type is not None and "content-type" not in headers:
        headers["content-type"] = ("Content-Type", body.content_type)
    if "content-length" in headers:
        body = _with_announced_length(headers, body)
    length = 0 if body.content is None and method not in METHODS_WITHOUT_BODY else body.length
    if length is not None:
        headers["content-length"] = ("Content-Length", str(length))
    return body


def _with_announced_length(headers: RequestHeaders, body: Body) -> Body:
    name, value = headers.pop("content-length")
    if value is None:
        return body
    if body.content is None or body.length is not None:
        raise InvalidHeader(
            f"headers[{name!r}]: it follows from the body; leave it out, unless the body is an iterable"
        )
    if not re.fullmatch(r"[0-9]{1,18}", value):
        raise InvalidHeader(f"headers[{name!r}]: {value!r} is not a number of bytes")
    return Body(body.content, body.content_type, int(value), body.replayable)
