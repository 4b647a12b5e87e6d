"""Runs the broken backends, in processes of their own, and says which test caught which."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from clientele.http import HTTPBackend
from clientele_conformance.broken.selection import CORRECT, Outcome, Selection, selected
from clientele_conformance.broken.table import BROKEN, Broken

_SECONDS_PER_TEST = "15"
_SECONDS_PER_PROCESS = 240
_MODULE = """\
from clientele_conformance.broken.running import collected

globals().update(collected({correct!r}, {names!r}))
"""


@dataclass(frozen=True, slots=True)
class Kill:
    """A broken backend in one mode, and the first test that failed on it; None if none did."""

    broken: Broken
    mode: str
    by: Outcome | None


def run(correct: str, entries: Iterable[Broken] = BROKEN, processes: int = 2) -> list[Outcome]:
    """What came of the tests of each broken rule, on the backend called `correct` (`module:Class`) and on `entries`.

    Raises:
        RuntimeError: the tests could not be run.
    """
    rules = sorted({entry.rule for entry in entries})
    shares = [{*rules[start::processes]} for start in range(processes)]
    parts = [[entry.name for entry in entries if entry.rule in share] for share in shares]
    with ThreadPoolExecutor(processes) as pool:
        return [outcome for part in pool.map(lambda names: _run_apart(correct, names), parts) for outcome in part]


def kills(outcomes: Sequence[Outcome], entries: Iterable[Broken] = BROKEN) -> list[Kill]:
    """The kill table: each entry in each of its modes."""
    failed = {(found.backend, found.mode): found for found in outcomes if found.kind == "failed"}
    return [Kill(entry, mode, failed.get((entry.name, mode))) for entry in entries for mode in entry.modes]


def collected(correct: str, names: Sequence[str]) -> dict[str, type]:
    """The classes of tests to collect."""
    module, _, name = correct.partition(":")
    backend: type[HTTPBackend] = getattr(importlib.import_module(module), name)
    return {**selected(backend, [entry for entry in BROKEN if entry.name in names])}


def run_here(correct: str, names: Sequence[str]) -> list[Outcome]:
    """Run pytest in this process."""
    selection = Selection()
    with tempfile.TemporaryDirectory() as folder:
        file, settings = Path(folder, "test_broken.py"), Path(folder, "pytest.ini")
        file.write_text(_MODULE.format(correct=correct, names=list(names)), encoding="utf-8")
        settings.write_text("[pytest]\nfilterwarnings = error\n", encoding="utf-8")
        options = ["-q", "--tb=short", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:unraisableexception"]
        code = pytest.main(["-c", str(settings), *options, str(file)], plugins=[selection])
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        raise RuntimeError(f"pytest ended with {code!r}")
    return selection.outcomes


def _run_apart(correct: str, names: Sequence[str]) -> list[Outcome]:
    if not names:
        return []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "outcomes.json")
        command = [sys.executable, "-m", "clientele_conformance.broken", correct, "--json", str(file), *names]
        done = subprocess.run(  # noqa: S603 - our own module
            command,
            check=False,
            capture_output=True,
            text=True,
            timeout=_SECONDS_PER_PROCESS,
            env={**os.environ, "PYTEST_TIMEOUT": _SECONDS_PER_TEST},
        )
        if done.returncode:
            raise RuntimeError(f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
        return [Outcome(**outcome) for outcome in json.loads(file.read_text(encoding="utf-8"))]


def as_json(outcomes: Iterable[Outcome]) -> str:
    """The outcomes, for another process."""
    return json.dumps([asdict(outcome) for outcome in outcomes])


def unsound(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The tests that the correct backend did not pass: what they catch proves nothing."""
    return [outcome for outcome in outcomes if outcome.backend == CORRECT and outcome.kind != "passed"]
