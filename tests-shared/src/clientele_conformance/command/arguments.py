"""The command line."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clientele_conformance.editions import checked
from clientele_conformance.rules import named_rules

_EXITS = """\
exit codes: 0 every rule that was run holds, or is a known gap; 1 a rule is broken; 2 nothing was run, since what was
given is wrong; 3 the run was interrupted or broke down
"""


def run_parser() -> argparse.ArgumentParser:
    """For `clientele-conformance BACKEND`."""
    parser = argparse.ArgumentParser(
        prog="clientele-conformance",
        description="Put an HTTP backend of Clientele to the contract.",
        epilog=f"{_EXITS}\n`clientele-conformance report --help`: several runs as one page",
    )
    parser.add_argument("backend", help="module:Class, as my_package:MyBackend, or the name of an installed backend")
    parser.add_argument(
        "--options",
        action="append",
        default=[],
        type=_options,
        metavar="NAME=VALUE",
        help="an argument of the constructor, once for each; a value that is JSON is read as JSON. Or a JSON object",
    )
    choice = parser.add_argument_group("what is run")
    choice.add_argument("-k", dest="rules", type=_rules, metavar="RULES", help="rules or groups of rules, as URL,STM-3")
    choice.add_argument("--smoke", action="store_true", help="one test for each rule and mode")
    choice.add_argument("--test", metavar="NAME", help="this test only, as a report names it")
    choice.add_argument("--edition", type=_edition, help="the edition to keep; what is newer is only reported")
    choice.add_argument("--known-gaps", type=_file, metavar="FILE", help="a TOML file of known gaps")
    choice.add_argument(
        "--write-known-gaps", type=Path, metavar="FILE", help="add a row to FILE for each failure, with an empty reason"
    )
    reports = parser.add_argument_group("reports")
    reports.add_argument("--json", type=Path, metavar="FILE", help="the results as data")
    reports.add_argument("--junit", type=Path, metavar="FILE", help="the results as JUnit XML")
    reports.add_argument("--html", type=Path, metavar="FILE", help="the results as a page that needs nothing else")
    return parser


def report_parser() -> argparse.ArgumentParser:
    """For `clientele-conformance report FILE...`."""
    parser = argparse.ArgumentParser(
        prog="clientele-conformance report", description="Put the results of several runs on one page."
    )
    parser.add_argument("files", nargs="+", type=_file, metavar="FILE", help="what --json has written")
    parser.add_argument("--html", type=Path, metavar="FILE", required=True, help="the page to write")
    return parser


def options_of(given: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """All options together; of two of one name the last one."""
    return {name: value for part in given for name, value in part.items()}


def _options(text: str) -> dict[str, Any]:
    if text.lstrip().startswith("{"):
        try:
            found: dict[str, Any] = json.loads(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"no JSON object: {error}") from None
        return found
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise argparse.ArgumentTypeError(f"{text!r} is neither NAME=VALUE nor a JSON object")
    return {name: _value(value)}


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _rules(text: str) -> str:
    try:
        named_rules(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _edition(text: str) -> str:
    try:
        return checked(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _file(text: str) -> Path:
    path = Path(text).resolve()
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {path}")
    return path
