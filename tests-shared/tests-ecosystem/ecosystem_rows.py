"""What a row is: a tool, a library, and what has to hold, first with the library by hand, then with ours."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pytest

from ecosystem_calls import OURS, Call, Library, MakeClient, Way


class Calls(Protocol):
    """Opens a client, by hand or of ours; the tool may have begun before, or begin after."""

    def __call__(self, client: MakeClient | None = None) -> AbstractContextManager[Call]:
        """Calls until the end of the block."""


@dataclass(frozen=True)
class World:
    """What a probe may need: a folder, and the fixtures of tools that are pytest plugins."""

    folder: Path
    request: pytest.FixtureRequest
    way: Way

    def fixture(self, name: str) -> Any:
        """The fixture `name`."""
        return self.request.getfixturevalue(name)


Probe = Callable[[Calls, World], None]


@dataclass(frozen=True)
class Row:
    """A row of the table.

    Attributes:
        fails_by_hand: what the control raises where the tool doesn't work with the library by hand, so that ours isn't
            tried: the type and a pattern.
        ways: of ours that are tried.
    """

    tool: str
    library: Library
    probe: Probe
    fails_by_hand: tuple[type[BaseException], str] | None = None
    ways: tuple[Way, ...] = OURS

    def __str__(self) -> str:
        broken = ", which doesn't work by hand" if self.fails_by_hand else ""
        return f"{self.tool} with {self.library}{broken}"

    def outcome(self, way: Way, folder: Path, request: pytest.FixtureRequest) -> str:
        """Run the probe, which raises if the tool doesn't work, and return "works"."""
        self.probe(partial(self.library.calls, way), World(folder, request, way))
        return "works"

    @property
    def expected_by_hand(self) -> str:
        """The expected `outcome_by_hand`."""
        return "works" if self.fails_by_hand is None else "fails"


def controls(rows: list[Row]) -> pytest.MarkDecorator:
    """All rows, by hand."""
    return pytest.mark.parametrize("row", rows, ids=str)


def tried(rows: list[Row]) -> pytest.MarkDecorator:
    """The rows that hold by hand, in each way of ours."""
    pairs = [(row, way) for row in rows if row.fails_by_hand is None for way in row.ways]
    return pytest.mark.parametrize(("row", "way"), pairs, ids=[f"{row}: {way}" for row, way in pairs])


def outcome_by_hand(row: Row, folder: Path, request: pytest.FixtureRequest) -> str:
    """Run the probe with the library itself: "works", or "fails" if it raises the exception in `fails_by_hand`."""
    if row.fails_by_hand is None:
        return row.outcome(Way.BY_HAND, folder, request)
    kind, pattern = row.fails_by_hand
    with pytest.raises(kind, match=pattern):
        row.outcome(Way.BY_HAND, folder, request)
    return "fails"
