"""The order in which wrappers are nested."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from clientele.http.message.errors import ConfigurationError


class Place(IntEnum):
    """The position of a wrapper: lower numbers are outside of higher ones."""

    TRACING = 1
    """Sees calls as the caller does, including everything that other wrappers do."""
    CACHE = 2
    """A cached response needs no retry, and doesn't count for limits."""
    RETRIES = 3
    """Each attempt waits for the limits, and is signed."""
    LIMITS = 4
    """Waits before a request is signed, because a signature expires."""
    SIGNING = 5
    """Signs the request that is sent."""
    ATTEMPT = 6
    """Sees each attempt as it is sent."""


def refuse_order(name: str, place: Place | None, inside: Iterable[tuple[str, Place | None]]) -> None:
    """Refuse a wrapper around others that belong outside of it.

    Args:
        name: the name of its class.
        place: its position.
        inside: names and positions of the wrappers inside.

    Raises:
        ConfigurationError: one of these belongs outside.
    """
    for inner, its_place in inside:
        if place is not None and its_place is not None and its_place < place:
            order = ", ".join(each.name.lower() for each in Place)
            raise ConfigurationError(
                f"{name}: it belongs inside of {inner}, not around it; the order, from outside to inside, is {order}"
            )
