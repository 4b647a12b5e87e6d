"""Mocks: what a tool answers in place of a server has to arrive, and the tool has to know what it was asked."""

from __future__ import annotations

import gzip
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from typing import Any

import pytest

from clientele.http import errors
from clientele_conformance.servers import Origin, response
from ecosystem_calls import PIECES, Call, Library, Told, Way
from ecosystem_rows import Calls, Probe, Row, World

URL = "http://mocked.example/things"
ANSWER = b'{"id": 1, "name": "from the tool"}'


class Mock(ABC):
    """A tool that answers calls of `URL` for the time of a `with` block."""

    native_error: type[Exception]
    """What the library raises by hand when the tool makes a call fail."""

    def __init__(self, world: World) -> None:
        self.world = world

    @abstractmethod
    def active(self) -> AbstractContextManager[Any]:
        """From here on."""

    @abstractmethod
    def answer(self, body: bytes, headers: dict[str, str]) -> None:
        """To POST."""

    @abstractmethod
    def fail(self) -> None:
        """With `native_error`, to POST."""

    @abstractmethod
    def sent(self) -> list[Any]:
        """The bodies that it was sent."""


MakeMock = Callable[[World], Mock]


def rows_of(
    tool: str, library: Library, make: MakeMock, compressed_by_hand: tuple[type[BaseException], str] | None = None
) -> list[Row]:
    """What has to hold of a mock; `compressed_by_hand`: why compressed answers don't."""
    row = Row(tool, library, _first(make, _answers))
    return [
        row,
        replace(row, tool=f"{tool}, begun after the client", probe=_afterwards(make)),
        replace(row, tool=f"{tool}, with a streamed upload", probe=_first(make, _takes_pieces)),
        replace(
            row,
            tool=f"{tool}, with a compressed answer",
            probe=_first(make, _decompresses),
            fails_by_hand=compressed_by_hand,
        ),
        replace(row, tool=f"{tool}, with an error", probe=_first(make, _fails)),
    ]


Check = Callable[[Mock, Call], None]


def _first(make: MakeMock, check: Check) -> Probe:
    def probe(calls: Calls, world: World) -> None:
        mock = make(world)
        with mock.active(), calls() as call:
            check(mock, call)

    return probe


def _afterwards(make: MakeMock) -> Probe:
    """The client has a connection already: a client that lives as long as a program, in a program's tests."""

    def probe(calls: Calls, world: World) -> None:
        with Origin() as origin, calls() as call, ExitStack() as stack:
            origin.on("/real", response(200, body=b"real"))
            assert call(origin.url("/real")) == Told(200, b"real")
            mock = make(world)
            stack.enter_context(mock.active())
            _answers(mock, call)

    return probe


def _answers(mock: Mock, call: Call) -> None:
    mock.answer(ANSWER, {"Content-Type": "application/json"})
    assert call(URL, "POST", b"a body") == Told(200, ANSWER)
    assert mock.sent() == [b"a body"]


def _takes_pieces(mock: Mock, call: Call) -> None:
    mock.answer(ANSWER, {})
    assert call(URL, "POST", PIECES) == Told(200, ANSWER)


def _decompresses(mock: Mock, call: Call) -> None:
    compressed = gzip.compress(ANSWER)
    mock.answer(compressed, {"Content-Encoding": "gzip"})
    told = call(URL, "POST", b"a body")
    assert told.body != compressed, "the answer is still compressed"
    assert told == Told(200, ANSWER)


def _fails(mock: Mock, call: Call) -> None:
    mock.fail()
    expected = mock.native_error if mock.world.way is Way.BY_HAND else errors.TransportError
    with pytest.raises(expected, match="the tool says so"):
        call(URL, "POST", b"a body")
