"""The memory of a server: which requests came, and a way to wait for them."""

from __future__ import annotations

import threading

from clientele_conformance.journal import journal, place
from clientele_conformance.servers.recorded import RecordedRequest


class Recording:
    """What every server can tell about the requests that it got."""

    port: int
    """Where it listens."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._requests: list[RecordedRequest] = []
        self._malformed: list[str] = []

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests so far, in the order in which their reading ended."""
        with self._changed:
            return list(self._requests)

    @property
    def malformed(self) -> list[str]:
        """What was wrong with what wasn't a request; it was answered with 400 and a close."""
        return list(self._malformed)

    def wait_for_requests(self, count: int, seconds: float = 12.0) -> list[RecordedRequest]:
        """The requests, as soon as there are at least `count`; TimeoutError if there aren't in time."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._requests) >= count, seconds):
                raise TimeoutError(f"{len(self._requests)} of {count} requests came in {seconds} seconds")
            return list(self._requests)

    def forget(self) -> None:
        """Forget the requests recorded so far."""
        with self._changed:
            self._requests.clear()

    def _record(self, request: RecordedRequest) -> None:
        journal.note("sent", request.raw or request.told, place(self.port, request.connection_id))
        with self._changed:
            self._requests.append(request)
            self._changed.notify_all()
