"""Backends whose calls hang: each test ends in its time, and so does the run."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.whole

SUITE = """
import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from clientele.http.fake import FakeHTTPBackend
from clientele_conformance.rules import rule
from clientele_conformance.suite.base import Suite, only

never = threading.Event()


class Hanging(FakeHTTPBackend):
    def send_sync_request(self, method, url, **options):
        never.wait()

    async def send_async_request(self, method, url, **options):
        await asyncio.Event().wait()

    def close(self):
        never.wait()


class Stubborn(FakeHTTPBackend):
    def send_sync_request(self, method, url, **options):
        while True:
            try:
                never.wait()
            except BaseException:
                pass


class TestHanging(Suite):
    backend_class = {backend}

    @rule("URL-1")
    def test_a_call(self, subject):
        subject.send("GET", "http://h.test/")

    @rule("URL-2")
    @only("sync")
    def test_a_thread_that_is_waited_for(self, subject):
        with ThreadPoolExecutor() as pool:
            pool.submit(time.sleep, 3).result()

    @rule("URL-3")
    @only("async")
    def test_no_call(self, subject):
        pass
"""
IN_SHORT = """
from clientele_conformance import hangs

hangs.AGAIN, hangs.PATIENCE = 0.2, 1.0
"""

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Runs the suite on a backend, with a second for each test."""

    def go(backend: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(test_hanging=SUITE.format(backend=backend))
        pytester.makeconftest(IN_SHORT)
        options = ("-q", "--timeout=1", "-o", "asyncio_default_fixture_loop_scope=function")
        return pytester.runpytest_subprocess(*options, "--conformance-json=report.json", *arguments, timeout=120)

    return go


def outcomes(pytester: pytest.Pytester) -> dict[str, str]:
    """What the report says of each test."""
    (found,) = json.loads((pytester.path / "report.json").read_text(encoding="utf-8"))["runs"]
    return {test["id"]: test["outcome"] for test in found["tests"]}


def test_what_hangs_ends_and_so_does_its_cleaning_up(run: Run, pytester: pytest.Pytester) -> None:
    """The calls hang, and closing, and a thread that is waited for; what comes behind them runs."""
    done = run("Hanging")
    done.stdout.fnmatch_lines(["*the test hangs: no end after 1 s*"])
    assert {
        "test_a_call[async]": "failed",
        "test_a_call[sync]": "failed",
        "test_a_thread_that_is_waited_for[sync]": "failed",
        "test_no_call[async]": "passed",
    } == outcomes(pytester)


def test_a_process_that_takes_no_notice_is_ended(run: Run, pytester: pytest.Pytester) -> None:
    """Another one takes its place, and runs what is left."""
    done = run("Stubborn", "-n", "2")
    done.stdout.fnmatch_lines(["*crashed while running*test_a_call?sync?*"])
    found = outcomes(pytester)
    assert "passed" == found["test_no_call[async]"]
    assert "failed" == found["test_a_thread_that_is_waited_for[sync]"]
