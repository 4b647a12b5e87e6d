"""Reads a failure: which line of the suite failed, what it wanted, what there was, and what went over the wire."""

from __future__ import annotations

import inspect
import re

import pytest

from clientele_conformance.journal import Journal
from clientele_conformance.reporting.errors import alike, error_told, leaves
from clientele_conformance.reporting.results import Failure, Said

_SUITE = re.compile(r"clientele_conformance.suite.(?!base\.py)")
_LONGEST = 2000
_ISNT = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least"}
_NOT_RAISED = "DID NOT RAISE "


def failure(excinfo: pytest.ExceptionInfo[BaseException], test: str, about: str, journal: Journal) -> Failure:
    """How a test has just failed.

    Args:
        excinfo: the exception that ended it.
        test: the name of its function.
        about: what it proves.
        journal: what was said while it ran.
    """
    events, before = journal.events()
    lines = _lines(excinfo, test)
    expected, got = _expected_and_got(excinfo.value, lines[-1], about, journal.compared)
    return Failure(
        cause=_cause(excinfo.value, lines[-1]),
        statement=lines[0],
        expected=_cut(expected),
        got=_cut(got),
        before=before,
        said=tuple(Said(kind=event.kind, where=event.where, text=event.text) for event in events),
    )


def _lines(excinfo: pytest.ExceptionInfo[BaseException], test: str) -> list[str]:
    """The line of the test, or of what was done for it, and the lines of the suite that it led to."""
    traceback = list(excinfo.traceback)
    first = leaves(excinfo.value)[0]
    if first is not excinfo.value and first.__traceback__ is not None:
        traceback += pytest.ExceptionInfo.from_exception(first).traceback
    entries = [entry for entry in traceback if _SUITE.search(str(entry.path))] or traceback
    names = [entry.name for entry in entries]
    start = names.index(test) if test in names else 0
    return [inspect.cleandoc(str(entry.statement)) for entry in entries[start:]] or [""]


def _expected_and_got(
    error: BaseException, line: str, about: str, compared: tuple[str, str, str] | None
) -> tuple[str, str]:
    condition = about if about and line.startswith("raise") else line.removeprefix("assert ")
    first = leaves(error)[0]
    text = str(first)
    if isinstance(first, pytest.fail.Exception) and text.startswith(_NOT_RAISED):
        return f"{text.removeprefix(_NOT_RAISED)} is raised", "no error"
    if not isinstance(first, AssertionError):
        return condition, error_told(error)
    if not text:
        return condition, f"{error_told(error)}, without a message, from the line: {line}"
    message, explanation = _parts(text)
    if compared is not None and f" {compared[0]} " in explanation.partition("\n")[0]:
        expected, got = _told(*compared, condition)
    else:
        expected, got = condition, explanation.removeprefix("assert ")
    return expected, "\n".join(filter(None, [got, message and f"message: {message}", _others(error)]))


def _parts(text: str) -> tuple[str, str]:
    """The message that a test gives to an assertion, and how pytest explains it."""
    if text.startswith("assert "):
        return "", text
    message, _, explanation = text.partition("\nassert ")
    return message, f"assert {explanation}" if explanation else ""


def _told(operator: str, left: str, right: str, condition: str) -> tuple[str, str]:
    """What was expected, and what there was: tests of the suite write it in this order."""
    if operator in _ISNT:
        return condition, f"{left} isn't {_ISNT[operator]} {right}"
    told = {
        "in": f"something with {left} in it",
        "not in": f"something without {left} in it",
        "!=": f"anything but {left}",
        "is not": f"anything but {left}",
    }
    return told.get(operator, left), right


def _others(error: BaseException) -> str:
    """The rest of a group of exceptions."""
    others = leaves(error)[1:]
    return "\n".join(f"and {error_told(other)}" for other in others)


def _cause(error: BaseException, line: str) -> str:
    first = leaves(error)[0]
    text = str(first)
    if isinstance(first, AssertionError) and (not text or _parts(text)[1]):
        return f"AssertionError: {line}"
    return alike(f"{type(first).__name__}: {text.partition(chr(10))[0]}")


def _cut(text: str) -> str:
    """The beginning and the end: of a traceback, the end says most."""
    if len(text) <= _LONGEST:
        return text
    half = _LONGEST // 2
    return f"{text[:half]}\n... {len(text) - _LONGEST:,} characters left out ...\n{text[-half:]}"
