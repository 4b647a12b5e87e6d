"""`clientele drift PACKAGE --against DESCRIPTION`: compares a client with a description."""

from __future__ import annotations

import argparse

HELP = "compare a client with an OpenAPI description"
_ABOUT = (
    "Names each difference between what a package declares and an OpenAPI description, with the line to edit. The "
    "package is imported; nothing is written, and nothing is sent to its API. The exit code is 0 if there is no drift, "
    "1 if there is, and 2 if they can't be compared."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    from rich_argparse import RichHelpFormatter  # noqa: PLC0415 - nobody else's help needs it

    parser.formatter_class = RichHelpFormatter
    parser.description = _ABOUT
    source = "an OpenAPI 3.0 or 3.1 document, JSON or YAML: a file or a URL"
    parser.add_argument("package", metavar="PACKAGE", help="the name of the package, or of a module")
    parser.add_argument("--against", metavar="DESCRIPTION", required=True, help=source)
    parser.add_argument("--ignore", metavar="FILE", help="a TOML file of accepted differences, each with a reason")
    tag = "only operations with this tag have to be declared; can be repeated"
    parser.add_argument("--tag", dest="tags", metavar="TAG", action="append", default=[], help=tag)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Compare, and print what is found."""
    from clientele_scaffold.drift.printing import run_drift  # noqa: PLC0415 - it takes a second

    return run_drift(given)
