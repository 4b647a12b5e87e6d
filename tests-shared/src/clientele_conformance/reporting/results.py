"""The results of a run as data: what `--json` writes, and what several of become one page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from clientele_conformance.gaps import KnownGap
from clientele_conformance.reporting.files import write_whole
from clientele_conformance.rules import all_rules
from clientele_conformance.subject import Mode

Outcome = Literal["passed", "failed", "gap", "provisional"]
"""`gap` fails as it is known to; `provisional` fails a rule that isn't in force. Neither fails the run."""

Extent = Literal["whole", "smoke", "part"]
"""What was run: every test of the contract, a few tests of each rule, or some tests that were chosen or a cut left."""

WORST_FIRST: tuple[Outcome, ...] = ("failed", "gap", "provisional", "passed")


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Said(_Data):
    """One thing that was said on the wire, or by the backend to its caller."""

    kind: str
    where: str = ""
    text: str


class Failure(_Data):
    """How a test failed.

    Attributes:
        cause: what tests that fail alike have in common: the kind of error, without what differs from test to test.
        statement: the line of the test.
        expected: what it wanted.
        got: what there was in its place.
        before: how many things were said before those in `said`.
        said: what went to and fro, in its order.
    """

    cause: str = ""
    statement: str
    expected: str
    got: str
    before: int = 0
    said: tuple[Said, ...] = ()


class TestResult(_Data):
    """The result of one test.

    Attributes:
        id: the name of the test with its parameters, unique in its run.
        test: the name of the function.
        mode: in which it ran; None if it is about the backend as a whole.
        rules: the ids of the rules that it proves.
        about: what it proves, in a sentence.
        outcome: the result.
        reason: of a known gap or of what is provisional.
        gaps: the files and rows of the known gaps that name it.
        seconds: the time it took.
        failure: how it failed, unless it passed.
        reproduce: a command that runs this test again; nothing if it passed.
    """

    __test__ = False

    id: str
    test: str
    mode: Mode | None = None
    rules: tuple[str, ...]
    about: str
    outcome: Outcome
    reason: str = ""
    gaps: tuple[tuple[str, int], ...] = ()
    seconds: float
    failure: Failure | None = None
    reproduce: str = ""


class About(_Data):
    """Which backend was held to what.

    Attributes:
        library: the HTTP library and its version, as `httpx/0.28.1`; empty if the class doesn't name it.
        suite: the version of clientele-conformance.
        tests: how many tests there are for this backend.
        is_whole: whether they are the whole contract, and not only some groups of it.
    """

    name: str
    backend: str
    library: str
    modes: tuple[Mode, ...]
    capabilities: tuple[str, ...]
    edition: str
    suite: str
    python: str
    tests: int
    is_whole: bool


class Run(_Data):
    """All results of one backend.

    Attributes:
        started: when the first test began.
        seconds: from then to the end of the last test.
        verdict: what is said of the backend, in a sentence.
        ended_early: why it ended before all of its tests had run, such as "interrupted"; nothing if they have.
        gaps: the known gaps that name a test of this run.
    """

    about: About
    verdict: str = ""
    extent: Extent
    started: datetime
    seconds: float
    ended_early: str = ""
    gaps: tuple[KnownGap, ...] = ()
    tests: tuple[TestResult, ...]

    def of(self, rule: str, mode: Mode) -> list[TestResult]:
        """The tests of a rule that say something about a mode: those that ran in it, and those that have none."""
        return [test for test in self.tests if rule in test.rules and test.mode in (None, mode)]

    def outcomes(self, rule: str) -> list[Outcome]:
        """The result of the tests of a rule."""
        return [test.outcome for test in self.tests if rule in test.rules]

    def passing(self, gap: KnownGap) -> list[TestResult]:
        """The tests that a known gap names and that passed."""
        return [test for test in self.tests if gap.place in test.gaps and test.outcome == "passed"]

    def closed_gaps(self) -> list[KnownGap]:
        """The known gaps that have to be taken out: every test that they name was run and passed."""
        return [gap for gap in self.gaps if not gap.flaky and gap.names == len(self.passing(gap))]


class RuleText(_Data):
    """A rule as it was when the run was made."""

    text: str
    level: Literal["MUST", "SHOULD"]
    edition: str
    cures: str = ""


class Report(_Data):
    """One run or several."""

    format: Literal[1] = 1
    rules: dict[str, RuleText]
    runs: tuple[Run, ...]

    @classmethod
    def of(cls, runs: Iterable[Run]) -> Self:
        """A report on `runs`, with the rules as they are now."""
        texts = {
            rule.id: RuleText(text=rule.text, level=rule.level, edition=rule.edition, cures=rule.cures)
            for rule in all_rules().values()
        }
        return cls(rules=texts, runs=tuple(runs))

    @classmethod
    def read(cls, *paths: Path) -> Self:
        """The reports in files as one, the rules as the last of them has them.

        Raises:
            OSError: a file can't be read.
            ValueError: a file is not a report; the message names it.
        """
        reports = [cls._read(path) for path in paths]
        rules = {rule_id: rule for report in reports for rule_id, rule in report.rules.items()}
        return cls(rules=rules, runs=tuple(run for report in reports for run in report.runs))

    @classmethod
    def _read(cls, path: Path) -> Self:
        try:
            return cls.model_validate_json(path.read_bytes())
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise ValueError(f"{path}: no report of clientele-conformance: {where} {first['msg']}".strip()) from None

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        write_whole(path, self.model_dump_json(exclude_defaults=True, indent=1) + "\n")


def worst(outcomes: Iterable[Outcome]) -> Outcome | None:
    """The worst of them; None if there is none."""
    found = set(outcomes)
    return next((outcome for outcome in WORST_FIRST if outcome in found), None)
