"""Runs the contract on a backend that is named on the command line."""

from __future__ import annotations

import json
import os
import shlex
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

from clientele_conformance.command.arguments import options_of, report_parser, run_parser
from clientele_conformance.command.loading import NoBackend, load
from clientele_conformance.command.target import Target, make
from clientele_conformance.reporting.page import page
from clientele_conformance.reporting.results import Report

HELD, BROKEN, WRONG, BROKE_DOWN = range(4)
"""Exit codes."""

_EXITS: Mapping[int, int] = {
    pytest.ExitCode.OK: HELD,
    pytest.ExitCode.TESTS_FAILED: BROKEN,
    pytest.ExitCode.USAGE_ERROR: WRONG,
    pytest.ExitCode.NO_TESTS_COLLECTED: WRONG,
}

_QUIET = ("-q", "--tb=no", "-rN", "--no-header", "--disable-warnings", "--noconftest", "-p", "no:cacheprovider")
_PLAIN = ("-c", os.devnull, "-o", "asyncio_default_fixture_loop_scope=function")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says, and return the exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    sys.path.insert(0, str(Path.cwd()))  # Where the user's module probably is.
    return _report(given[1:]) if given[:1] == ["report"] else _run(given)


def _report(given: Sequence[str]) -> int:
    parser = report_parser()
    asked = parser.parse_args(given)
    try:
        report = Report.read(*asked.files)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    asked.html.write_text(page(report), encoding="utf-8")
    return HELD


def _run(given: Sequence[str]) -> int:
    parser = run_parser()
    asked = parser.parse_args(given)
    target = Target(asked.backend, options_of(asked.options), asked.known_gaps and str(asked.known_gaps))
    target.announce()
    try:
        load(target.backend)
        _try(target)
    except NoBackend as error:
        parser.error(str(error))
    return _EXITS.get(pytest.main([*_QUIET, *_PLAIN, *_pytest_arguments(target, asked)]), BROKE_DOWN)


def _try(target: Target) -> None:
    """Whether the constructor takes the options, which the suite would ask a thousand times."""
    try:
        make()
    except Exception as error:
        called = ", ".join(f"{name}={value!r}" for name, value in target.options.items())
        hint = "--options gives it arguments"
        raise NoBackend(f"{target.backend}({called}) raises {type(error).__name__}: {error}; {hint}") from error


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
        "--conformance-edition": asked.edition,
        "--conformance-json": asked.json,
        "--conformance-html": asked.html,
        "--junitxml": asked.junit,
        "--write-known-gaps": asked.write_known_gaps,
    }.items():
        if value is not None:
            yield f"{option}={value}"


def _again(target: Target, asked: Namespace) -> Iterator[str]:
    """The part of the command line that says what is tested, and not what of it."""
    yield target.backend
    if target.options:
        yield from ("--options", json.dumps(target.options))
    if asked.edition:
        yield from ("--edition", asked.edition)
    if target.known_gaps:
        yield from ("--known-gaps", target.known_gaps)
