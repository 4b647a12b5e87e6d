"""The backend that limits calls."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic
from weakref import WeakKeyDictionary

from clientele.http.backends.interface import HTTPBackend
from clientele.http.errors import ConfigurationError
from clientele.http.limiting.fields import quiet_seconds
from clientele.http.limiting.pace import Pace
from clientele.http.limiting.policy import Limit, Rate, SharedRate
from clientele.http.limiting.shared import SharedPace
from clientele.http.limiting.turns import Turn, Turns
from clientele.http.message.call import Call
from clientele.http.runtime.forks import OwnLock
from clientele.http.wrappers.flows import End, Flow, Sleep, Step
from clientele.http.wrappers.places import Place
from clientele.http.wrappers.wrapper import Wrapper

_LONGEST_QUIET = 3600.0
"""Seconds: a server that asks for more has an error."""


class LimitBackend(Wrapper):
    """Lets calls wait until they may begin: so many in a span of time, so many at once.

    ```python
    backend = LimitBackend("httpx", rate=Rate(10, per=1.0), concurrent=50)
    ```

    Calls begin in the order in which they came, threads and tasks of all event loops in one queue. Waiting counts to
    the `total` of a call's Timeout, not to its `pool`. A stream is under way until it ends. Each attempt of a
    RetryBackend outside takes its turn. The limits are those of this instance, in this process, but for a `SharedRate`.

    Args:
        inner: the backend inside, or the name of an installed one.
        rate: how many calls may begin in a span of time; a SharedRate is kept by several processes together. Default
            None, for any number.
        concurrent: how many may be under way at once; default None, for any number.
        obey: whether an answer that asks for quiet (Retry-After of a 429 or 503, RateLimit fields) lets all calls wait,
            for an hour at most; default True.

    Raises:
        ConfigurationError: a value that can't be used, or `inner` is a wrapper that belongs outside of this one.
    """

    place = Place.LIMITS
    takes = frozenset({Limit.setting})

    def __init__(
        self, inner: HTTPBackend | str, *, rate: Rate | None = None, concurrent: int | None = None, obey: bool = True
    ) -> None:
        super().__init__(inner)
        if not isinstance(obey, bool):
            raise ConfigurationError(f"LimitBackend(obey={obey!r}): use True or False")
        self._obeys = obey
        self._all = Gate(Limit(rate=rate, concurrent=concurrent))
        self._own = OwnLock()
        self._gates = WeakKeyDictionary[Limit, Gate]()

    def flow(self, call: Call) -> Flow:
        """Send a call when it may begin."""
        entered: list[Gate] = []
        try:
            for gate in self._gates_of(call):
                yield from gate.enter()
                entered.append(gate)
            for gate in entered:
                yield from gate.wait(call)
            response = yield call
            if self._obeys:
                self._all.obey(quiet_seconds(response))
            yield End(response)
        finally:
            for gate in entered:
                gate.leave()
        return response

    def close(self) -> None:
        """Close `inner`, and the stores of shared rates."""
        super().close()
        self._close_stores()

    async def aclose(self) -> None:
        """Close `inner`, and the stores of shared rates."""
        await super().aclose()
        self._close_stores()

    def _close_stores(self) -> None:
        with self._own.lock:
            gates = [self._all, *self._gates.values()]
        for gate in gates:
            gate.close()

    def _gates_of(self, call: Call) -> list[Gate]:
        """Those that a call goes through, that of its endpoint first: no turn of all is held while it waits there."""
        limit: Limit | None = call.settings.get(Limit.setting)
        if limit is None:
            return [self._all]
        with self._own.lock:
            gate = self._gates.get(limit)
            if gate is None:
                gate = self._gates[limit] = Gate(limit)
        return [gate, self._all]


class Gate:
    """Where calls wait that have a limit in common."""

    def __init__(self, limit: Limit) -> None:
        self._shared = SharedPace(limit.rate) if isinstance(limit.rate, SharedRate) else None
        self._pace = Pace(limit.rate if self._shared is None else None)
        self._turns = None if limit.concurrent is None else Turns(limit.concurrent)

    def enter(self) -> Iterator[Step]:
        """Wait for a turn."""
        if self._turns is not None:
            yield Turn(self._turns)

    def wait(self, call: Call) -> Iterator[Step]:
        """Wait for the moment at which `call` may begin."""
        yield from self._wait_here()
        if self._shared is not None:
            yield from self._shared.wait(call)
            while not self._pace.still_holds(monotonic()):  # Asked for quiet meanwhile.
                yield from self._wait_here()
                yield from self._shared.wait(call)

    def _wait_here(self) -> Iterator[Step]:
        while True:
            start = self._pace.book(monotonic())
            wait = start - monotonic()
            if wait > 0:
                try:
                    yield Sleep(wait)
                except BaseException:
                    self._pace.cancel(start)
                    raise
            if self._pace.still_holds(start):
                return
            self._pace.cancel(start)

    def obey(self, seconds: float) -> None:
        """Let no call begin for `seconds`."""
        if seconds > 0:
            self._pace.close_until(monotonic() + min(seconds, _LONGEST_QUIET))

    def close(self) -> None:
        """Close the store, if there is one."""
        if self._shared is not None:
            self._shared.close()

    def leave(self) -> None:
        """Give the turn back."""
        if self._turns is not None:
            self._turns.give_back()
