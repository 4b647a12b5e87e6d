"""Reads a failure: which line of the suite failed, what it wanted, what there was, and what went over the wire."""

from __future__ import annotations

import re

import pytest

from clientele_conformance.journal import Journal
from clientele_conformance.reporting.results import Failure, Said

_SUITE = re.compile(r"clientele_conformance.suite.(?!base\.py)")
_LONGEST = 2000


def failure(excinfo: pytest.ExceptionInfo[BaseException], test: str, journal: Journal) -> Failure:
    """What `excinfo` and the journal tell of the test, a function called `test`, that has just failed."""
    events, before = journal.events()
    said = tuple(Said(kind=event.kind, where=event.where, text=event.text) for event in events)
    lines = _lines(excinfo, test)
    expected, got = lines[-1], excinfo.exconly(tryshort=True).removeprefix("Failed: ")
    if isinstance(excinfo.value, AssertionError) and journal.compared is not None:
        expected, got = _told(*journal.compared)
    return Failure(statement=lines[0], expected=_cut(expected), got=_cut(got), before=before, said=said)


def _lines(excinfo: pytest.ExceptionInfo[BaseException], test: str) -> list[str]:
    """The line of the test, or of what was done for it, and the lines of the suite that it led to."""
    entries = [entry for entry in excinfo.traceback if _SUITE.search(str(entry.path))]
    entries = entries or list(excinfo.traceback)
    names = [entry.name for entry in entries]
    start = names.index(test) if test in names else 0
    return [str(entry.statement).strip() for entry in entries[start:]] or [""]


def _told(operator: str, left: str, right: str) -> tuple[str, str]:
    """What was expected, and what there was: tests of the suite write it in this order."""
    return (left, right) if operator == "==" else (f"{left} {operator} {right}", "it is not so")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\n..."
