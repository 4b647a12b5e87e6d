"""The order in which wrappers are nested."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from clientele.http.message.errors import ConfigurationError


class Place(IntEnum):
    """Where a wrapper belongs: one with a lower number is outside of one with a higher."""

    TRACING = 1
    """Sees calls as their callers do, with all that is done for them."""
    CACHE = 2
    """An answer from the cache needs no retry, and takes no turn."""
    RETRIES = 3
    """Each attempt takes its turn, and is signed anew."""
    LIMITS = 4
    """Waits before a request is signed, whose time would pass meanwhile."""
    SIGNING = 5
    """Signs what is really sent."""
    ATTEMPT = 6
    """Sees each attempt as it is sent."""


def refuse_order(name: str, place: Place | None, inside: Iterable[tuple[str, Place | None]]) -> None:
    """Refuse to put a wrapper around others that belong outside of it.

    Args:
        name: that of its class.
        place: where it belongs.
        inside: the same of those inside.

    Raises:
        ConfigurationError: one of these belongs outside.
    """
    for inner, its_place in inside:
        if place is not None and its_place is not None and its_place < place:
            order = ", ".join(each.name.lower() for each in Place)
            raise ConfigurationError(
                f"{name}: it belongs inside of {inner}, not around it; the order, from outside to inside, is {order}"
            )
