"""Error messages for direct subclasses of `HTTPBackend` that handle the options of a call incorrectly."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import aclosing, closing
from typing import Any

from clientele.http.backends.interface import HTTPBackend
from clientele.http.backends.kinds import innermost, is_transport
from clientele.http.errors import ConfigurationError
from clientele.http.message.call import Source
from clientele.http.runtime.inside import Inside

_TWICE = r"got multiple values for (?:keyword )?argument '(\w+)'"


def is_by_hand(backend: HTTPBackend) -> bool:
    """Whether `backend`, or the backend inside all of its wrappers, subclasses `HTTPBackend` directly."""
    return not is_transport(innermost(backend))


def options_for(backend: HTTPBackend, options: dict[str, Any], source: Source) -> dict[str, Any]:
    """The `options` of a call from `source` that `backend` receives. A wrapper also gets the internal ones, about the
    call. A direct subclass of `HTTPBackend` doesn't, because it might pass them on to its library.
    """
    if source.home is not None:
        return {**options, "call": source}
    if "home" not in options or not is_by_hand(backend):
        return options
    return {name: value for name, value in options.items() if name != "home"}


def refuse_given_twice(error: TypeError, backend: HTTPBackend, options: Mapping[str, Any]) -> None:
    """Refuse a call in which `backend` passes on an option that it receives, and also adds the same option itself.

    Raises:
        ConfigurationError: `error` is about one of `options`.
    """
    found = re.search(_TWICE, str(error))
    if found is not None and found[1] in options and is_by_hand(backend):
        name, kind = found[1], type(innermost(backend)).__name__
        raise ConfigurationError(
            f"{kind}: it receives {name!r} as an option of the call, and passes it on together with its own; the "
            f"call's takes precedence: remove it from the options first, as in kwargs.pop({name!r}, ...)"
        ) from error


def checked_items(
    items: Generator[Any, None, None], backend: HTTPBackend, options: Mapping[str, Any]
) -> Generator[Any, None, None]:
    """`items`, which `backend` returned for a call with `options`; its TypeErrors are checked."""
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
            async for item in Inside(items):
                yield item
        except TypeError as error:
            refuse_given_twice(error, backend, options)
            raise
