"""The cookies of a backend that keeps them."""

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


def cookie_jar() -> Cookies:
    """An empty jar."""
    # Imported here because few backends store cookies, and the jar imports much of the standard library.
    from clientele.http.message.cookies.jar import Jar  # noqa: PLC0415

    return Jar()
