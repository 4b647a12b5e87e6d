"""Runs the broken backends, in processes of their own, and says which test caught which."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from clientele_conformance.broken.correct import loaded
from clientele_conformance.broken.entry import Broken
from clientele_conformance.broken.imported import VARIABLE
from clientele_conformance.broken.selection import CORRECT, Outcome, selected
from clientele_conformance.broken.table import BROKEN
from clientele_conformance.rules import all_rules

_SECONDS_PER_TEST = "40"
_SECONDS_PER_PROCESS = 600
_SETTINGS = """\
[pytest]
filterwarnings = error
asyncio_default_fixture_loop_scope = function
addopts = -q --tb=line --import-mode=importlib -p no:cacheprovider -p no:randomly -p no:unraisableexception
  -p 'no:clientele results'
"""
_PLUGIN = """\
from clientele_conformance.broken.selection import Selection

def pytest_configure(config):
    config.pluginmanager.register(Selection({file!r}))
"""
_MODULE = """\
from clientele_conformance.broken.running import collected

globals().update(collected({correct!r}, {names!r}, smoke={smoke!r}, with_correct={with_correct!r}))
"""


@dataclass(frozen=True, slots=True)
class Kill:
    """A broken backend in one mode, and the first test that failed on it; None if none did."""

    broken: Broken
    mode: str
    by: Outcome | None


def run(
    correct: str,
    entries: Iterable[Broken] = BROKEN,
    processes: int = 2,
    *,
    smoke: bool = False,
    with_correct: bool = True,
) -> list[Outcome]:
    """The results of the tests of each broken rule, on the `correct` backend (see `loaded`) and on `entries`.

    Args:
        correct: a backend or a suite.
        entries: the broken ones.
        processes: how many work at once.
        smoke: take the tests of a smoke run alone.
        with_correct: put the correct backend to the tests, too; without it, see to it that it passes them elsewhere.

    Raises:
        RuntimeError: the tests could not be run.
    """
    rules = sorted({entry.rule for entry in entries})
    shares = [{*rules[start::processes]} for start in range(processes)]
    parts = [[entry.name for entry in entries if entry.rule in share] for share in shares]
    with ThreadPoolExecutor(processes) as pool:
        done = pool.map(lambda names: _run_apart(correct, names, smoke=smoke, with_correct=with_correct), parts)
        return [outcome for part in done for outcome in part]


def kills(outcomes: Sequence[Outcome], entries: Iterable[Broken] = BROKEN, *, smoke: bool = False) -> list[Kill]:
    """The kill table: each entry in each of its modes.

    With `smoke` whatever isn't a pass counts: the tests are not those that were chosen for the entry.
    """
    counting = {"failed", "broke"} if smoke else {"failed"}
    failed = {(found.backend, found.mode): found for found in outcomes if found.kind in counting}
    return [Kill(entry, mode, failed.get((entry.name, mode))) for entry in entries for mode in entry.modes]


def collected(correct: str, names: Sequence[str], *, smoke: bool, with_correct: bool) -> dict[str, type]:
    """The classes of tests to collect."""
    entries = [entry for entry in BROKEN if entry.name in names]
    return {**selected(loaded(correct), entries, smoke=smoke, with_correct=with_correct)}


def _run_apart(correct: str, names: Sequence[str], *, smoke: bool, with_correct: bool) -> list[Outcome]:
    if not names:
        return []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "outcomes.json"
        (folder / "pytest.ini").write_text(_SETTINGS, encoding="utf-8")
        (folder / "conftest.py").write_text(_PLUGIN.format(file=str(file)), encoding="utf-8")
        module = _MODULE.format(correct=correct, names=list(names), smoke=smoke, with_correct=with_correct)
        (folder / "test_broken.py").write_text(module, encoding="utf-8")
        done = subprocess.run(  # noqa: S603 - pytest, on our own module
            [sys.executable, "-m", "pytest", "-c", folder / "pytest.ini", folder],
            check=False,
            capture_output=True,
            text=True,
            timeout=_SECONDS_PER_PROCESS,
            env={**os.environ, "PYTEST_TIMEOUT": _SECONDS_PER_TEST, VARIABLE: correct},
        )
        if done.returncode not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
            raise RuntimeError(f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
        return [Outcome(**outcome) for outcome in json.loads(file.read_text(encoding="utf-8"))]


def unsound(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The tests that the correct backend did not pass though it must: what they catch proves nothing.

    A rule that says SHOULD it may break: its tests fail on it and on the broken ones alike.
    """
    must = {rule for rule, entry in all_rules().items() if entry.level == "MUST"}
    return [it for it in outcomes if it.backend == CORRECT and it.kind != "passed" and it.rule in must]
