"""What a run of the contract showed of each shipped backend, kept for the page of capabilities.

`hatch run alone:record` holds every backend to the contract, alone in its environment, and notes the result;
with `--smoke` it runs one test for each rule in each mode. A run in which a test fails is not noted.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, RootModel

from clientele_conformance.reporting.results import Outcome, Report, RuleText, Run, worst
from clientele_conformance.subject import Mode

ROOT = Path(__file__).parents[2]
RECORD = ROOT / "docs" / "reference" / "measurements" / "conformance.json"


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class InMode(_Data):
    """What came of the rules in one mode.

    Attributes:
        held: how many rules held, by the first part of their ids.
        gaps: the ids of rules with a known gap.
        provisional: the ids of rules that don't hold, and aren't in force.
        not_tried: the ids of rules that no test was about.
    """

    held: dict[str, int]
    gaps: tuple[str, ...]
    provisional: tuple[str, ...]
    not_tried: tuple[str, ...]


class Shown(_Data):
    """What a run showed of one backend, and which run it was."""

    library: str
    edition: str
    kind: Literal["whole", "smoke"]
    tests: int
    capabilities: tuple[str, ...]
    modes: dict[Mode, InMode]


class Record(RootModel[dict[str, Shown]]):
    """What was shown, by the name of the backend."""

    @classmethod
    def read(cls) -> Record:
        """The record as it stands in the tree; an empty one if there is none yet."""
        return cls.model_validate_json(RECORD.read_bytes()) if RECORD.exists() else cls({})

    def write(self) -> None:
        """Write it into the tree, in an order of its own."""
        ordered = Record(dict(sorted(self.root.items())))
        RECORD.write_text(ordered.model_dump_json(indent=1) + "\n", encoding="utf-8")


def shown(run: Run, rules: dict[str, RuleText], *, library: str, smoke: bool) -> Shown:
    """A run in short."""
    return Shown(
        library=library,
        edition=run.about.edition,
        kind="smoke" if smoke else "whole",
        tests=len(run.tests),
        capabilities=run.about.capabilities,
        modes={mode: _in_mode(run, rules, mode) for mode in run.about.modes},
    )


def _in_mode(run: Run, rules: dict[str, RuleText], mode: Mode) -> InMode:
    came = {rule: worst(test.outcome for test in run.of(rule, mode)) for rule in rules}

    def those(outcome: Outcome | None) -> tuple[str, ...]:
        return tuple(rule for rule in rules if came[rule] == outcome)

    return InMode(
        held=Counter(rule.partition("-")[0] for rule in those("passed")),
        gaps=those("gap"),
        provisional=those("provisional"),
        not_tried=those(None),
    )


def main() -> int:
    """Run the contract on the one backend of this environment, and note the result."""
    parser = argparse.ArgumentParser(prog="alone:record", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="one test for each rule, in each mode")
    smoke = parser.parse_args().smoke
    name = os.environ["CLIENTELE_ALONE"]
    suite = ROOT / "packages" / f"clientele-{name}" / "tests" / f"test_{name}_conformance.py"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        arguments = [str(suite), "-q", "--numprocesses=4", "--dist=worksteal", f"--conformance-json={path}"]
        arguments += ["--smoke"] if smoke else []
        # In a process of its own: pytest has to see the suite before it is imported.
        code = subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, check=False).returncode  # noqa: S603
        if code:
            sys.stderr.write(f"{RECORD.name} is left as it was, since the run of {name} ended with {code}\n")
            return code
        report = Report.read(path)
    (run,) = report.runs
    Record({**Record.read().root, name: shown(run, report.rules, library=version(name), smoke=smoke)}).write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
