"""The arguments of the command, and its subcommands."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from clientele.__about__ import __version__
from clientele.commands import backends, doctor, recording, request
from clientele.commands.plugins import add_plugins


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; for the exit codes, see docs/reference/command.md."""
    given = _parser().parse_args(arguments)
    code: int = given.run(given)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="clientele", description="Typed API clients on any HTTP library.")
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("--json", dest="as_json", action="store_true", help="print JSON")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    also = argparse.ArgumentParser(add_help=False)
    # SUPPRESS, so that the default doesn't override an option before the command.
    also.add_argument("--json", dest="as_json", action="store_true", default=argparse.SUPPRESS, help="print JSON")
    listing = commands.add_parser("backends", parents=[also], help="list the installed backends")
    listing.set_defaults(run=backends.run)
    doctor.add_arguments(commands.add_parser("doctor", parents=[also], help="find problems of the installation"))
    recording.add_arguments(commands.add_parser("recording", parents=[also], help="import recorded responses"), also)
    request.add_arguments(commands.add_parser("request", help="make one call and print the response"))
    add_plugins(commands, also)
    return parser
