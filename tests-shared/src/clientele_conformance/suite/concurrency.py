"""Concurrent calls: each gets its own response, and they open at most the allowed number of connections."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, WaitFor, response
from clientele_conformance.subject import Mode, Subject
from clientele_conformance.suite.base import NewSubject, Suite, needs_system
from clientele_conformance.suite.concurrency_load import run_load
from clientele_conformance.suite.concurrency_together import Job, contents, descriptors_left_by, together

AT_ONCE: dict[Mode, int] = {"sync": 50, "async": 200}
"""Threads and tasks."""

CALLS = 2000
DEFAULT_CONNECTIONS = 100
LONG_ENOUGH_TO_CONNECT = 0.2


class ConcurrencyRules(Suite):
    """CON-1 and CON-3."""

    @rule("CON-1")
    def test_every_answer_belongs_to_its_request(self, subject: Subject, origin: Origin) -> None:
        """Two thousand calls, a quarter of which run into a fault."""
        tally = run_load(subject, origin, CALLS, AT_ONCE[subject.mode])
        assert [] == tally.swapped
        assert [] == tally.failed

    @needs_system("descriptors")
    @rule("CON-1")
    def test_no_connection_and_no_descriptor_leaks(self, subject: Subject, origin: Origin) -> None:
        """Faults take their connections with them, and closing takes the rest: twice the load costs no more."""
        assert 0 == descriptors_left_by(lambda: load_and_close(subject, origin))

    @rule("CON-3")
    @pytest.mark.parametrize("limit", [None, 3])
    def test_as_many_connections_as_the_limit_says(
        self, limit: int | None, new_subject: NewSubject, origin: Origin
    ) -> None:
        """The server doesn't respond until all connections are open; further calls wait for a free one."""
        count = limit or DEFAULT_CONNECTIONS
        subject = new_subject(timeout=30.0, **({"max_connections": limit} if limit else {}))
        jobs, go = [Job(origin.url("/"))] * (count + 10), threading.Event()
        origin.on("/", [WaitFor(go, 30.0), response(body=b"ok")])
        with ThreadPoolExecutor(1) as aside:
            outcomes = aside.submit(together, subject, jobs, len(jobs))
            try:
                origin.wait_for_requests(count, 20.0)
                time.sleep(LONG_ENOUGH_TO_CONNECT)
                assert count == origin.connections
            finally:
                go.set()
            assert [b"ok"] * len(jobs) == contents(outcomes.result())


def load_and_close(subject: Subject, origin: Origin) -> None:
    """Make two hundred calls; afterwards the server sees no connection open."""
    run_load(subject, origin, CALLS // 10, AT_ONCE[subject.mode] // 10)
    subject.close()
    origin.wait_until_open(0)
