"""The servers that the rows are run against, and what the names in a row stand for."""

from __future__ import annotations

import contextlib
import re
import threading
from typing import Any, Self, cast

from clientele_conformance.equality.rows import Done, Row, Until
from clientele_conformance.servers import (
    CUT_HANDSHAKE,
    STALLED_HANDSHAKE,
    Answer,
    Close,
    Origin,
    PlainClient,
    Receive,
    RecordedRequest,
    Reset,
    Signal,
    WaitFor,
    blackhole,
    certificates,
    refusing,
    response,
)
from clientele_conformance.servers.origin import Handler, _Route


class Events(dict[str, threading.Event]):
    """What happens on either side, by name."""

    def __missing__(self, name: str) -> threading.Event:
        return self.setdefault(name, threading.Event())


_SECONDS_TO_CLOSE = 3.0
_MOST_REQUESTS = 64
"""Of one row to one server. Who asks more often follows redirects without end."""
_END = _Route((response(204),), read_body=True)


class _Server(Origin):
    """An origin that begins anew with each row."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._accepted_before = 0
        self._malformed_before = 0

    def begin(self) -> None:
        """Forget the row before."""
        with self._changed:
            self._routes.clear()
        self.forget()
        self._accepted_before = self.connections
        self._malformed_before = len(self._malformed)

    @property
    def new_connections(self) -> int:
        """How many were opened in this row, all of them counted by now."""
        with PlainClient(self.address) as probe:  # Connections are accepted in the order in which they came.
            probe.ask()
            probe.receive()
        return self.connections - self._accepted_before - 1

    def wait_until_quiet(self) -> int:
        """How many connections this side had to close in the end."""
        try:
            self.wait_until_open(0, _SECONDS_TO_CLOSE)
        except TimeoutError:
            with self._changed:
                left = list(self._threads)
            for connection in left:
                connection.interrupt()
            self.wait_until_open(0, _SECONDS_TO_CLOSE)
            return len(left)
        return 0

    @property
    def new_malformed(self) -> list[str]:
        """The data of this row that was not a request."""
        return self.malformed[self._malformed_before :]

    def _route(self, request: RecordedRequest) -> _Route:
        # Private to `Origin`, which answers 404 where nothing is registered: that is an error to a stream.
        if len(self.requests) >= _MOST_REQUESTS:
            return _END
        if not {(request.method, request.path), (None, request.path)} & self._routes.keys():
            return _END
        return super()._route(request)


SERVERS = (
    "origin",
    "other",
    "tls",
    "wrong-host",
    "expired",
    "unknown-ca",
    "cut-tls",
    "reset-tls",
    "stalled-tls",
    "no-tls",
    "nobody",
    "silence",
)
"""Two plain servers; those over TLS, with what is wrong with them; a port that refuses, and one that says nothing."""


class World(contextlib.ExitStack):
    """All servers, running from `with` to the end of its block."""

    def __init__(self) -> None:
        super().__init__()
        self.servers: dict[str, _Server] = {}
        self.ca_path = str(certificates().ca_path)
        self._places: dict[str, str] = {}
        self._named: dict[str, str] = {}
        self._address = re.compile("")

    def __enter__(self) -> Self:
        super().__enter__()
        made = certificates()
        greetings: dict[str, Answer] = {
            "cut-tls": CUT_HANDSHAKE,
            "reset-tls": [Receive(), Reset()],
            "stalled-tls": STALLED_HANDSHAKE,
            "no-tls": [Receive(), response(400), Close()],
        }
        self._open("origin")
        self._open("other")
        self._open("tls", tls=made.server_context())
        self._open("wrong-host", tls=made.server_context("wrong-host"))
        self._open("expired", tls=made.server_context("expired"))
        self._open("unknown-ca", tls=made.server_context("unknown-ca"))
        for name, greeting in greetings.items():
            self._open(name, tls=made.server_context(), greeting=greeting)
        self._places["nobody"] = _place(*self.enter_context(refusing()))
        self._places["silence"] = _place(*self.enter_context(blackhole()))
        self._places["port"] = str(self.servers["origin"].port)
        self._places["ca"] = self.ca_path
        self._named = {place: f"{{{name}}}" for name, place in self._places.items() if name in SERVERS}
        self._named[self._places["port"]] = "{port}"
        places = "|".join(re.escape(self._places[name]) for name in SERVERS)
        self._address = re.compile(rf"{places}|(?<=:){self._places['port']}(?!\d)")
        return self

    def begin(self, row: Row, events: Events) -> None:
        """Have the servers do what `row` says."""
        for server in self.servers.values():
            server.begin()
        for place, answers in row.answers.items():
            name, slash, path = place.partition("/")
            script = [answer if callable(answer) else self._placed_answer(answer, events) for answer in answers]
            self.servers[name or "origin"].on(slash + path, *script, read_body=not row.unread)

    def placed(self, value: Any) -> Any:
        """`value` with the names of servers replaced, also inside of mappings and lists."""
        if isinstance(value, str):
            return _NAME.sub(lambda found: self._places[found[1]], value)
        if type(value) is dict:
            return {key: self.placed(item) for key, item in value.items()}
        if type(value) in {list, tuple}:
            return type(value)(self.placed(item) for item in value)
        return value

    def unplaced(self, value: Any) -> Any:
        """`value` with the servers' names again in the place of their addresses, also inside of tuples.

        Servers of another world have other ports, and what came of their rows is compared with this.
        """
        if isinstance(value, tuple):
            return tuple(self.unplaced(item) for item in value)
        if isinstance(value, bytes):
            return self.unplaced(value.decode("latin-1")).encode("latin-1")
        return self._address.sub(lambda found: self._named[found[0]], value) if isinstance(value, str) else value

    def wait_until_quiet(self) -> int:
        """How many connections the client has left open; what came on all of them is recorded when this returns."""
        return sum(server.wait_until_quiet() for server in self.servers.values())

    def _open(self, name: str, **options: Any) -> None:
        self.servers[name] = server = self.enter_context(_Server(**options))
        self._places[name] = _place(*server.address)

    def _placed_answer(self, answer: Answer | Handler, events: Events) -> Answer:
        if isinstance(answer, bytes):
            return _NAME.sub(lambda found: self._places[found[1]], answer.decode("latin-1")).encode("latin-1")
        if isinstance(answer, (list, tuple)):
            return [self._placed_answer(part, events) for part in answer]
        if isinstance(answer, Until):
            return WaitFor(events[answer.event])
        return Signal(events[answer.event]) if isinstance(answer, Done) else cast(Answer, answer)


_NAME = re.compile("{(" + "|".join((*SERVERS, "port", "ca")) + ")}")


def _place(host: str, port: int) -> str:
    return f"{host}:{port}"
