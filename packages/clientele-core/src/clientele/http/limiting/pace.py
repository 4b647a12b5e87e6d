"""Decides when the next call may start, by a given clock. Thread-safe."""

from __future__ import annotations

from collections import deque

from clientele.http.limiting.policy import Rate
from clientele.http.runtime.forks import OwnLock


class Pace:
    """Assigns start times to calls, in the order of the calls.

    Args:
        rate: the maximum rate; None for no limit.
    """

    def __init__(self, rate: Rate | None) -> None:
        self._rate = rate
        self._starts: deque[float] = deque()
        self._closed_until = 0.0
        self._own = OwnLock()

    def book(self, now: float) -> float:
        """Reserve the next start time."""
        with self._own.lock:
            start = max(now, self._closed_until)
            if self._rate is None:
                return start
            while self._starts and self._starts[0] + self._rate.per <= now:
                self._starts.popleft()
            if self._starts:
                start = max(start, self._starts[-1])
            if len(self._starts) >= self._rate.calls:
                start = max(start, self._starts[-self._rate.calls] + self._rate.per)
            self._starts.append(start)
            return start

    def cancel(self, start: float) -> None:
        """Release a start time that isn't used."""
        with self._own.lock:
            if start in self._starts:
                self._starts.remove(start)

    def still_holds(self, start: float) -> bool:
        """Whether a call may start at `start`, its reserved time: a server may have asked for a wait since."""
        return start >= self._closed_until

    def close_until(self, moment: float) -> None:
        """Make all calls wait until `moment`, unless they already wait longer."""
        with self._own.lock:
            self._closed_until = max(self._closed_until, moment)
