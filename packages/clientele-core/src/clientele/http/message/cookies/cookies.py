"""Cookies of a backend: none by default, or a jar."""

from __future__ import annotations

from typing import Protocol

from clientele.http.message.headers import Pairs
from clientele.http.message.urls import URL


class Cookies(Protocol):
    """Provides and stores the cookies of calls."""

    def header(self, url: URL) -> str | None:
        """The Cookie header of a request to `url`, if there is anything to send."""
        ...

    def keep(self, url: URL, headers: Pairs) -> None:
        """Store the cookies of a response from `url`."""
        ...


class NoCookies:
    """Stores no cookies: the default."""

    def header(self, url: URL) -> str | None:  # noqa: ARG002
        """Nothing."""
        return None

    def keep(self, url: URL, headers: Pairs) -> None:
        """Ignore them."""


def cookie_jar(*, keep: bool) -> Cookies:
    """A jar, or NoCookies."""
    if not keep:
        return NoCookies()
    # Imported here because few backends store cookies, and the jar imports much of the standard library.
    from clientele.http.message.cookies.jar import Jar  # noqa: PLC0415

    return Jar()
