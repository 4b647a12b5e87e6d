"""Ends tests that hang, also where they hang again while they are cleaned up.

pytest-timeout limits the time of a test, but it interrupts a test only once, and not at all once it has failed. A
backend whose calls hang may hang in `close`, too, or in threads that are waited for: here the interrupts repeat.
"""

from __future__ import annotations

import faulthandler
import signal
import sys
import threading
from collections.abc import Generator

import pytest
from pytest_timeout import Settings, is_debugging

from clientele_conformance.proofs import suite_of

AGAIN = 5.0
"""Seconds from one interrupt to the next."""

PATIENCE = 30.0
"""Seconds after which a worker of pytest-xdist is ended whose test ignores the interrupts; another replaces it."""

_STDERR = 2  # `sys.stderr` may be captured, and then has no descriptor.
_HANGS = "the test hangs: no end after "


def is_hang(error: BaseException) -> bool:
    """Whether `error` is what has ended a test that hangs."""
    return isinstance(error, pytest.fail.Exception) and str(error).startswith(_HANGS)


class Hangs:
    """A plugin that limits the time of the tests of a suite, on systems with SIGALRM."""

    def __init__(self) -> None:
        self._timed: pytest.Item | None = None
        self._is_in_test = False

    @pytest.hookimpl(optionalhook=True, tryfirst=True)
    def pytest_timeout_set_timer(self, item: pytest.Item, settings: Settings) -> bool | None:
        """Interrupt the test when its time is over, and again every few seconds after that."""
        if sys.platform == "win32" or settings.method != "signal" or suite_of(item) is None:
            return None
        if threading.current_thread() is not threading.main_thread():
            return None
        self._timed = item
        signal.signal(signal.SIGALRM, lambda *_: self._interrupt(settings))
        signal.setitimer(signal.ITIMER_REAL, settings.timeout, AGAIN)
        if hasattr(item.config, "workerinput"):
            faulthandler.dump_traceback_later(settings.timeout + PATIENCE, exit=True, file=_STDERR)
        return True

    @pytest.hookimpl(optionalhook=True, tryfirst=True)
    def pytest_timeout_cancel_timer(self, item: pytest.Item) -> bool | None:
        """Go on: pytest-timeout also cancels when a test has failed and is still to be cleaned up."""
        return True if item is self._timed else None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self) -> Generator[None, object, object]:
        """Stop when the test is over."""
        try:
            return (yield)
        finally:
            if self._timed is not None and sys.platform != "win32":
                signal.setitimer(signal.ITIMER_REAL, 0)
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
                faulthandler.cancel_dump_traceback_later()
            self._timed = None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def _in_test(self) -> Generator[None, object, object]:
        """Interrupt the phases of a test only, not what pytest does between them."""
        self._is_in_test = True
        try:
            return (yield)
        finally:
            self._is_in_test = False

    pytest_runtest_setup = pytest_runtest_call = pytest_runtest_teardown = _in_test

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note in a report that the test hung."""
        report = yield
        report.hangs = call.excinfo is not None and is_hang(call.excinfo.value)  # type: ignore[attr-defined]
        return report

    def _interrupt(self, settings: Settings) -> None:
        if self._is_in_test and (settings.disable_debugger_detection or not is_debugging()):
            pytest.fail(f"{_HANGS}{settings.timeout:g} s")
