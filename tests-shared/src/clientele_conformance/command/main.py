"""Runs the contract on a backend that is named on the command line."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from clientele_conformance.command.arguments import options_of, report_parser, run_parser
from clientele_conformance.command.loading import NotFound, load, load_function
from clientele_conformance.command.running import HELD, run
from clientele_conformance.command.target import Target, make
from clientele_conformance.reporting.files import write_whole
from clientele_conformance.reporting.page import page
from clientele_conformance.reporting.results import Report


def command() -> NoReturn:
    """Do what the command line says, and end with its exit code, whatever threads a backend has left that hang."""
    code = main()
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


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
    write_whole(asked.html, page(report))
    return HELD


def _run(given: Sequence[str]) -> int:
    parser = run_parser()
    asked = parser.parse_args(given)
    target = Target(
        asked.backend,
        options_of(asked.options),
        asked.known_gaps and str(asked.known_gaps),
        asked.native_response,
        asked.own_client,
    )
    target.announce()
    try:
        _try(target)
    except NotFound as error:
        parser.error(str(error))
    return run(target, asked)


def _try(target: Target) -> None:
    """Find what was named, and see whether the constructor takes the options: the suite would ask a thousand times."""
    load(target.backend)
    for function in filter(None, (target.native_response, target.own_client)):
        load_function(function)
    try:
        make()
    except Exception as error:
        called = ", ".join(f"{name}={value!r}" for name, value in target.options.items())
        hint = "--options gives it arguments"
        raise NotFound(f"{target.backend}({called}) raises {type(error).__name__}: {error}; {hint}") from error
