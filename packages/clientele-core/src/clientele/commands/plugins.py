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
    """The object of an entry point in the group `clientele.commands`, usually a module.

    The name of the entry point is the name of the command. It is imported whenever `clientele` runs, so it should
    import its dependencies only when it runs itself.

    Attributes:
        HELP: the description in the list of commands.
    """

    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments of the command, and set the default `run`: a function of the arguments that returns the
        exit code.

        `parser` already has `--json`, which is `as_json` of the arguments.
        """
        ...


def add_plugins(commands: _Commands, also: argparse.ArgumentParser) -> None:
    """Add the commands of other distributions, in alphabetical order; they can't replace built-in ones."""
    found = {each.name: each for each in entry_points(group=GROUP)}
    for name in sorted(found.keys() - commands.choices.keys()):
        try:
            command = cast("Command", found[name].load())
        except ImportError as error:
            _add_broken(commands, name, error)
        else:
            command.add_arguments(commands.add_parser(name, parents=[also], help=command.HELP))


def _add_broken(commands: _Commands, name: str, error: ImportError) -> None:
    # No argument begins with NUL, so options are read as arguments too.
    parser = commands.add_parser(name, help="can't be imported", prefix_chars="\0", add_help=False)
    parser.add_argument("rest", nargs="*")
    parser.set_defaults(run=partial(_report, f"clientele {name}: can't be imported: {error}"))


def _report(message: str, _: argparse.Namespace) -> int:
    print(printable(message), file=sys.stderr)  # noqa: T201 - a command's output
    return 2
