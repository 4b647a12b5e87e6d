"""`--write-known-gaps`: a row for each failure, for an author to say why, or to mend it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from clientele_conformance.gaps import Gap, read_gaps
from clientele_conformance.reporting.files import write_whole
from clientele_conformance.reporting.results import Report, TestResult
from clientele_conformance.suite.base import Suite

_LONGEST = 160


def check(path: Path, suites: Collection[type[Suite]]) -> None:
    """Find out before a run of `suites` whether their failures can be added to the file at `path`.

    Raises:
        pytest.UsageError: there is no folder for it, it isn't a file of known gaps, or there are several suites.
    """
    names = ", ".join(sorted(suite.__name__ for suite in suites))
    if len(suites) > 1:
        raise pytest.UsageError(f"--write-known-gaps: {names}: each has a file of its own; run one at a time")
    if not path.absolute().parent.is_dir():
        raise pytest.UsageError(f"--write-known-gaps: there is no folder {path.absolute().parent}")
    try:
        _rows_of(path)
    except (OSError, ValueError) as error:
        raise pytest.UsageError(f"--write-known-gaps: {error}") from None


def write(path: Path, report: Report) -> str:
    """Add a row to the file at `path` for each failure that no row in it is about, and say what was done."""
    there = _rows_of(path)
    failed = [test for run in report.runs for test in run.tests if test.outcome == "failed"]
    new = [test for test in failed if not any(gap.covers(test.rules, test.id, test.mode) for gap in there)]
    rows = [_row(test) for test in new if test.rules]
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if rows:
        blank = "" if not before or before.endswith("\n\n") else "\n" if before.endswith("\n") else "\n\n"
        write_whole(path, before + blank + "\n".join(rows))
    said = [f"{path}: {len(rows)} rows written"]
    if rows:
        said.append('write into "reason" why the backend can\'t keep the rule; a row without a reason is refused')
    if known := len(failed) - len(new):
        said.append(f"{known} failures are in it already")
    if lost := len(new) - len(rows):
        said.append(f"{lost} failures prove no rule, and can't be known gaps")
    return "; ".join(said)


def _rows_of(path: Path) -> list[Gap]:
    """Those that are in the file already, also without their reasons."""
    return read_gaps(path, with_reasons=False) if path.exists() else []


def _row(test: TestResult) -> str:
    return "\n".join([*_comment(test), "[[gap]]", *(f"{key} = {_quoted(text)}" for key, text in _entry(test)), ""])


def _entry(test: TestResult) -> Iterator[tuple[str, str]]:
    """The id of the test says in which mode it ran."""
    yield "rule", test.rules[0]
    yield "test", test.id
    yield "reason", ""
    yield "link", ""


def _comment(test: TestResult) -> Iterator[str]:
    """The result, in one line."""
    if test.failure is not None:
        text = " ".join(test.failure.got.split())
        yield "# " + "".join(each for each in text[:_LONGEST] if each.isprintable())


def _quoted(text: str) -> str:
    """A basic string of TOML, whose escapes are those of JSON; DEL is the one character that only TOML escapes."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
