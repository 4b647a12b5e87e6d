"""Has pytest run the contract, and returns an exit code."""

from __future__ import annotations

import json
import os
import shlex
from argparse import Namespace
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest
from rich.console import Console

from clientele_conformance.command.live import Live
from clientele_conformance.command.stops import Interrupts, Stops
from clientele_conformance.command.target import Target

HELD, BROKEN, WRONG, BROKE_DOWN = range(4)
"""Exit codes."""

_EXITS: Mapping[int, int] = {
    pytest.ExitCode.OK: HELD,
    pytest.ExitCode.TESTS_FAILED: BROKEN,
    pytest.ExitCode.USAGE_ERROR: WRONG,
    pytest.ExitCode.NO_TESTS_COLLECTED: WRONG,
}

_QUIET = ("-qq", "--tb=no", "-rN", "--no-header", "--disable-warnings", "--noconftest", "-p", "no:cacheprovider")
_PLAIN = ("-c", os.devnull, "-o", "asyncio_default_fixture_loop_scope=function", "-p", "no:randomly")
# One by one, in order: each rule is tried once first, and no process is left with a long list when others are done.
_SIDE_BY_SIDE = ("--dist=load", "--maxschedchunk=1", "--max-worker-restart=20")

_MOST_WORKERS = 16


def run(target: Target, asked: Namespace) -> int:
    """Run what was asked for, and return the exit code."""
    workers = _workers(asked)
    stops = Stops(first=asked.first)
    with Interrupts() as interrupts:
        try:
            code = pytest.main(
                [*_QUIET, *_PLAIN, *_SIDE_BY_SIDE, f"-n{workers}", *_pytest_arguments(target, asked)],
                plugins=[interrupts, stops, Live(Console(), workers)],
            )
        except KeyboardInterrupt:  # Before there was a test.
            return BROKE_DOWN
        if asked.junit is not None and (part := _part(asked.junit)).exists():
            part.replace(asked.junit)
    if interrupts.came:
        return BROKE_DOWN
    return BROKEN if stops.reason else _EXITS.get(code, BROKE_DOWN)


def _workers(asked: Namespace) -> int:
    """Processes to run tests in. Most tests wait most of the time, so that a CPU has time for two."""
    if asked.workers is not None:
        return int(asked.workers)
    if asked.test:
        return 0
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(2 * cpus, _MOST_WORKERS)


def _pytest_arguments(target: Target, asked: Namespace) -> Iterator[str]:
    suite = find_spec("clientele_conformance.command.suite")
    assert suite is not None
    assert suite.origin is not None
    chosen = f"::TestContract::{asked.test}" if asked.test else ""
    yield f"--rootdir={Path(suite.origin).parent}"
    yield f"{suite.origin}{chosen}"
    yield f"--conformance-command=clientele-conformance {shlex.join(_again(target, asked))}"
    if asked.smoke and not asked.test:
        yield "--smoke"
    for option, value in {
        "--rules": asked.rules,
        "--timeout": asked.timeout,
        "--conformance-edition": asked.edition,
        "--conformance-json": asked.json,
        "--conformance-html": asked.html,
        "--junitxml": asked.junit and _part(asked.junit),
        "--write-known-gaps": asked.write_known_gaps,
    }.items():
        if value is not None:
            yield f"{option}={value}"


def _part(file: Path) -> Path:
    """Where pytest writes a file, which then takes the place of another as a whole."""
    return file.with_name(f".{file.name}.part")


def _again(target: Target, asked: Namespace) -> Iterator[str]:
    """The part of the command line that says what is tested, and not what of it."""
    yield target.backend
    if target.options:
        yield from ("--options", json.dumps(target.options))
    for option, value in {
        "--edition": asked.edition,
        "--known-gaps": target.known_gaps,
        "--native-response": target.native_response,
        "--own-client": target.own_client,
    }.items():
        if value:
            yield from (option, value)
