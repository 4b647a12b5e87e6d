"""Runs the rows of a corpus on a backend, in one of its modes, and records the results."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import Any

from clientele.http import Timeout
from clientele_conformance.equality.facts import Facts, error_facts, request_facts, response_facts, stream_facts
from clientele_conformance.equality.participants import Participant
from clientele_conformance.equality.rows import Ask, Items, Options, Row
from clientele_conformance.equality.worlds import Events, World
from clientele_conformance.subject import AsyncSubject, Subject, SyncSubject

LIMIT = 20.0
"""Seconds, unless a row says otherwise: it is reached only by a backend that waits for what never comes."""

_PATIENCE = 20.0
_ARRIVAL = 0.05
"""Seconds in which what a server has sent arrives, also on a busy machine."""

REACHED = "server that a refused call has reached"
"""The name of a fact that there must not be."""


def run(participant: Participant, rows: Sequence[Row], world: World, patience: float = 1) -> dict[str, Facts]:
    """The results of the `rows` that apply to `participant`, by id; limits are longer by `patience`."""
    with asyncio.Runner() as runner:
        return {
            row.id: {
                name: world.unplaced(fact) for name, fact in _Run(participant, row, world, runner, patience).facts()
            }
            for row in rows
            if participant.mode in row.modes and participant.has(row.needs)
        }


class _Run:
    """One row on one backend."""

    def __init__(
        self, participant: Participant, row: Row, world: World, runner: asyncio.Runner, patience: float
    ) -> None:
        self._participant = participant
        self._row = row
        self._world = world
        self._runner = runner
        self._patience = patience
        self._events = Events()

    def facts(self) -> Iterator[tuple[str, object]]:
        """All of them: what the caller got first, then what the servers received."""
        self._world.begin(self._row, self._events)
        with _environment(self._world.placed(dict(self._row.environ))):
            yield from self._answers()
        if left := self._world.wait_until_quiet():
            yield "connections that are open after closing", left
        yield from self._received()

    def _answers(self) -> Iterator[tuple[str, object]]:
        try:
            subject = self._subject()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what came of the row
            yield from error_facts("constructor", error)
            return
        for number, ask in enumerate(self._row.asks, 1):
            if ask.after is not None and not self._wait(ask.after):
                yield ask.after, f"not in {_PATIENCE} seconds"
            yield from self._answer(subject, ask, f"answer {number}")
            self._events[f"answer {number}"].set()
        try:
            subject.close()
        except Exception as error:  # noqa: BLE001 - as above
            yield from error_facts("closing", error)

    def _subject(self) -> Subject:
        backend = self._participant.backend_class(**{"timeout": LIMIT, **self._placed(self._row.backend)})
        return SyncSubject(backend) if self._participant.mode == "sync" else AsyncSubject(backend, self._runner)

    def _wait(self, event: str) -> bool:
        """Whether it happened; what the server sent has arrived then."""
        if not self._events[event].wait(_PATIENCE):
            return False
        if self._participant.mode == "sync":
            time.sleep(_ARRIVAL)
        else:
            self._runner.run(asyncio.sleep(_ARRIVAL))  # So that its loop notices, as it would in a program.
        return True

    def _answer(self, subject: Subject, ask: Ask, name: str) -> Iterator[tuple[str, object]]:
        """The response, or the items, and the error, if there is one."""
        items: list[Any] = []
        try:
            url, options = self._world.placed(ask.url), self._placed(ask.options)
            if ask.items is None:
                yield from response_facts(name, subject.send(ask.method, url, **options))
            else:
                with subject.stream(ask.method, url, ask.items.kind, ask.items.parser, **options) as stream:
                    self._take(stream, items, ask.items, subject)
                yield name, "the end of a stream" if ask.items.leave_after is None else "a stream that was left"
        except Exception as error:  # noqa: BLE001 - as above
            yield from error_facts(name, error)
        if ask.items is not None:
            yield from stream_facts(name, items)

    def _take(self, stream: Iterator[Any], into: list[Any], how: Items, subject: Subject) -> None:
        for item in stream:
            into.append(item)
            self._events[f"item {len(into)}"].set()
            if len(into) == how.leave_after:
                return
            if len(into) == how.close_after:
                subject.close()
                self._events["close"].set()

    def _received(self) -> Iterator[tuple[str, object]]:
        for name, server in self._world.servers.items():
            for number, request in enumerate(server.requests, 1):
                yield from request_facts(name, number, request)
            if self._row.refused and server.scheme == "http" and server.new_connections:
                yield REACHED, name
            for number, what in enumerate(server.new_malformed, 1):
                yield f"{name} malformed {number}", what

    def _placed(self, options: Options) -> Mapping[str, Any]:
        placed: dict[str, Any] = self._world.placed(dict(options() if callable(options) else options))
        return {key: _longer(value, self._patience) if key == "timeout" else value for key, value in placed.items()}


def _longer(timeout: Any, times: float) -> Any:
    """`timeout`, multiplied; a missing or invalid limit is unchanged."""
    if isinstance(timeout, Timeout):
        return replace(timeout, **{each.name: _longer(getattr(timeout, each.name), times) for each in fields(timeout)})
    # The type distinguishes the default of an optional limit from an explicit one.
    return timeout * times if type(timeout) in {int, float} and timeout > 0 else timeout


@contextmanager
def _environment(variables: Mapping[str, str]) -> Generator[None, None, None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
