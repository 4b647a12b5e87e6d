"""The command line."""

from __future__ import annotations

import argparse
import json
import os
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
    by_hand = parser.add_argument_group("how the library is used by hand, for rules that can't be tried without")
    by_hand.add_argument(
        "--native-response", metavar="MODULE:FUNCTION", help="returns a response of the library's own, for RSP-11"
    )
    by_hand.add_argument(
        "--own-client", metavar="MODULE:FUNCTION", help="returns a client of the library's own, for LIF-4 and LIF-7"
    )
    choice = parser.add_argument_group("what is run")
    choice.add_argument("-k", dest="rules", type=_rules, metavar="RULES", help="rules or groups of rules, as URL,STM-3")
    choice.add_argument("--smoke", action="store_true", help="one test for each rule and mode")
    choice.add_argument("--test", metavar="NAME", help="this test only, as a report names it")
    choice.add_argument("--edition", type=_edition, help="the edition to keep; what is newer is only reported")
    choice.add_argument("--known-gaps", type=_file, metavar="FILE", help="a TOML file of known gaps")
    choice.add_argument(
        "--write-known-gaps",
        type=_new_file,
        metavar="FILE",
        help="add a row to FILE for each failure, with an empty reason",
    )
    way = parser.add_argument_group("how it is run")
    way.add_argument(
        "-n",
        dest="workers",
        type=_number,
        metavar="NUMBER",
        help="processes in which tests run side by side, by default two for each CPU; 0 runs all in this one",
    )
    way.add_argument("-x", dest="first", action="store_true", help="stop at the first failure")
    way.add_argument("--timeout", type=_seconds, metavar="SECONDS", help="for each test, by default 120")
    reports = parser.add_argument_group("reports")
    reports.add_argument("--json", type=_new_file, metavar="FILE", help="the results as data")
    reports.add_argument("--junit", type=_new_file, metavar="FILE", help="the results as JUnit XML")
    reports.add_argument("--html", type=_new_file, metavar="FILE", help="the results as a page that needs nothing else")
    return parser


def report_parser() -> argparse.ArgumentParser:
    """For `clientele-conformance report FILE...`."""
    parser = argparse.ArgumentParser(
        prog="clientele-conformance report", description="Put the results of several runs on one page."
    )
    parser.add_argument("files", nargs="+", type=_file, metavar="FILE", help="what --json has written")
    parser.add_argument("--html", type=_new_file, metavar="FILE", required=True, help="the page to write")
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


def _new_file(text: str) -> Path:
    path = Path(text).resolve()
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"{path} is a folder")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {path.parent}")
    if not os.access(path.parent, os.W_OK):
        raise argparse.ArgumentTypeError(f"no file can be written into {path.parent}")
    return path


def _number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return seconds
