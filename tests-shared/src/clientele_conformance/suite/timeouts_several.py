"""Total limits of several calls: each ends its own, on time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from clientele.http import Timeout
from clientele.http.errors import DeadlineExceeded
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, Pause, Stall, WaitFor, response
from clientele_conformance.suite.base import NewSubject, Suite, only
from clientele_conformance.suite.timeouts import LONG, SHORT, raises_soon

_ONE_CALL = 1.5
"""In seconds: longer than a call takes that is answered at once."""


class SeveralDeadlineRules(Suite):
    """TMO-2, over more than one call."""

    @rule("TMO-2")
    def test_the_limit_of_a_finished_stream_ends_no_later_call(self, new_subject: NewSubject, origin: Origin) -> None:
        """Though that is on the same connection, and the stream is still referenced."""
        origin.on("/", response(body=b"1\n2\n"))
        origin.on("/slow", [Pause(_ONE_CALL + 0.5), response(body=b"ok")])
        subject = new_subject(timeout=LONG)
        with subject.stream("GET", origin.url("/"), int, timeout=Timeout(total=_ONE_CALL)) as items:
            assert [1, 2] == list(items)
            assert b"ok" == subject.send("GET", origin.url("/slow")).content

    @rule("TMO-2")
    @only("sync")
    def test_a_shorter_limit_is_kept_while_a_longer_one_is_waited_for(
        self, new_subject: NewSubject, origin: Origin
    ) -> None:
        """It comes later, and ends earlier."""
        go = threading.Event()
        origin.on("/long", [WaitFor(go), response(body=b"ok")])
        origin.on("/", Stall())
        subject = new_subject(timeout=Timeout(read=LONG))
        with ThreadPoolExecutor(1) as aside:
            patient = aside.submit(subject.send, "GET", origin.url("/long"), timeout=Timeout(read=LONG, total=LONG))
            try:
                origin.wait_for_requests(1)
                with raises_soon(DeadlineExceeded):
                    subject.send("GET", origin.url("/"), timeout=Timeout(read=LONG, total=SHORT))
            finally:
                go.set()
            assert b"ok" == patient.result().content
