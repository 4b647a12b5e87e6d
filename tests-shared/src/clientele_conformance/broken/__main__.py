"""Shows the kill table over a backend: `python -m clientele_conformance.broken [--smoke] MODULE:CLASS [NAME ...]`."""

from __future__ import annotations

import argparse

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from clientele_conformance.broken.running import Kill, kills, run, unsound
from clientele_conformance.broken.table import BROKEN


def main() -> int:
    """Run the tests; 1 if the suite has missed a broken backend, or the correct one has failed."""
    parser = argparse.ArgumentParser(prog="python -m clientele_conformance.broken")
    parser.add_argument("correct", help="a correct backend or a suite of one, as module:Class or file.py:Class")
    parser.add_argument("names", nargs="*", help="the broken ones to try; by default all")
    parser.add_argument("--smoke", action="store_true", help="take the tests of a smoke run alone")
    given = parser.parse_args()
    entries = [entry for entry in BROKEN if not given.names or entry.name in given.names]
    outcomes = run(given.correct, entries, smoke=given.smoke)
    found, wrong = kills(outcomes, entries, smoke=given.smoke), unsound(outcomes)
    console = Console()
    console.print(_table(found))
    caught = sum(kill.by is not None for kill in found)
    console.print(f"{caught} of {len(found)} caught, {caught / max(len(found), 1):.1%}")
    for outcome in wrong:
        console.print(f"the correct backend: {outcome.rule} {outcome.test}: {outcome.error}", markup=False)
    return int(bool(wrong) or any(kill.by is None for kill in found))


def _table(found: list[Kill]) -> Table:
    table = Table("broken", "rule", "mode")
    table.add_column("killed by", overflow="fold")
    table.add_column("seconds", justify="right")
    for kill in found:
        by = (escape(kill.by.test), f"{kill.by.seconds:.1f}") if kill.by else ("[red]nothing[/]", "")
        table.add_row(kill.broken.name, kill.broken.rule, kill.mode, *by)
    return table


if __name__ == "__main__":
    raise SystemExit(main())
