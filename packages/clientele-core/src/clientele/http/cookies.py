"""The opt-in cookie jar: the standard library's, the same for every backend."""

from __future__ import annotations

import re
from typing import Any, Protocol

from clientele.http.headers import Pairs
from clientele.http.urls import URL

# What could not be sent back isn't kept: a header of a request is printable ASCII.
_SENDABLE = re.compile(r"[\t\x20-\x7e]*")


class Cookies(Protocol):
    """Where a call takes its cookies from and leaves them."""

    def header(self, url: URL) -> str | None:
        """The Cookie header of a request to `url`, if there is anything to send."""
        ...

    def keep(self, url: URL, headers: Pairs) -> None:
        """Keep what a response from `url` sets."""
        ...


class NoCookies:
    """Keeps none: the default."""

    def header(self, url: URL) -> str | None:  # noqa: ARG002
        """Nothing."""
        return None

    def keep(self, url: URL, headers: Pairs) -> None:
        """Forget them."""


class Jar:
    """Keeps cookies for as long as the backend lives, in the way of `http.cookiejar`, which locks for threads."""

    def __init__(self) -> None:
        # Few backends keep cookies, and these modules bring half of the standard library along.
        from email.message import Message  # noqa: PLC0415
        from http.cookiejar import CookieJar  # noqa: PLC0415
        from urllib.request import Request  # noqa: PLC0415

        self._jar = CookieJar()
        self._request, self._message = Request, Message

    def header(self, url: URL) -> str | None:
        """The cookies that belong to `url`."""
        request = self._request(str(url))
        self._jar.add_cookie_header(request)
        return request.get_header("Cookie")

    def keep(self, url: URL, headers: Pairs) -> None:
        """Keep what the Set-Cookie fields among `headers` set."""
        message = self._message()
        for name, value in headers:
            if name.lower() == "set-cookie" and _SENDABLE.fullmatch(value):
                message.add_header(name, value)
        if message:
            response: Any = _Response(message)
            self._jar.extract_cookies(response, self._request(str(url)))


class _Response:
    """As much of a response as the jar asks for."""

    def __init__(self, message: Any) -> None:
        self._message = message

    def info(self) -> Any:
        return self._message


def cookie_jar(*, keep: bool) -> Cookies:
    """A jar, or nothing that keeps anything."""
    return Jar() if keep else NoCookies()
