"""What ends a run before all of its tests have run: a failure with `-x`, too many tests that hang, a signal."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any, Self

import pytest

MOST_HANGING = 10
"""Tests that may hang, or end their process, in one run: each of them takes all the time that a test has."""


class Stops:
    """A plugin of the process that the command runs in: it decides after each test whether to go on."""

    def __init__(self, *, first: bool) -> None:
        self.reason: str | None = None
        self._first = first
        self._hanging = 0

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what failed; known gaps don't count."""
        if not report.failed:
            return
        has_crashed = report.when not in {"setup", "call", "teardown"}
        self._hanging += has_crashed or getattr(report, "hangs", False)
        if self._first:
            self.reason = "stopped at the first failure"
        elif self._hanging >= MOST_HANGING:
            self.reason = f"{self._hanging} tests hang; --timeout gives each of them less time"
        if has_crashed or hasattr(report, "node"):  # It ran in another process, which cleans up.
            self._stop()

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logfinish(self) -> None:
        """Stop once the test is cleaned up."""
        self._stop()

    def _stop(self) -> None:
        if self.reason is not None:
            pytest.exit(self.reason)


class Interrupts:
    """SIGINT and SIGTERM end the tests, and never the report on them.

    A plugin, and a context: outside of it signals are what they were.
    """

    def __init__(self) -> None:
        self.came = False
        self._is_reporting = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self) -> None:
        """The tests have ended."""
        self._is_reporting = True

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """So they have."""
        self._is_reporting = True

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.came = True
        if not self._is_reporting:
            raise KeyboardInterrupt("interrupted")
