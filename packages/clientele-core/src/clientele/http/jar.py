"""The cookie jar of a backend that keeps cookies: the standard library's, made as strict as RFC 6265."""

from __future__ import annotations

import ipaddress
import re
from email.message import Message
from http.cookiejar import Cookie, CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.request import Request

from clientele.http.headers import Pairs
from clientele.http.urls import URL

# What could not be sent back isn't kept: a header of a request is printable ASCII.
_SENDABLE = re.compile(r"[\t\x20-\x7e]*")


class Jar:
    """Keeps cookies for as long as the backend lives. `http.cookiejar` locks for threads."""

    def __init__(self) -> None:
        # A cookie without a Domain is for its host alone (RFC 6265, section 5.3), which isn't the default there.
        self._jar = CookieJar(_Policy(strict_ns_domain=DefaultCookiePolicy.DomainStrictNonDomain))

    def header(self, url: URL) -> str | None:
        """The cookies that belong to `url`."""
        request = Request(str(url))  # noqa: S310 - nothing is opened with it
        self._jar.add_cookie_header(request)
        return request.get_header("Cookie")

    def keep(self, url: URL, headers: Pairs) -> None:
        """Keep what the Set-Cookie fields among `headers` set."""
        message = Message()
        for name, value in headers:
            if name.lower() == "set-cookie" and _SENDABLE.fullmatch(value):
                message.add_header(name, value)
        if message:
            response: Any = _Response(message)
            self._jar.extract_cookies(response, Request(str(url)))  # noqa: S310 - as above


class _Policy(DefaultCookiePolicy):
    def set_ok_domain(self, cookie: Cookie, request: Request) -> bool:
        """An address has no subdomains, so that its cookies are for itself (RFC 6265, section 5.1.3)."""
        host = (request.host or "").rpartition(":")[0] if ":" in (request.host or "") else request.host or ""
        if cookie.domain_specified and _is_address(host) and cookie.domain.lstrip(".") != host:
            return False
        return bool(super().set_ok_domain(cookie, request))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


class _Response:
    """As much of a response as the jar asks for."""

    def __init__(self, message: Message) -> None:
        self._message = message

    def info(self) -> Message:
        return self._message
