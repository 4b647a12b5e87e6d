"""The items of a `text/event-stream`: which events are items, and their data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from functools import cache, partial
from typing import Any, NamedTuple

from pydantic import ValidationError

from clientele.http.message.body.server_sent_events import EventDecoder, ServerSentEvent
from clientele.http.message.errors import raise_from
from clientele.http.message.printable import excerpt
from clientele.http.streams.adapters import InvalidItem, adapter_for
from clientele.http.streams.events import Events
from clientele.http.streams.validation_messages import first_problem, without_values


class ErrorEvent(Exception):
    """An event that reports an error; the driver converts it to EventError.

    Attributes:
        event: the event.
        read: returns the data as its declared type, or None.
    """

    error = None

    def __init__(self, event: ServerSentEvent[str], read: Callable[[], Any] | None) -> None:
        super().__init__(event)
        self.event = event
        self.read = read


class NoEnd(Exception):
    """The body ended before the event that ends the stream; the driver converts this to ReadError."""


class Data(NamedTuple):
    """The type of the data of an event.

    Attributes:
        kind: the type.
        read: converts the text to it.
    """

    kind: Any
    read: Callable[[str], Any]


def data_of(kind: Any) -> Data:
    """The Data for the type `kind`: the text unchanged, or validated from JSON."""
    return Data(kind, str if kind is str else adapter_for(kind).validate_json)


class EventTypes:
    """The types of the items of event streams.

    Args:
        events: the option `events`.
        kind: the type of the data of other events.
        whole: whether an item is the whole event, not only its data.
    """

    def __init__(self, events: Events, kind: Any, *, whole: bool) -> None:
        self.events = events
        self.whole = whole
        self._types: Mapping[str, Data] = {name: data_of(of_name) for name, of_name in events.types.items()}
        self._others = data_of(kind) if not self._types.keys() - events.errors else None

    def named(self, name: str) -> Data | None:
        """The Data of the event `name`, or None."""
        return self._types.get(name, self._others)

    def error_named(self, name: str) -> Data | None:
        """The Data of the error event `name`, or None."""
        return self._types.get(name)


class EventReading:
    """One event stream, over all of its connections.

    Args:
        types: the types of its items.

    Attributes:
        has_begun: whether a response has begun.
        has_ended: whether the event that ends the stream has arrived, or the server has sent a 204.
        count: the number of items so far.
    """

    def __init__(self, types: EventTypes) -> None:
        self.types = types
        self.has_begun = self.has_ended = False
        self.count = 0
        self._decoder = EventDecoder()

    @property
    def last_id(self) -> str:
        """The id to resume from; empty if there is none."""
        return self._decoder.last_id

    @property
    def retry(self) -> int | None:
        """The `retry` of the server in milliseconds, if any."""
        return self._decoder.retry

    def connected(self, max_line_bytes: int | None) -> EventItems:
        """The items of the next response."""
        self.has_begun = True
        self._decoder = EventDecoder(max_line_bytes, self._decoder)
        return EventItems(self, self._decoder)


class EventItems:
    """Converts the blocks of one response to items."""

    def __init__(self, reading: EventReading, decoder: EventDecoder) -> None:
        self._reading = reading
        self._types = reading.types
        self._events = reading.types.events
        self._decoder = decoder

    @property
    def has_ended(self) -> bool:
        """Whether the event that ends the stream has arrived."""
        return self._reading.has_ended

    def feed(self, block: bytes) -> Iterator[Any]:
        """The items that `block` completes.

        Raises:
            LineTooLong: a line, or the data of an event, is longer than `max_line_bytes`.
            InvalidItem: an event doesn't match its declaration.
            ErrorEvent: an event reports an error.
        """
        if self._reading.has_ended:
            return
        for event in self._decoder.feed(block):
            if self._events.end is not None and event.data.strip() == self._events.end:
                self._reading.has_ended = True
                return
            if event.event in self._events.skip:
                continue
            if event.event in self._events.errors:
                self._raise(event)
            data = self._types.named(event.event)
            if data is None:
                raise InvalidItem(self._reading.count, None, self._unknown(event.event))
            if event.data.strip() or data.kind is str:
                yield self._item(event, data)

    def finish(self) -> Iterator[Any]:
        """No items: an event without its empty line is incomplete. Only the one that ends the stream may be.

        Raises:
            NoEnd: the stream hasn't reached its end.
        """
        end = self._events.end
        if end is None or self._reading.has_ended:
            return
        # A copy, because the id of an incomplete event must not be used to resume.
        rest = copy(self._decoder).feed(b"\n\n")
        if not any(event.data.strip() == end for event in rest):
            raise NoEnd(f"the stream ended without the event that ends it, {end!r}")
        self._reading.has_ended = True
        yield from ()

    def _item(self, event: ServerSentEvent[str], data: Data) -> Any:
        reading = self._reading
        try:
            value = data.read(event.data)
        except ValidationError as error:
            schema = adapter_for(data.kind).core_schema
            problem = first_problem(error, schema) + self._hint(event, error)
            raise_from(InvalidItem(reading.count, without_values(error, schema), problem), None)
        reading.count += 1
        return replace(event, data=value) if self._types.whole else value

    def _raise(self, event: ServerSentEvent[str]) -> None:
        data = self._types.error_named(event.event)
        raise ErrorEvent(event, None if data is None else cache(partial(_fitting, data, event.data)))

    def _unknown(self, name: str) -> str:
        known = ", ".join(sorted({*self._events.types, *self._events.errors}))
        return (
            f"the event {excerpt(name, 50)!r} is not one of {known}; declare its type in events=Events({{...}}), "
            "or skip it: skip={...}"
        )

    def _hint(self, event: ServerSentEvent[str], error: ValidationError) -> str:
        if error.errors(include_input=False, include_url=False, include_context=False)[0]["type"] != "json_invalid":
            return ""
        if event.data.strip() == "[DONE]":
            return '; if it ends the stream, declare it: events=Events(end="[DONE]")'
        return "; declare events that end the stream, or aren't items of it: events=Events(end=..., skip={...})"


def _fitting(data: Data, text: str) -> Any:
    try:
        return data.read(text)
    except ValidationError:
        return None
