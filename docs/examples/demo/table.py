"""Prints what came of the calls, a row each."""

from collections.abc import Sequence
from itertools import groupby

from docs.examples.demo.attempts import Attempt
from rich.console import Console
from rich.table import Table
from rich.text import Text

from clientele.api import APIException, TransportError

# For output that isn't a terminal, and so has no width of its own.
WIDTH = 140


def print_table(attempts: Sequence[Attempt]) -> None:
    console = Console()
    if not console.is_terminal:
        console.width = WIDTH
    console.print(_table(attempts))
    wrong = sum(not attempt.is_right for attempt in attempts)
    console.print(f"{len(attempts)} calls, {wrong} wrong")


def _table(attempts: Sequence[Attempt]) -> Table:
    table = Table("call", "mode", "backend", "status", "result", title="Clientele calls httpbin")
    table.add_column("ms", justify="right")
    for _, group in groupby(attempts, lambda attempt: (attempt.backend, attempt.mode)):
        for attempt in group:
            table.add_row(*_cells(attempt))
        table.add_section()
    return table


def _cells(attempt: Attempt) -> tuple[str | Text, ...]:
    status = Text("ok", "green") if attempt.is_right else Text("wrong", "bold red")
    # A Text, because brackets in a str would be markup.
    result = Text(_result(attempt))
    return attempt.call.name, attempt.mode, attempt.backend, status, result, f"{attempt.milliseconds:.0f}"


def _result(attempt: Attempt) -> str:
    shown = _shown(attempt.outcome)
    return shown if attempt.is_right else f"{shown}\nshould be {_shown(attempt.call.right)}"


def _shown(outcome: object) -> str:
    if isinstance(outcome, (APIException, TransportError)):
        # The reason alone: the whole message has the URL, and with /basic-auth that has the password.
        return f"{type(outcome).__name__}: {outcome.reason}"
    return str(outcome)
