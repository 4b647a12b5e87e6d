"""The declaration of the events of a `text/event-stream`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from clientele.http.message.errors import ConfigurationError


class Events:
    """The types of the events of a stream, for the option `events` of a decorator.

    ```python
    @api.post("/chat", streaming_response=True, events=Events({"delta": Delta, "error": Problem}, end="[DONE]"))
    def chat(result: Stream[Delta], data: Prompt) -> Stream[Delta]:
        return result
    ```

    Comments, and events without data, are never items of a JSON type, and never end a stream.

    Args:
        types: the type of the data by the name of the event; an event without a name is `"message"`. The data is
            validated from JSON; `str` is the text. Default: all events have the type of the items.
        end: the data of the event that ends the stream, such as `"[DONE]"`. A body that ends before it raises
            ReadError. Default None: the stream ends with the body.
        skip: names of events to skip; default none. An event that is not in `types`, `skip` or `errors` raises
            ResponseValidationError.
        errors: names of events that report an error, default `{"error"}`. Such an event raises EventError, whose
            `problem` is the data.
        resume: how many times an interrupted stream is resumed, at most: the request is repeated with the id of the
            last event as Last-Event-ID, after the `retry` of the server in milliseconds, or one second. A stream
            without ids is restarted only if no item was yielded and its method is idempotent. If the server asks for
            more than a minute, the error is raised. Each connection is a separate call for hooks and logs. Default 0.

    Raises:
        ConfigurationError: an invalid value; the message says what to write.
    """

    def __init__(
        self,
        types: Mapping[str, Any] | None = None,
        *,
        end: str | None = None,
        skip: Collection[str] = (),
        errors: Collection[str] = frozenset({"error"}),
        resume: int = 0,
    ) -> None:
        self.types = _checked_types(types)
        """The type of the data by the name of the event."""
        self.end = _checked_end(end)
        """The data that ends the stream."""
        self.skip = _names(skip, "skip")
        """Names of events to skip."""
        self.errors = _names(errors, "errors")
        """Names of events that raise."""
        self.resume = _checked_count(resume)
        """How many times an interrupted stream is resumed."""
        twice = sorted(self.skip & {*self.types, *(self.errors - {"error"})})
        if twice:
            raise ConfigurationError(f"Events(skip=...): {twice[0]!r} also has a type; remove it from one of them")

    def __repr__(self) -> str:
        return f"Events({sorted(self.types)}, end={self.end!r}, skip={sorted(self.skip)}, resume={self.resume})"


def _checked_types(types: Any) -> dict[str, Any]:
    if types is None:
        return {}
    if not isinstance(types, Mapping) or not types or not all(isinstance(name, str) for name in types):
        raise ConfigurationError('Events: the types are a mapping of names to types: {"delta": Delta, "done": Usage}')
    for name, kind in types.items():
        if kind is None:
            raise ConfigurationError(f"Events: {name!r} has the type None; to skip it, write skip={{{name!r}}}")
    return dict(types)


def _checked_end(end: Any) -> str | None:
    if end is not None and (not isinstance(end, str) or not end.strip()):
        raise ConfigurationError(f'Events(end=...): use the data of the last event, such as "[DONE]", not {end!r}')
    return None if end is None else end.strip()


def _names(names: Any, option: str) -> frozenset[str]:
    if isinstance(names, str):
        raise ConfigurationError(f"Events({option}=...): use a set of names: {{{names!r}}}")
    if not isinstance(names, Collection) or not all(isinstance(name, str) for name in names):
        raise ConfigurationError(f'Events({option}=...): use a set of names of events, such as {{"ping"}}')
    return frozenset(names)


def _checked_count(resume: Any) -> int:
    if isinstance(resume, bool) or not isinstance(resume, int) or resume < 0:
        raise ConfigurationError(f"Events(resume=...): use the number of reconnects, 0 or more, not {resume!r}")
    return resume
