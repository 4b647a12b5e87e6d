"""Cookies of a backend: none by default, or a jar."""

from __future__ import annotations

from typing import Protocol

from clientele.http.message.headers import Pairs
from clientele.http.message.urls import URL


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


def cookie_jar(*, keep: bool) -> Cookies:
    """A jar, or nothing that keeps anything."""
    if not keep:
        return NoCookies()
    # Few backends keep cookies, and the jar brings half of the standard library along.
    from clientele.http.message.cookies.jar import Jar  # noqa: PLC0415

    return Jar()
