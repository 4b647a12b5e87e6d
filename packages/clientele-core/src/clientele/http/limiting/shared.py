"""A rate that several processes keep together, in a bucket of pyrate-limiter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from inspect import isawaitable, iscoroutine
from math import ceil
from time import monotonic
from typing import Any

from clientele.http.errors import ConfigurationError, TransportError
from clientele.http.limiting.policy import SharedRate, pyrate_limiter
from clientele.http.limiting.turns import Turn, Turns
from clientele.http.message.call import Call
from clientele.http.message.printable import excerpt
from clientele.http.runtime.forks import OwnLock, forget_after_fork
from clientele.http.runtime.lazy import asyncio
from clientele.http.secrets.masking import masked_text
from clientele.http.wrappers.flows import Sleep, Step

_SYNC = (
    "SharedRate(bucket=...): the bucket is asynchronous; give it a synchronous client, such as redis.Redis, which "
    "asynchronous calls use in a thread"
)


_LONGEST_PAUSE = 0.2
"""Seconds in which other processes have asked, if they wait."""


class LimitStoreError(TransportError):
    """The store of a SharedRate failed, so that it isn't known whether a call may begin. It wasn't sent."""

    default_phase = "pool"
    sent_by_then = False


class SharedPace:
    """The moments at which calls begin, which processes share. The bucket is opened when it is first asked.

    Args:
        rate: what makes the bucket.
    """

    def __init__(self, rate: SharedRate) -> None:
        self._rate = rate
        self._turns = Turns(1)
        self._own = OwnLock()
        self._bucket: Any = None
        self._cleared = 0.0
        self._contended_until = 0.0
        self._others_first_until = 0.0
        self._inherited: list[Any] = []
        forget_after_fork(self)

    def forget(self) -> None:
        """Open another bucket: that of the parent is kept, since closing it could break the parent's."""
        self._inherited, self._bucket = [*self._inherited, self._bucket], None

    def wait(self, call: Call) -> Iterator[Step]:
        """Wait until `call` may begin. In this process, the calls ask in the order in which they came."""
        yield Turn(self._turns)
        try:
            ask = Ask(self, call)
            yield ask
            while ask.seconds:
                yield Sleep(ask.seconds)
                yield ask
        finally:
            self._turns.give_back()

    def ask(self) -> float:
        """0.0 if a call may begin now, which is taken note of by that; else the seconds until it is worth asking again.

        Raises:
            ConfigurationError: what was given makes no bucket, or an asynchronous one.
            Exception: the store failed.
        """
        with self._own.lock:
            pause = self._others_first_until - monotonic()
            if pause > 0:
                return pause
            if self._bucket is None:
                self._bucket = self._opened()
            # That of the processes, where there is one: what is noted is the moment at which the call begins.
            with self._bucket.limiter_lock() or nullcontext():
                seconds = self._taken(self._bucket)
            if seconds:
                self._contended_until = monotonic() + self._rate.per
            elif monotonic() < self._contended_until:
                # Processes wake up at the same moment: the one that was first doesn't take all that has become free.
                self._others_first_until = monotonic() + min(self._rate.per / self._rate.calls, _LONGEST_PAUSE)
            return seconds

    def _taken(self, bucket: Any) -> float:
        item = pyrate_limiter().RateItem("clientele", _done(bucket.now()))
        if monotonic() - self._cleared > self._rate.per:
            _done(bucket.leak(item.timestamp))
            self._cleared = monotonic()
        return 0.0 if _done(bucket.put(item)) else max(_done(bucket.waiting(item)), 1) / 1000

    def close(self) -> None:
        """Close the bucket; the next call opens it anew."""
        with self._own.lock:
            bucket, self._bucket = self._bucket, None
        if bucket is not None:
            bucket.close()

    def _opened(self) -> Any:
        library = pyrate_limiter()
        bucket = _done(self._rate.bucket([library.Rate(self._rate.calls, ceil(self._rate.per * 1000))]))
        if not isinstance(bucket, library.AbstractBucket):
            raise ConfigurationError(
                f"SharedRate(bucket=...): it returns a bucket of pyrate-limiter, not {type(bucket).__name__}"
            )
        return bucket


class Ask(Step):
    """Ask `pace` whether `call` may begin.

    Attributes:
        seconds: 0.0 if it may, else after how many to ask again.
    """

    def __init__(self, pace: SharedPace, call: Call) -> None:
        self._pace = pace
        self._call = call
        self.seconds = 0.0

    def run(self, left: float | None) -> None:  # noqa: ARG002 - the limits of a store are its own
        """Ask."""
        self.seconds = self._asked()

    async def arun(self, left: float | None) -> None:
        """Ask in a thread: files and networks take their time."""
        async with asyncio.timeout(left):
            self.seconds = await asyncio.to_thread(self._asked)

    def _asked(self) -> float:
        try:
            return self._pace.ask()
        except ConfigurationError:
            raise
        except Exception as error:  # Whatever a store raises.
            said = masked_text(f"{type(error).__name__}: {error}").removesuffix(": ")
            raise LimitStoreError(
                f"the store of a SharedRate failed: {excerpt(said)}",
                request_method=self._call.method,
                request_url=self._call.url,
            ) from error


def _done(answer: Any) -> Any:
    """`answer` of a bucket, which may not be one to come."""
    if isawaitable(answer):
        if iscoroutine(answer):
            answer.close()
        raise ConfigurationError(_SYNC)
    return answer
