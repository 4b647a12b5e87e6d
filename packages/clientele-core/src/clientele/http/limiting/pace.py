"""When the next call may begin, decided from a clock that is given. Safe for threads."""

from __future__ import annotations

from collections import deque

from clientele.http.limiting.policy import Rate
from clientele.http.runtime.forks import OwnLock


class Pace:
    """Hands out the moments at which calls begin, in the order in which they are asked for.

    Args:
        rate: how many in a span of time; None for any number.
    """

    def __init__(self, rate: Rate | None) -> None:
        self._rate = rate
        self._starts: deque[float] = deque()
        self._closed_until = 0.0
        self._own = OwnLock()

    def book(self, now: float) -> float:
        """The moment at which the next call may begin, which is taken by that."""
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
        """Give a moment back that no call begins at."""
        with self._own.lock:
            if start in self._starts:
                self._starts.remove(start)

    def still_holds(self, start: float) -> bool:
        """Whether a call may begin at `start`, which it has booked: a server may have asked for quiet since."""
        return start >= self._closed_until

    def close_until(self, moment: float) -> None:
        """Let no call begin before `moment`; an earlier one changes nothing."""
        with self._own.lock:
            self._closed_until = max(self._closed_until, moment)
