"""A row of a corpus: what is asked of a backend, and what the servers do about it.

In URLs, options and answers `{origin}`, `{other}` and the other names in `worlds.SERVERS` stand for host and port of a
server, and `{port}` for the port of the first one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from clientele_conformance.servers import Answer
from clientele_conformance.servers.conversation import Conversation
from clientele_conformance.servers.origin import Handler
from clientele_conformance.subject import Mode

Options: TypeAlias = Mapping[str, Any] | Callable[[], Mapping[str, Any]]
"""The keywords of a call. A function makes them anew for each backend, where they can be used only once."""

SECTIONS: Mapping[str, str] = {
    "A": "streams",
    "B": "content codings and charsets",
    "C": "methods and headers",
    "D": "URLs and queries",
    "E": "bodies",
    "F": "redirects",
    "G": "cookies",
    "I": "faults",
    "M": "user information",
    "X": "drawn at random, the same in each run",
}
"""What the first part of a row's id says that the row is about."""

BOTH: tuple[Mode, ...] = ("sync", "async")


@dataclass(frozen=True, slots=True)
class Until:
    """A step of an answer: wait until `event` has happened on the side of the client.

    `item 1` has when the first item of a stream was handed out, `answer 1` when the first call of the row is over, and
    `close` when the backend was closed in the middle of a stream.
    """

    event: str

    def play(self, connection: Conversation) -> None:
        """Refuse: which event it is, is known only in a run."""
        raise NotImplementedError(f"{self.event} is not known before the row is run, on connection {connection.number}")


@dataclass(frozen=True, slots=True)
class Done:
    """A step of an answer: tell the client's side that `event` has happened here."""

    event: str

    def play(self, connection: Conversation) -> None:
        """Refuse: which event it is, is known only in a run."""
        raise NotImplementedError(f"{self.event} is not known before the row is run, on connection {connection.number}")


@dataclass(frozen=True, slots=True)
class Items:
    """How a response is taken as a stream.

    Attributes:
        kind: the type of an item.
        parser: makes an item of a line, instead.
        leave_after: the number of items after which the stream is left; None for the whole stream.
        close_after: the number of items after which the backend is closed, and the stream is read on.
    """

    kind: Any = bytes
    parser: Callable[[str], Any] | None = None
    leave_after: int | None = None
    close_after: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One call.

    Attributes:
        method: of the request.
        url: as it is given to the backend.
        options: the keywords of the call.
        items: what to do with its items, if it is for a stream.
        after: the event on the side of the server (see `Done`) to wait for before it.
    """

    method: str
    url: str
    options: Options = field(default_factory=dict)
    items: Items | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a corpus.

    Attributes:
        id: `SECTION: what it is about`.
        asks: the calls, one after the other, on one backend.
        answers: by path, or by server and path (`other/path`): one answer for each request, the last one for all that
            follow. Any other path is answered with 204.
        backend: the keywords of the backend.
        refused: the call is wrong, so that nothing may reach the server.
        unread: the server answers before it has read the body of a request.
        modes: the modes in which it makes sense.
        needs: the capability without which it doesn't.
        environ: environment variables, in which `{ca}` is the file of the authority behind `{tls}`.
    """

    id: str
    asks: tuple[Ask, ...]
    answers: Mapping[str, tuple[Answer | Handler, ...]] = field(default_factory=dict)
    backend: Options = field(default_factory=dict)
    refused: bool = False
    unread: bool = False
    modes: tuple[Mode, ...] = BOTH
    needs: str | None = None
    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def section(self) -> str:
        """The first part of the id."""
        return self.id.partition(":")[0]


def here(path: str) -> str:
    """The URL of `path` on the first server."""
    return "http://{origin}" + path


def call(
    row_id: str, method: str, path: str, options: Options | None = None, *, backend: Options | None = None, **more: Any
) -> Row:
    """A row of one call of the first server; `more` are attributes of the row."""
    return Row(row_id, (Ask(method, here(path), options or {}),), backend=backend or {}, **more)


def wrong(
    row_id: str, options: Options | None = None, *, method: Any = "GET", url: Any = "http://{origin}/", **more: Any
) -> Row:
    """A row of one call that must not be sent."""
    return Row(row_id, (Ask(method, url, options or {}),), refused=True, **more)


def answer(
    row_id: str,
    *answers: Answer | Handler,
    method: str = "GET",
    options: Options | None = None,
    items: Items | None = None,
    **more: Any,
) -> Row:
    """A row of one call that is answered so; `more` are attributes of the row."""
    return Row(row_id, (Ask(method, here("/"), options or {}, items),), {"/": answers}, **more)
