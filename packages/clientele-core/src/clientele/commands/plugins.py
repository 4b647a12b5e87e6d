"""Subcommands of other distributions."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

from clientele.http.message.printable import printable

if TYPE_CHECKING:
    _Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - it has no other name

GROUP = "clientele.commands"


class Command(Protocol):
    """What an entry point of the group `clientele.commands` leads to, a module mostly. Its name is the command's.

    It is imported whenever `clientele` runs, so that it imports what it needs only when it runs itself.

    Attributes:
        HELP: what the command does, for the list of commands.
    """

    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add what the command takes, and set the default `run`: a function from the arguments to the exit code.

        `parser` has `--json` already, which is `as_json` of the arguments.
        """
        ...


def add_plugins(commands: _Commands, also: argparse.ArgumentParser) -> None:
    """Add the commands of other distributions, in alphabetical order; none takes the place of one that is there."""
    found = {each.name: each for each in entry_points(group=GROUP)}
    for name in sorted(found.keys() - commands.choices.keys()):
        try:
            command = cast("Command", found[name].load())
        except ImportError as error:
            _add_broken(commands, name, error)
        else:
            command.add_arguments(commands.add_parser(name, parents=[also], help=command.HELP))


def _add_broken(commands: _Commands, name: str, error: ImportError) -> None:
    # Nothing begins with NUL, so that whatever the command is given is read as an argument.
    parser = commands.add_parser(name, help="can't be imported", prefix_chars="\0", add_help=False)
    parser.add_argument("rest", nargs="*")
    parser.set_defaults(run=partial(_report, f"clientele {name}: can't be imported: {error}"))


def _report(message: str, _: argparse.Namespace) -> int:
    print(printable(message), file=sys.stderr)  # noqa: T201 - a command's output
    return 2
