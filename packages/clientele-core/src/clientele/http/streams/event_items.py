"""The items of a `text/event-stream`: which events are items, and their data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from functools import cache, partial
from typing import Any, NamedTuple

from pydantic import ValidationError

from clientele.http.message.body.server_sent_events import EventDecoder, ServerSentEvent
from clientele.http.message.printable import excerpt
from clientele.http.streams.adapters import InvalidItem, adapter_for
from clientele.http.streams.events import Events
from clientele.http.streams.validation_messages import first_problem, without_values


class ErrorEvent(Exception):
    """An event that reports an error; the driver converts it to EventError.

    Attributes:
        event: the event.
        read: what gives its data as the type that it has, or None.
    """

    error = None

    def __init__(self, event: ServerSentEvent[str], read: Callable[[], Any] | None) -> None:
        super().__init__(event)
        self.event = event
        self.read = read


class NoEnd(Exception):
    """The body has ended before the event that ends the stream; the driver turns this into ReadError."""


class Data(NamedTuple):
    """What the data of an event is.

    Attributes:
        kind: its type.
        read: what makes it of the text.
    """

    kind: Any
    read: Callable[[str], Any]


def data_of(kind: Any) -> Data:
    """The data of type `kind`: text as it is, or validated from JSON."""
    return Data(kind, str if kind is str else adapter_for(kind).validate_json)


class EventTypes:
    """What the items of an event stream are, of any number of streams.

    Args:
        events: what the option says.
        kind: the data of an event that it has no type for.
        whole: an item is the whole event, and not only its data.
    """

    def __init__(self, events: Events, kind: Any, *, whole: bool) -> None:
        self.events = events
        self.whole = whole
        self._types: Mapping[str, Data] = {name: data_of(of_name) for name, of_name in events.types.items()}
        self._others = data_of(kind) if not self._types.keys() - events.errors else None

    def named(self, name: str) -> Data | None:
        """The data of events called `name`, or None."""
        return self._types.get(name, self._others)

    def error_named(self, name: str) -> Data | None:
        """The data of an error called `name`, or None."""
        return self._types.get(name)


class EventReading:
    """One event stream, over all of its connections.

    Args:
        types: what its items are.

    Attributes:
        has_begun: a response has begun.
        has_ended: the event that ends the stream has come, or the server has said that there are no more.
        count: the items so far.
    """

    def __init__(self, types: EventTypes) -> None:
        self.types = types
        self.has_begun = self.has_ended = False
        self.count = 0
        self._decoder = EventDecoder()

    @property
    def last_id(self) -> str:
        """The id to go on from; empty if there is none."""
        return self._decoder.last_id

    @property
    def retry(self) -> int | None:
        """The milliseconds that the server wants to be left alone before the next connection, if it has said so."""
        return self._decoder.retry

    def connected(self, max_line_bytes: int | None) -> EventItems:
        """The items of the next response."""
        self.has_begun = True
        self._decoder = EventDecoder(max_line_bytes, self._decoder)
        return EventItems(self, self._decoder)


class EventItems:
    """Turns the blocks of one response into items."""

    def __init__(self, reading: EventReading, decoder: EventDecoder) -> None:
        self._reading = reading
        self._types = reading.types
        self._events = reading.types.events
        self._decoder = decoder

    @property
    def has_ended(self) -> bool:
        """Whether the event that ends the stream has come."""
        return self._reading.has_ended

    def feed(self, block: bytes) -> Iterator[Any]:
        """The items that `block` completes.

        Raises:
            LineTooLong: a line, or the data of an event, is longer than `max_line_bytes`.
            InvalidItem: an event isn't what the stream declares.
            ErrorEvent: it reports an error.
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
        """Nothing: an event without its blank line is incomplete. Only the one that ends the stream may be so.

        Raises:
            NoEnd: the stream has not come to its end.
        """
        end = self._events.end
        if end is None or self._reading.has_ended:
            return
        # A copy: the id of an event that is cut short is none to go on from.
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
            raise InvalidItem(reading.count, without_values(error, schema), problem) from None
        reading.count += 1
        return replace(event, data=value) if self._types.whole else value

    def _raise(self, event: ServerSentEvent[str]) -> None:
        data = self._types.error_named(event.event)
        raise ErrorEvent(event, None if data is None else cache(partial(_fitting, data, event.data)))

    def _unknown(self, name: str) -> str:
        known = ", ".join(sorted({*self._events.types, *self._events.errors}))
        return (
            f"the event {excerpt(name, 50)!r} is none of {known}; give its type in events=Events({{...}}), or leave it "
            "out: skip={...}"
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
