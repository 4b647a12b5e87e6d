"""What the command shows while it runs: each failure as it comes, how far the run is, and the time left."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping, Sequence
from typing import IO, Any, Protocol

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

_LONGEST = 100
"""Characters of what was expected, and of what there was, in the line that names a failure."""

_LINES = 10
"""Lines about the progress of a run without a terminal."""


class Display(Protocol):
    """Shows how far a run is."""

    def begin(self, tests: int) -> None:
        """Start, with the number of tests that will run."""
        ...

    def advance(self, failed: int) -> None:
        """One test more has ended; so many have failed."""
        ...

    def end(self) -> None:
        """Leave the rest to the report."""
        ...


class Live:
    """A plugin of the process that the command runs in, which shows this in place of what pytest shows."""

    def __init__(self, console: Console, workers: int) -> None:
        self._console = console
        self._failed = set[str]()
        is_interactive = console.is_terminal and not console.is_dumb_terminal
        self._display: Display = Bar(console, workers) if is_interactive else Lines(console)

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Silence pytest: even with -q, it prints how pytest-xdist starts, and where it was interrupted."""
        self._let_pytest_write(config, to=io.StringIO())

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Begin, if the tests run in this process."""
        self._display.begin(len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Begin, if they run in others."""
        self._display.begin(len(ids))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Name a failure, once for each test."""
        if report.failed and report.nodeid not in self._failed:
            self._failed.add(report.nodeid)
            rules, test, cause = _told(report)
            line = Text.assemble(("FAILED ", "bold red"), (f"{rules} ", "bold"), f"{test}: ", (cause, "red"))
            cut: Any = {"no_wrap": True, "overflow": "ellipsis"} if self._console.is_terminal else {"soft_wrap": True}
            self._console.print(line, **cut)

    def pytest_runtest_logfinish(self) -> None:
        """Go on."""
        self._display.advance(len(self._failed))

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Say why it ends early."""
        self._display.end()
        self._console.print(Text(f"ENDED EARLY: {excinfo.value}", style="bold"), soft_wrap=True)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Make room for the report."""
        self._display.end()
        self._let_pytest_write(session.config, to=self._console.file)

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, config: pytest.Config) -> None:
        """Say nothing after it."""
        self._let_pytest_write(config, to=io.StringIO())

    @staticmethod
    def _let_pytest_write(config: pytest.Config, to: IO[str]) -> None:
        writer: Any = config.get_terminal_writer()
        writer._file = to


class Bar:
    """A line on a terminal that is written again and again."""

    def __init__(self, console: Console, workers: int) -> None:
        columns = (
            MofNCompleteColumn(),
            BarColumn(),
            TextColumn("{task.fields[failed]} failed"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("left"),
        )
        # It is refreshed by a thread, unless tests run in this process, which may count threads.
        self._progress = Progress(*columns, console=console, auto_refresh=workers > 0, transient=True)
        self._task = self._progress.add_task("", start=False, total=None, failed=0)

    def begin(self, tests: int) -> None:
        """Show it."""
        self._progress.update(self._task, total=tests)
        self._progress.start_task(self._task)
        self._progress.start()

    def advance(self, failed: int) -> None:
        """Move it."""
        self._progress.update(self._task, advance=1, failed=failed, refresh=not self._progress.live.auto_refresh)

    def end(self) -> None:
        """Take it away."""
        self._progress.stop()


class Lines:
    """A line now and then, for logs."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = 0.0
        self._tests = self._done = 0

    def begin(self, tests: int) -> None:
        """Say how many tests there are, once for all processes."""
        if not self._tests:
            self._tests, self._started = tests, time.monotonic()
            self._print(f"{tests:,} tests")

    def advance(self, failed: int) -> None:
        """Say how far the run is, after each tenth of the tests."""
        before, self._done = self._done, self._done + 1
        if before * _LINES // self._tests < self._done * _LINES // self._tests < _LINES:
            elapsed = time.monotonic() - self._started
            left = elapsed / self._done * (self._tests - self._done)
            done = f"{self._done:,} of {self._tests:,} tests, {failed:,} failed"
            self._print(f"{done}, {_time(elapsed)}, about {_time(left)} left")

    def end(self) -> None:
        """Say nothing more."""

    def _print(self, line: str) -> None:
        self._console.print(Text(line), soft_wrap=True)


def _told(report: pytest.TestReport) -> tuple[str, str, str]:
    """The rules, the name of the test and the cause, in one line each."""
    told: dict[str, Any] | None = getattr(report, "conformance", None)
    if told is None:
        return "", report.nodeid.rpartition("::")[2], _line(str(report.longrepr))
    test = told["test"]
    return ", ".join(test["rules"]), test["id"], _cause(test["failure"] or {})


def _cause(failure: Mapping[str, str]) -> str:
    """The error, or what was expected and what there was."""
    got = _line(failure.get("got", ""))
    is_comparison = failure.get("cause", "").startswith("AssertionError") or got == "no error"
    return f"expected {_line(failure['expected'])}; got {got}" if is_comparison else got


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."


def _time(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes}:{seconds:02}"
