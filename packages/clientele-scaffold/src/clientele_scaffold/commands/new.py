"""`clientele new NAME --from DESCRIPTION`: writes a client, once."""

from __future__ import annotations

import argparse
import keyword
import sys
from pathlib import Path

from clientele.commands.tables import print_json

HELP = "write a client from an OpenAPI description"
WRITTEN, LEFT, WRONG = 0, 1, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    from rich_argparse import RichHelpFormatter  # noqa: PLC0415 - nobody else's help needs it

    parser.formatter_class = RichHelpFormatter
    parser.description = "Generates a package for you to edit. Existing files are not changed."
    parser.add_argument("name", metavar="NAME", help="the name of the package")
    source = "an OpenAPI 3.0 or 3.1 document, JSON or YAML: a file or a URL"
    parser.add_argument("--from", dest="source", metavar="DESCRIPTION", required=True, help=source)
    parser.add_argument("--async", dest="is_async", action="store_true", help="write coroutine functions")
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--functions", dest="is_class", action="store_false", help="write functions (the default)")
    kinds.add_argument("--class", dest="is_class", action="store_true", help="write methods of a class for each tag")
    tags = "only operations with this tag; can be repeated"
    parser.add_argument("--tag", dest="tags", metavar="TAG", action="append", default=[], help=tags)
    parser.add_argument(
        "--output",
        type=Path,
        default=Path(),
        metavar="FOLDER",
        help="the folder for the package (default: the current one)",
    )
    parser.set_defaults(run=run, is_class=False)


def run(given: argparse.Namespace) -> int:
    """Write the package: 0 if all of it was written, 1 if files were left, 2 if it can't be done."""
    from clientele_scaffold.commands.writing import report, written  # noqa: PLC0415 - it takes a second

    if not given.name.isidentifier() or keyword.iskeyword(given.name):
        return _refuse(f"NAME: {given.name!r} is not a name of a package; use letters, digits and underscores")
    outcome = written(given)
    if isinstance(outcome, str):
        return _refuse(outcome)
    if given.as_json:
        print_json({"written": outcome.lines, "left": outcome.left, "notes": outcome.notes})
    else:
        report(outcome)
    return LEFT if outcome.left else WRITTEN


def _refuse(message: str) -> int:
    print(f"clientele new: {message}", file=sys.stderr)  # noqa: T201 - a command's output
    return WRONG
