"""The items of a stream: from decoded blocks of a body to what the caller iterates over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from clientele.http.lines import LineDecoder
from clientele.http.problems import first_problem, without_values
from clientele.http.sse import EventDecoder, ServerSentEvent

Parser = Callable[[str], Any]


class InvalidItem(Exception):
    """An item is not what the stream declares; the driver turns this into ResponseValidationError."""

    def __init__(self, index: int, error: ValidationError, problem: str) -> None:
        super().__init__(index, error, problem)
        self.index = index
        self.error = error
        self.problem = problem


def adapter_for(kind: Any) -> TypeAdapter[Any]:
    """The validator for `kind`, built once for each class and each notation.

    Unions that differ in their order alone are equal, and yet not the same to a validator: hence the notation.
    """
    if isinstance(kind, type):
        return _adapter(kind, "")
    try:
        return _adapter(kind, repr(kind))
    except TypeError:  # What the annotation holds can't be hashed.
        return TypeAdapter(kind)


@lru_cache(maxsize=256)
def _adapter(kind: Any, notation: str) -> TypeAdapter[Any]:  # noqa: ARG001 - part of the key
    return TypeAdapter(kind)


class ItemDecoder:
    """Turns the blocks of a body into items.

    `bytes` gives the blocks and `str` every line. A JSON type is validated from each line, or from the data of each
    event of a `text/event-stream`; `ServerSentEvent[T]` is the whole event. A parser gets the lines. JSON types and
    parsers skip blank lines.
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
        whole_event = parser is None and (inner_type is ServerSentEvent or get_origin(inner_type) is ServerSentEvent)
        json_events = is_event_stream and parser is None and inner_type not in (str, bytes)
        self._raw = inner_type is bytes and parser is None
        self._plain = inner_type is str and parser is None and not whole_event
        self._whole_event = whole_event
        self._events = EventDecoder(max_line_bytes) if whole_event or json_events else None
        self._lines = LineDecoder(charset, max_line_bytes)
        self._kind = None if parser else _data_type(inner_type) if whole_event else inner_type
        self._read = parser or _reader(self._kind)
        self._count = 0

    def feed(self, block: bytes) -> Iterable[Any]:
        """The items that `block` completes.

        Raises:
            LineTooLong: a line is longer than `max_line_bytes`; this and InvalidItem also while iterating.
            InvalidItem: an item isn't what the stream declares.
        """
        if self._raw:
            return (block,)
        if self._events is not None:
            return map(self._event, self._events.feed(block))
        return self._items(self._lines.feed(block))

    def finish(self) -> Iterator[Any]:
        """The last item, if the body ended without a line end. An event without its blank line is none."""
        if not self._raw and self._events is None:
            yield from self._items(self._lines.finish())

    def _items(self, lines: list[str]) -> Iterable[Any]:
        # Plain lines need no look at each: a stream of them is as fast as its lines are split.
        return lines if self._plain and not self._lines.too_long else self._each(lines)

    def _each(self, lines: list[str]) -> Iterator[Any]:
        for line in lines:
            if self._plain or line.strip():
                yield self._item(line)
        self._lines.check()

    def _event(self, event: ServerSentEvent[str]) -> Any:
        data = self._item(event.data)
        return replace(event, data=data) if self._whole_event else data

    def _item(self, text: str) -> Any:
        index = self._count
        self._count += 1
        try:
            return self._read(text)
        except ValidationError as error:
            schema = None if self._kind is None else adapter_for(self._kind).core_schema
            raise InvalidItem(index, without_values(error, schema), first_problem(error, schema)) from None


def _data_type(event_type: Any) -> Any:
    """The `T` of `ServerSentEvent[T]`; without one the data stays text."""
    return next(iter(get_args(event_type)), str)


def _reader(inner_type: Any) -> Parser:
    return str if inner_type is str else adapter_for(inner_type).validate_json
