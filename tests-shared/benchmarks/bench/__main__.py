"""The commands: python -m bench run, rows or profile."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from rich.console import Console

from bench.choices import ALL, chosen
from bench.environments import ROOT, Environments
from bench.processes import running_servers
from bench.profiling import profile
from bench.rounds import FULL, QUICK, Laboratory
from bench.run import Run

WIDTH = 150
"""Of what is printed, where that is no terminal."""
OUTPUT = ROOT / "dist" / "benchmarks"


def main() -> None:
    """Do what the command line says. The exit code is 1 if a row failed or missed its bar."""
    parser = _parser()
    arguments = parser.parse_args()
    console = Console(width=None if Console().is_terminal else WIDTH)
    if arguments.command == "rows":
        for row in ALL:
            console.print(f"{row.id:24} {row.title}", highlight=False, markup=False)
        return
    rows = chosen(arguments.only)
    if not rows:
        parser.error("there is no such row; `rows` shows them all")
    with tempfile.TemporaryDirectory() as folder, running_servers(Path(folder)) as servers:
        environments = Environments(Path(folder))
        laboratory = Laboratory(environments, servers)
        if arguments.command == "profile":
            for row in rows:
                profile(laboratory, environments, row, console)
            return
        run = Run(laboratory, environments, QUICK if arguments.quick else FULL, console)
        run.measure(rows)
        run.show()
        run.write(arguments.output)
        raise SystemExit(not run.good)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench", description="Measure Clientele against its bars.")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="measure, and print a table of ratios")
    run.add_argument("--quick", action="store_true", help="few rounds")
    run.add_argument("--only", action="append", default=[], metavar="ROW", help="a row, or a pattern of rows")
    run.add_argument("--output", type=Path, default=OUTPUT, metavar="FOLDER", help="for JSON and plot")
    commands.add_parser("rows", help="show what rows there are")
    profiled = commands.add_parser("profile", help="show where the time of our part of a row goes")
    profiled.add_argument("only", nargs=1, metavar="ROW", help="a row, or a pattern of rows")
    return parser


if __name__ == "__main__":
    main()
