"""What happens on the wire during a test, kept for the report of a failure: calls, requests, answers, outcomes."""

from __future__ import annotations

import reprlib
import threading
from collections import deque
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from clientele.http import Response

Kind = Literal["called", "sent", "came back", "returned", "raised"]
"""Who said it: the caller, the backend, the server, and twice the backend to its caller."""

EVENTS = 16
"""So many are kept, the last ones: a test may make thousands of calls."""

BYTES = 1024
"""So much is kept of each event."""


def _repr(*, characters: int, items: int, levels: int) -> reprlib.Repr:
    limited = reprlib.Repr()
    limited.maxstring = limited.maxother = characters
    limited.maxlist = limited.maxdict = limited.maxtuple = limited.maxset = items
    limited.maxlevel = levels
    return limited


_full = _repr(characters=800, items=40, levels=8)
_brief = _repr(characters=80, items=8, levels=4)


@dataclass(slots=True)
class Event:
    """Something that was said.

    Attributes:
        kind: who said it.
        where: the server's port and the number of the connection, or what else is to be said of it.
        data: the first BYTES of it.
        size: all of it, in bytes.
    """

    kind: Kind
    where: str
    data: bytearray = field(default_factory=bytearray)
    size: int = 0

    def add(self, data: bytes) -> None:
        """Go on."""
        self.data += data[: BYTES - len(self.data)]
        self.size += len(data)

    @property
    def text(self) -> str:
        """What was said, to be read: CRLF ends a line, and all that can't be seen is escaped."""
        more = "\n..." if self.size > len(self.data) else ""
        return shown(bytes(self.data)) + more


class Journal:
    """The events of the test that is running. Servers write into it from their threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events: deque[Event] = deque(maxlen=EVENTS)
        self._left_out = 0
        self.compared: tuple[str, str, str] | None = None
        """The operator, left and right of the comparison that failed last."""

    def begin(self) -> None:
        """Forget the test before."""
        with self._lock:
            self._events.clear()
            self._left_out = 0
            self.compared = None

    def note(self, kind: Kind, data: bytes, where: str = "") -> None:
        """Keep what was said; what a server says in several pieces is one event."""
        with self._lock:
            last = self._events[-1] if self._events else None
            if last is None or kind != "came back" or (last.kind, last.where) != (kind, where):
                self._left_out += len(self._events) == EVENTS
                last = Event(kind, where)
                self._events.append(last)
            last.add(data)

    def events(self) -> tuple[list[Event], int]:
        """Those that were kept, and how many came before."""
        with self._lock:
            return list(self._events), self._left_out


journal = Journal()


@contextmanager
def call(method: str, url: str, options: Mapping[str, Any]) -> Generator[list[Response], None, None]:
    """Note a call, and what comes of it: an error, or what is put into the list."""
    said = [f"{method} {url}", *(f"{name}={_brief.repr(value)}" for name, value in options.items())]
    journal.note("called", _lines(said))
    answers: list[Response] = []
    try:
        yield answers
    except AssertionError:  # Of the test, while it reads a stream.
        raise
    except Exception as error:
        causes = [f"caused by {_line(error.__cause__)}"] if error.__cause__ is not None else []
        journal.note("raised", _lines([_line(error), *causes]))
        raise
    for answer in answers:
        journal.note("returned", *_answer(answer))


def compared(operator: str, left: object, right: object) -> tuple[str, str, str]:
    """A comparison that failed, in a bounded number of words."""
    return operator, _full.repr(left), _full.repr(right)


def place(port: int, connection: int) -> str:
    """What a connection is called."""
    return f"port {port}, connection {connection}"


def _lines(lines: Iterable[str]) -> bytes:
    return "\r\n".join(lines).encode(errors="backslashreplace")


def _line(error: BaseException) -> str:
    kind = type(error)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return f"{module}{kind.__qualname__}: {error}"


def _answer(answer: Any) -> tuple[bytes, str]:
    """Never a reference: what a test no longer needs must be able to go."""
    if not isinstance(answer, Response):
        return _lines([_brief.repr(answer)]), "no Response"
    fields = (f"{name}: {value}" for name, value in answer.headers.pairs)
    head = _lines([f"HTTP/{answer.http_version} {answer.status_code}", *fields, "", ""])
    return head + answer.content[:BYTES], f"{len(answer.content)} bytes of content"


def shown(data: bytes) -> str:
    """`data` as text: UTF-8 where it is, CRLF as the end of a line, everything that can't be seen as an escape."""
    text = data.decode("utf-8", "backslashreplace").replace("\r\n", "\n\r")
    return "".join(map(_shown, text)).replace("\\n\\r", "\n").rstrip("\n")


def _shown(character: str) -> str:
    return character if character.isprintable() else ascii(character)[1:-1]
