"""Streams of events that are resumed when they are interrupted."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import aclosing, closing
from time import sleep
from typing import Any

from clientele.http.errors import DeadlineExceeded, InvalidHeader, TransportError
from clientele.http.message.body.bodies import is_replayable
from clientele.http.message.headers import checked_headers, merged_headers
from clientele.http.runtime.inside import Inside
from clientele.http.runtime.lazy import asyncio
from clientele.http.streams.event_items import EventReading

_PAUSE = 1.0
"""Seconds before a stream is resumed, if the server doesn't send `retry`."""
_LONGEST = 60.0
"""The maximum `retry` of a server, in seconds."""


class Resumption:
    """Decides whether, when and how a stream is resumed.

    Args:
        reading: the state of the stream.
        options: the options of the call.
    """

    def __init__(self, reading: EventReading, options: Mapping[str, Any]) -> None:
        self._reading = reading
        self._options = options
        self._left = reading.types.events.resume

    def pause(self, error: TransportError) -> float | None:
        """The seconds to wait, or None to raise `error`."""
        seconds = _PAUSE if self._reading.retry is None else self._reading.retry / 1000
        if self._left == 0 or seconds > _LONGEST or not self._may_go_on(error):
            return None
        self._left -= 1
        return seconds

    def options(self) -> dict[str, Any]:
        """The options of the next call."""
        headers = checked_headers(self._options.get("headers") or {})
        if self._reading.last_id:
            headers = merged_headers(headers, checked_headers({"Last-Event-ID": self._reading.last_id}))
        return {**self._options, "headers": dict(headers.values())}

    def _may_go_on(self, error: TransportError) -> bool:
        reading = self._reading
        if not reading.has_begun or not error.passing or isinstance(error, DeadlineExceeded):
            return False
        if not reading.last_id:
            return not reading.count and error.retryable and is_replayable(self._options)
        return _is_header(reading.last_id) and is_replayable(self._options)


def _is_header(value: str) -> bool:
    try:
        checked_headers({"Last-Event-ID": value})
    except InvalidHeader:
        return False
    return True


def resumed(
    items: Generator[Any, None, None], again: Callable[[dict[str, Any]], Any], resumption: Resumption
) -> Generator[Any, None, None]:
    """`items`, and after an interruption, the items of the calls that `again` makes to resume."""
    while True:
        try:
            with closing(items):
                yield from items
        except TransportError as error:
            seconds = resumption.pause(error)
            if seconds is None:
                raise
        else:
            return
        sleep(seconds)
        items = again(resumption.options())


async def aresumed(
    items: AsyncGenerator[Any, None], again: Callable[[dict[str, Any]], Any], resumption: Resumption
) -> AsyncGenerator[Any, None]:
    """`resumed`, asynchronously."""
    while True:
        try:
            async with aclosing(items):
                async for item in Inside(items):
                    yield item
        except TransportError as error:
            seconds = resumption.pause(error)
            if seconds is None:
                raise
        else:
            return
        await asyncio.sleep(seconds)
        items = again(resumption.options())
