"""Converts decoded blocks of a body to the items of a stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from clientele.http.message.body.lines import LineDecoder
from clientele.http.message.body.server_sent_events import ServerSentEvent
from clientele.http.message.errors import raise_from
from clientele.http.streams.adapters import InvalidItem, adapter_for
from clientele.http.streams.event_items import EventReading, EventTypes
from clientele.http.streams.events import Events
from clientele.http.streams.validation_messages import first_problem, without_values

Parser = Callable[[str], Any]


class ItemDecoder:
    """Converts the blocks of a body to items.

    For `bytes`, the items are the blocks, for `str` the lines. A JSON type is validated from each line, or from the
    data of each event of a `text/event-stream`; `ServerSentEvent[T]` is the whole event, and an `EventReading` defines
    the type of each event. A parser receives the lines. JSON types and parsers skip empty lines, and events without
    data.
    """

    def __init__(
        self,
        inner_type: Any,
        parser: Parser | None,
        charset: str = "utf-8",
        max_line_bytes: int | None = None,
        *,
        is_event_stream: bool = False,
    ) -> None:
        reading = None if parser is not None else _reading(inner_type, is_event_stream=is_event_stream)
        self._raw = inner_type is bytes and parser is None
        self._plain = inner_type is str and parser is None
        self._events = None if reading is None else reading.connected(max_line_bytes)
        self._lines = LineDecoder(charset, max_line_bytes)
        self._kind = inner_type if parser is None and reading is None else None
        self._read = parser or _reader(self._kind)
        self._count = 0

    @property
    def has_ended(self) -> bool:
        """Whether the event that ends the stream has arrived."""
        return self._events is not None and self._events.has_ended

    def feed(self, block: bytes) -> Iterable[Any]:
        """The items that `block` completes.

        Raises:
            LineTooLong: a line is longer than `max_line_bytes`; this and InvalidItem also while iterating.
            InvalidItem: an item doesn't match its type.
        """
        if self._raw:
            return (block,)
        if self._events is not None:
            return self._events.feed(block)
        return self._items(self._lines.feed(block))

    def finish(self) -> Iterator[Any]:
        """The last item, if the body ended without a line end. An event without its empty line is incomplete.

        Raises:
            NoEnd: the event that ends the stream is missing.
        """
        if self._events is not None:
            yield from self._events.finish()
        elif not self._raw:
            yield from self._items(self._lines.finish())

    def _items(self, lines: list[str]) -> Iterable[Any]:
        # Plain lines are returned without a loop over them, for speed.
        return lines if self._plain and not self._lines.too_long else self._each(lines)

    def _each(self, lines: list[str]) -> Iterator[Any]:
        for line in lines:
            if self._plain or line.strip():
                yield self._item(line)
        self._lines.check()

    def _item(self, text: str) -> Any:
        index = self._count
        self._count += 1
        try:
            return self._read(text)
        except ValidationError as error:
            schema = None if self._kind is None else adapter_for(self._kind).core_schema
            raise_from(InvalidItem(index, without_values(error, schema), first_problem(error, schema)), None)


def _reading(inner_type: Any, *, is_event_stream: bool) -> EventReading | None:
    """The reading of events, if the items are events."""
    if isinstance(inner_type, EventReading):
        return inner_type
    whole = inner_type is ServerSentEvent or get_origin(inner_type) is ServerSentEvent
    if not whole and (not is_event_stream or inner_type in (str, bytes)):
        return None
    # Without a type, the data of an event is text.
    kind = next(iter(get_args(inner_type)), str) if whole else inner_type
    return EventReading(EventTypes(Events(errors=()), kind, whole=whole))


def _reader(kind: Any) -> Parser:
    return str if kind in (None, str) else adapter_for(kind).validate_json
