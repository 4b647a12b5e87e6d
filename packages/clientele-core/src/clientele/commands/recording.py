"""`clientele recording import FILE`: a cassette of vcrpy, as a RecordingBackend replays it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from clientele.commands.tables import print_json, print_text
from clientele.http.errors import RecordingError
from clientele.http.message.printable import printable

WRITTEN, THERE_ALREADY, UNREADABLE = 0, 1, 2


def add_arguments(parser: argparse.ArgumentParser, also: argparse.ArgumentParser) -> None:
    """What the command takes; `also` has the options of all commands."""
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    about = "write a cassette of vcrpy as one of clientele, without its secrets"
    importing = commands.add_parser("import", parents=[also], help=about, description=about)
    importing.add_argument("file", metavar="FILE", type=Path, help="a cassette of vcrpy, YAML or JSON; it stays")
    importing.add_argument(
        "-o", "--output", metavar="PATH", type=Path, help="the new cassette; NAME.clientele.yaml beside FILE"
    )
    importing.add_argument(
        "--secret-name",
        dest="secret_names",
        metavar="NAME",
        action="append",
        default=[],
        help="a further name of secrets in headers, queries, forms and JSON; may be repeated",
    )
    importing.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Import a cassette: 0 once it is written, 1 if there is a file of that name, 2 if it can't be done."""
    # Only who records needs it.
    from clientele.http.recording.importing import import_vcrpy  # noqa: PLC0415

    output = given.output or given.file.with_suffix(".clientele.yaml")
    try:
        count = import_vcrpy(given.file, output, given.secret_names)
    except FileExistsError:
        return _report(f"{output}: it is there already, and isn't overwritten; say another --output", THERE_ALREADY)
    except (ImportError, OSError, RecordingError) as error:
        return _report(str(error), UNREADABLE)
    if given.as_json:
        print_json({"from": str(given.file), "to": str(output), "exchanges": count})
    else:
        exchanges = "1 exchange" if count == 1 else f"{count} exchanges"
        print_text(f"{output}: {exchanges} of {given.file}, without their secrets; review it before you commit it")
    return WRITTEN


def _report(message: str, code: int) -> int:
    print(printable(f"clientele recording import: {message}"), file=sys.stderr)  # noqa: T201 - a command's output
    return code
