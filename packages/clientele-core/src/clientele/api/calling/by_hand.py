"""Error messages for direct subclasses of `HTTPBackend` that handle the options of a call incorrectly."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import aclosing, closing
from typing import Any

from clientele.http.backends.interface import HTTPBackend
from clientele.http.errors import ConfigurationError
from clientele.http.message.call import Source
from clientele.http.transport.backend import TransportBackend
from clientele.http.wrappers.wrapper import innermost

_TWICE = re.compile(r"got multiple values for (?:keyword )?argument '(\w+)'")


def is_by_hand(backend: HTTPBackend) -> bool:
    """Whether `backend`, or what is inside all of its wrappers, takes the options of a call as it likes."""
    return not isinstance(innermost(backend), TransportBackend)


def options_for(backend: HTTPBackend, options: dict[str, Any], source: Source) -> dict[str, Any]:
    """`options` of a call from `source`, as `backend` gets them: a wrapper is told all that is known of the call.

    One by hand keeps what it has configured to itself, or it doesn't: what is told the others about it, it might hand
    on to its library.
    """
    if source.home is not None:
        return {**options, "call": source}
    if "home" not in options or not is_by_hand(backend):
        return options
    return {name: value for name, value in options.items() if name != "home"}


def refuse_given_twice(error: TypeError, backend: HTTPBackend, options: Mapping[str, Any]) -> None:
    """Tell the author of `backend` that it hands on what it is given, and adds the same again.

    Raises:
        ConfigurationError: `error` says so of one of `options`.
    """
    found = _TWICE.search(str(error))
    if found is not None and found[1] in options and is_by_hand(backend):
        name, kind = found[1], type(innermost(backend)).__name__
        raise ConfigurationError(
            f"{kind}: it is given {name!r} as an option of the call, and passes it on beside its own; the call's wins: "
            f"remove it from the options first, as in kwargs.pop({name!r}, ...)"
        ) from error


def checked_items(
    items: Generator[Any, None, None], backend: HTTPBackend, options: Mapping[str, Any]
) -> Generator[Any, None, None]:
    """`items`, which `backend` has made of a call with `options`."""
    with closing(items):
        try:
            yield from items
        except TypeError as error:
            refuse_given_twice(error, backend, options)
            raise


async def achecked_items(
    items: AsyncGenerator[Any, None], backend: HTTPBackend, options: Mapping[str, Any]
) -> AsyncGenerator[Any, None]:
    """`checked_items`, asynchronously."""
    async with aclosing(items):
        try:
            async for item in items:
                yield item
        except TypeError as error:
            refuse_given_twice(error, backend, options)
            raise
