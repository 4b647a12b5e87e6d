"""What `clientele new` does, and what it says of it."""

from __future__ import annotations

import argparse
import subprocess
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from clientele.http.message.printable import excerpt
from clientele_scaffold.reading import Description, DescriptionError, read_description
from clientele_scaffold.writing.files import write
from clientele_scaffold.writing.functions import Style
from clientele_scaffold.writing.guard import UnsafeSourceError
from clientele_scaffold.writing.package import package_for


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it.

    Attributes:
        lines: the lines of each file that was written, by path.
        left: the files that were there already.
        notes: what the user should know.
        operations: how many operations the package calls.
    """

    lines: dict[str, int]
    left: list[str]
    notes: list[str]
    operations: int


def written(given: argparse.Namespace) -> Outcome | str:
    """Write the package, or say why it can't be."""
    try:
        with Console(stderr=True).status("reading the description"):
            description = read_description(given.source)
        if problem := _unknown_tags(description, given.tags):
            return problem
        with Console(stderr=True).status("writing"):
            package = package_for(description, given.name, Style(given.is_class, given.is_async), given.tags)
            done = write(package.files, given.name, given.output)
    except (DescriptionError, UnsafeSourceError, OSError) as error:
        return str(error)
    except subprocess.CalledProcessError as error:
        return f"ruff can't format what is written: {excerpt(error.stderr)}"
    calls = {each.operation.pointer for found in package.functions.values() for each in found}
    return Outcome(done.lines, done.left, package.notes, len(calls))


def _unknown_tags(description: Description, tags: list[str]) -> str:
    known = list(dict.fromkeys(tag for operation in description.operations for tag in operation.tags))
    unknown = [tag for tag in tags if tag not in known]
    if not unknown:
        return "" if description.operations else f"{excerpt(description.source)} describes no operations"
    there = ", ".join(map(excerpt, known)) or "none"
    return f"--tag: no operation is tagged {unknown[0]!r}; there are {there}"


def report(outcome: Outcome) -> None:
    """Print what was written and what was left."""
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("file")
    table.add_column("lines", justify="right")
    table.add_column("")
    for path, lines in outcome.lines.items():
        table.add_row(Text(path), str(lines), Text("written", style="green"))
    for path in outcome.left:
        table.add_row(Text(path), "", Text("left as it is", style="yellow"))
    console.print(table)
    console.print(f"{outcome.operations} operations, {sum(outcome.lines.values())} lines")
    for note in outcome.notes:
        console.print(Text(f"note: {excerpt(note)}"))
