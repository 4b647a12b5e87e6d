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
from clientele.http.wrappers.homes import base_url_of, comes_from_home
from clientele.http.wrappers.places import Place
from clientele.http.wrappers.wrapper import Wrapper

_LONGEST_QUIET = 3600.0
"""The longest wait that is obeyed, in seconds; a longer one is a mistake of the server."""


class LimitBackend(Wrapper):
    """Limits the rate of calls, and the number of concurrent calls: a call above a limit waits.

    ```python
    backend = LimitBackend("httpx", rate=Rate(10, per=1.0), concurrent=50)
    ```

    Calls start in the order in which they were made: threads and tasks of all event loops share one queue. The wait
    counts towards the `total` of the call's Timeout, not towards its `pool`. A stream counts until it ends. Each
    attempt of a RetryBackend around this backend counts. The limits apply to this instance, in this process, except for
    a `SharedRate`.

    Args:
        inner: the backend inside, or the name of an installed one.
        rate: the maximum rate of calls; a SharedRate is shared by several processes. Default None, no limit.
        concurrent: the maximum number of concurrent calls; default None, no limit.
        obey: whether a Retry-After header of a 429 or 503, or a used-up RateLimit, makes all calls wait, for an hour at
            most; default True. Only the origin of the base URL is obeyed, or without one that of the call: another
            server, which a redirect or the URL of a next page leads to, must not stop them.

    Raises:
        ConfigurationError: a value is invalid, or `inner` is a wrapper that belongs outside of this one.
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
        self._base_url = base_url_of(self)
        self._all = Gate(Limit(rate=rate, concurrent=concurrent))
        self._own = OwnLock()
        self._gates = WeakKeyDictionary[Limit, Gate]()

    def flow(self, call: Call) -> Flow:
        """Send a call when the limits allow it."""
        entered: list[Gate] = []
        try:
            for gate in self._gates_of(call):
                yield from gate.enter()
                entered.append(gate)
            for gate in entered:
                yield from gate.wait(call)
            response = yield call
            if self._obeys and comes_from_home(response, call, self._base_url):
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
        """The gates of a call. That of its endpoint is first, so that a waiting call doesn't take a turn of the
        backend's gate.
        """
        limit: Limit | None = call.settings.get(Limit.setting)
        if limit is None:
            return [self._all]
        with self._own.lock:
            gate = self._gates.get(limit)
            if gate is None:
                gate = self._gates[limit] = Gate(limit)
        return [gate, self._all]


class Gate:
    """The queue of calls that share a limit."""

    def __init__(self, limit: Limit) -> None:
        self._shared = SharedPace(limit.rate) if isinstance(limit.rate, SharedRate) else None
        self._pace = Pace(limit.rate if self._shared is None else None)
        self._turns = None if limit.concurrent is None else Turns(limit.concurrent)

    def enter(self) -> Iterator[Step]:
        """Wait for a turn."""
        if self._turns is not None:
            yield Turn(self._turns)

    def wait(self, call: Call) -> Iterator[Step]:
        """Wait until the rate allows `call`."""
        yield from self._wait_here()
        if self._shared is not None:
            yield from self._shared.wait(call)
            while not self._pace.still_holds(monotonic()):  # The server has asked for a wait in the meantime.
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
        """Make all calls wait for `seconds`."""
        if seconds > 0:
            self._pace.close_until(monotonic() + min(seconds, _LONGEST_QUIET))

    def close(self) -> None:
        """Close the store, if there is one."""
        if self._shared is not None:
            self._shared.close()

    def leave(self) -> None:
        """Release the turn."""
        if self._turns is not None:
            self._turns.give_back()
