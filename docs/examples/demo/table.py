"""Prints what came of the calls: a row for each call and mode, and the backends side by side."""

from collections.abc import Sequence

from docs.examples.demo.attempts import Attempt
from rich.console import Console
from rich.table import Table
from rich.text import Text

from clientele.api import APIException, TransportError
from clientele.http import Capability

# For output that isn't a terminal, and so has no width of its own.
WIDTH = 160


def print_table(attempts: Sequence[Attempt]) -> None:
    console = Console()
    if not console.is_terminal:
        console.width = WIDTH
    console.print(_table(attempts))
    for attempt in attempts:
        if not attempt.is_right:
            console.print(f"{attempt.call.name}, {attempt.mode}, {attempt.backend}: {_shown(attempt.outcome)}")
    wrong = sum(not attempt.is_right for attempt in attempts)
    console.print(f"{len(attempts)} calls, {wrong} wrong")


def _table(attempts: Sequence[Attempt]) -> Table:
    backends = list(dict.fromkeys(attempt.backend for attempt in attempts))
    by_place = {(attempt.call.name, attempt.mode, attempt.backend): attempt for attempt in attempts}
    table = Table("call", "result", "mode", title="Clientele calls httpbin")
    for backend in backends:
        table.add_column(backend, justify="right")
    for name, right in {attempt.call.name: _shown(attempt.call.right) for attempt in attempts}.items():
        for mode in (Capability.SYNC, Capability.ASYNC):
            cells = [_cell(by_place.get((name, mode, backend))) for backend in backends]
            # A Text, because brackets in a str would be markup.
            said = (name, Text(right)) if mode is Capability.SYNC else ("", "")
            table.add_row(*said, mode, *cells)
        table.add_section()
    return table


def _cell(attempt: Attempt | None) -> Text:
    """Whether the outcome is the right one, and how long it took; nothing where the backend has no such mode."""
    if attempt is None:
        return Text("")
    return Text(f"ok {attempt.milliseconds:3.0f} ms", "green") if attempt.is_right else Text("wrong", "bold red")


def _shown(outcome: object) -> str:
    if isinstance(outcome, (APIException, TransportError)):
        # The reason alone: the whole message has the URL, and with /basic-auth that has the password.
        return f"{type(outcome).__name__}: {outcome.reason}"
    return str(outcome)
