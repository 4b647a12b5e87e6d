"""Which tests may fail: those that a known gap names, and those that are about what isn't in force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from clientele_conformance.editions import why_provisional
from clientele_conformance.gaps import Gap, KnownGap, read_gaps
from clientele_conformance.naming import matches
from clientele_conformance.proofs import Proof, all_of, can_run, mode_of, rules_of
from clientele_conformance.suite.base import Suite

_GAPS = pytest.StashKey[list[KnownGap]]()


@dataclass(frozen=True, slots=True)
class Excuse:
    """Why a test may fail, and what it then is in the reports."""

    outcome: Literal["gap", "provisional"]
    reason: str

    def __str__(self) -> str:
        return f"{'known gap' if self.outcome == 'gap' else self.outcome}: {self.reason}"


_EXCUSE = pytest.StashKey[Excuse]()


def apply_gaps(suite: type[Suite], config: pytest.Config) -> None:
    """Let the tests fail that the known gaps of `suite` name.

    Raises:
        pytest.UsageError: a file is wrong, or a gap is about no test.
    """
    known = suite.known_gaps
    files = [known] if isinstance(known, Path) else known or ()
    tests = all_of(suite, config) if files else []
    for path in files:
        for gap in _gaps_in(path):
            _apply(gap, path, suite, tests)


def apply_edition(edition: str, items: Iterable[Proof]) -> None:
    """Let the tests fail that are about what isn't in force in `edition`; a known gap comes before that."""
    for item in items:
        since = [marker.kwargs["since"] for marker in item.iter_markers("rule") if "since" in marker.kwargs]
        if not gaps_of(item) and (reason := why_provisional(rules_of(item), since, edition)):
            _excuse(item, Excuse("provisional", reason))


def gaps_of(item: pytest.Item) -> list[KnownGap]:
    """The known gaps that name a test."""
    return item.stash.get(_GAPS, [])


def excuse_of(item: pytest.Item, report: pytest.TestReport) -> Excuse | None:
    """Why a test was allowed to fail, if it has failed and was. What pytest knows of other marks is not an excuse."""
    excuse = item.stash.get(_EXCUSE, None)
    return excuse if report.skipped and getattr(report, "wasxfail", "") == str(excuse) else None


@contextmanager
def in_few_words(item: pytest.Item) -> Iterator[None]:
    """Show a failure that is expected as Python does: for its own way pytest reads the source of every file on it."""
    options = item.config.option
    given = options.tbstyle
    if _EXCUSE in item.stash:
        options.tbstyle = "native"
    try:
        yield
    finally:
        options.tbstyle = given


def _excuse(item: pytest.Item, excuse: Excuse) -> None:
    item.stash[_EXCUSE] = excuse
    item.add_marker(pytest.mark.xfail(reason=str(excuse), strict=False))


def _gaps_in(path: Path) -> list[Gap]:
    try:
        return read_gaps(path)
    except OSError as error:
        raise pytest.UsageError(f"the file of known gaps can't be read: {error}") from error
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error


def _apply(gap: Gap, path: Path, suite: type[Suite], tests: Iterable[Proof]) -> None:
    named = [item for item in tests if gap.covers(rules_of(item), item.name, mode_of(item))]
    judged = [item for item in named if can_run(item)]
    if not named and not _is_about_what_is_missing(gap, suite, tests):
        raise pytest.UsageError(f"{path.name}: row {gap.row}: the gap in {gap.rule} is about no test; remove it")
    known = KnownGap(
        file=path.name,
        row=gap.row,
        rule=gap.rule,
        test=gap.test or "",
        mode=gap.mode,
        reason=gap.reason,
        link=gap.link,
        flaky=gap.flaky,
        names=len(judged),
    )
    for item in judged:
        if not gaps_of(item):
            _excuse(item, Excuse("gap", known.why))
        item.stash.setdefault(_GAPS, []).append(known)


def _is_about_what_is_missing(gap: Gap, suite: type[Suite], tests: Iterable[Proof]) -> bool:
    """Whether a gap is about a test that the suite has, though not for this backend or on this system."""
    function = (gap.test or "*").partition("[")[0]
    proofs = [item for item in tests if _may_prove(gap.rule, item) and matches(function, item.name, None)]
    lacks_mode = gap.mode not in {None, *suite.modes()}
    return any(lacks_mode or not can_run(item) for item in proofs)


def _may_prove(rule: str, item: pytest.Item) -> bool:
    """Whether a test proves a rule with whichever parameters."""
    return any(rule in marker.args for marker in item.iter_markers("rule"))
