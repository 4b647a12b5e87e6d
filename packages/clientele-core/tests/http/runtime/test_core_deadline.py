"""The end of an exchange: who is told, when, and what it may not disturb."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from time import monotonic, sleep
from typing import Any

import pytest

from clientele.http.backends import SyncOnly
from clientele.http.errors import DeadlineExceeded
from clientele.http.runtime import deadline as module
from clientele.http.runtime.deadline import Deadline, DeadlinePassed, watch
from clientele.http.timeouts import Timeout
from clientele.http.transport import TransportBackend
from clientele.http.wire import SyncWireResponse, WireRequest, WireResponse

SOON = 0.2
LATE = 60.0
AT_MOST = 15.0


def threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "clientele-deadlines"}


@pytest.fixture(autouse=True)
def watchdog(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A thread for each test, which ends with it."""
    mine = module._Watchdog()
    monkeypatch.setattr(module, "_watchdog", mine)
    yield
    with mine._changed:
        mine._waiting.clear()
        mine._changed.notify()


def watched(seconds: float, cut: Callable[[], None]) -> Deadline:
    deadline = Deadline(seconds)
    deadline.watch(cut)
    watch(deadline)
    return deadline


class Cut(threading.Event):
    """Set when the connection is cut; it keeps when, and how often."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    def __call__(self) -> None:
        self.times.append(monotonic())
        self.set()


class TestDeadline:
    def test_it_passes(self) -> None:
        """TMO-2 not before its time is up."""
        assert not Deadline(LATE).passed
        deadline = Deadline(0.001)
        sleep(0.05)
        assert deadline.passed

    def test_limits_are_no_longer_than_what_is_left(self) -> None:
        """TMO-2 nor ever zero, which some libraries take for no limit."""
        deadline = Deadline(10)
        assert deadline.limited(1) == 1
        assert 5 < deadline.limited(LATE) <= 10
        assert 5 < deadline.limited(None) <= 10
        assert 0 < Deadline(-1).limited(None) <= 0.001

    def test_it_cuts_what_it_watches(self) -> None:
        """TMO-2 only the connection that the exchange is on now: before it there may have been others."""
        before, now = Cut(), Cut()
        deadline = Deadline(LATE)
        deadline.fire()
        deadline.watch(before)
        deadline.watch(now)
        deadline.fire()
        assert (len(before.times), len(now.times)) == (0, 1)

    def test_a_connection_that_comes_too_late_is_cut_at_once(self) -> None:
        """TMO-2 the time was up while it was being made."""
        cut = Cut()
        Deadline(-1).watch(cut)
        assert cut.is_set()

    def test_after_its_release_it_cuts_nothing(self) -> None:
        """TMO-2 the connection may serve the next exchange by then."""
        cut = Cut()
        deadline = Deadline(LATE)
        deadline.watch(cut)
        deadline.release()
        deadline.fire()
        assert not cut.is_set()


class TestThread:
    def test_it_cuts_in_time(self) -> None:
        """TMO-2 from a thread of its own, when the time is up and not before, once."""
        start, cut = monotonic(), Cut()
        watched(SOON, cut)
        assert cut.wait(AT_MOST)
        assert SOON <= cut.times[0] - start < AT_MOST
        assert len(cut.times) == 1

    def test_the_earliest_goes_first(self) -> None:
        """TMO-2 in whatever order they come: a later one that is waited for already holds up none."""
        late, cuts = Cut(), [Cut() for _ in range(20)]
        watched(LATE, late)
        start = monotonic() + 1
        for place, cut in enumerate(cuts):
            watched(start + (7 * place % 20) / 100 - monotonic(), cut)
        assert all(cut.wait(AT_MOST) for cut in cuts)
        ordered = sorted(range(20), key=lambda place: 7 * place % 20)
        assert ordered == sorted(range(20), key=lambda place: cuts[place].times[0])
        assert not late.is_set()

    def test_one_thread_serves_all(self) -> None:
        """TMO-2 calls of many threads at once start no more, and it keeps no interpreter from its end."""
        cuts, before = [Cut() for _ in range(50)], threads()
        starters = [threading.Thread(target=watched, args=(SOON, cut)) for cut in cuts]
        for starter in starters:
            starter.start()
        started = threads() - before
        assert len(started) <= 1
        assert all(thread.daemon for thread in started)
        for starter in starters:
            starter.join()
        assert all(cut.wait(AT_MOST) for cut in cuts)

    def test_released_ones_are_left_alone(self) -> None:
        """TMO-2 their time passes without a cut."""
        released, cut = Cut(), Cut()
        watched(SOON, released).release()
        watched(SOON + 0.1, cut)
        assert cut.wait(AT_MOST)
        assert not released.is_set()

    def test_it_starts_anew(self) -> None:
        """TMO-2 after none was left to wait for."""
        for cut in (Cut(), Cut()):
            watched(0.02, cut)
            assert cut.wait(AT_MOST)
            sleep(0.1)

    @pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
    def test_a_cut_that_fails_costs_no_other(self) -> None:
        """TMO-2 whatever one connection does, the deadlines of all other calls hold."""

        def fail() -> None:
            raise RuntimeError("the socket is gone")

        watched(SOON, fail)
        cut = Cut()
        watched(SOON + 0.1, cut)
        assert cut.wait(AT_MOST)

    def test_a_released_deadline_is_not_kept_until_its_time(self) -> None:
        """STM-8 a thousand calls a second with a limit of an hour would be millions of them."""
        kept = weakref.WeakSet[Deadline]()
        for _ in range(10_000):
            deadline = watched(LATE, Cut())
            deadline.release()
            kept.add(deadline)
        assert len(kept) < 5000

    @pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
    def test_a_forked_child_has_deadlines(self) -> None:
        """LIF-6 the parent's thread isn't there, and what it waited for is the parent's business."""
        if sys.platform == "win32":
            pytest.skip("Windows has no fork")
        parents = Cut()
        watched(SOON, parents)
        watched(LATE, Cut())
        child = os.fork()
        if child == 0:  # pragma: no cover - coverage doesn't follow a child that exits at once
            parents.clear()
            cut = Cut()
            watched(SOON + 0.2, cut)
            os._exit(0 if cut.wait(AT_MOST) and not parents.is_set() else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert parents.wait(AT_MOST)


def loop_with_a_clock_of_its_own(seconds: float) -> asyncio.AbstractEventLoop:
    """The clock of a loop need not have begun when that of the `time` module did."""
    loop = asyncio.SelectorEventLoop()
    own = loop.time
    loop.time = lambda: own() + seconds  # type: ignore[method-assign]
    return loop


class TestWithin:
    def test_what_is_done_in_time_is_the_answer(self) -> None:
        """TMO-2 whether it had to wait or not."""

        async def answer(seconds: float) -> str:
            await asyncio.sleep(seconds)
            return "answer"

        for seconds in (0, 0.01):
            assert asyncio.run(Deadline(LATE).within(answer(seconds))) == "answer"

    @pytest.mark.parametrize("ahead", [0, 1000, -1000])
    def test_what_takes_too_long_is_cancelled(self, ahead: float) -> None:
        """TMO-2 in time by the clock of any loop, and it can clean up."""
        cleaned: list[str] = []

        async def stall() -> None:
            try:
                await asyncio.sleep(LATE)
            finally:
                cleaned.append("up")

        start = monotonic()
        runner = asyncio.Runner(loop_factory=partial(loop_with_a_clock_of_its_own, ahead))
        with runner, pytest.raises(DeadlinePassed):
            runner.run(asyncio.wait_for(Deadline(SOON).within(stall()), AT_MOST))
        assert SOON * 0.9 <= monotonic() - start < AT_MOST
        assert cleaned == ["up"]

    @pytest.mark.asyncio
    async def test_what_begins_too_late_does_not_wait(self) -> None:
        """TMO-2 a redirect may have used up the time."""
        start = monotonic()
        with pytest.raises(DeadlinePassed):
            await Deadline(-1).within(asyncio.sleep(LATE))
        assert monotonic() - start < AT_MOST

    @pytest.mark.asyncio
    @pytest.mark.parametrize("fault", [TimeoutError("own"), OSError("own"), asyncio.CancelledError("own")])
    async def test_other_faults_pass_through(self, fault: BaseException) -> None:
        """TMO-2 a limit of the library's is none of ours."""

        async def fail() -> None:
            raise fault

        with pytest.raises(type(fault), match="own"):
            await Deadline(LATE).within(fail())

    @pytest.mark.asyncio
    async def test_a_cancelled_call_is_cancelled(self) -> None:
        """CON-2 by its caller, it doesn't become a passed deadline."""
        task = asyncio.create_task(Deadline(LATE).within(asyncio.sleep(LATE)))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


def endless() -> Iterator[bytes]:
    for _ in range(20_000):
        sleep(0.001)
        yield b"x"


class Endless(SyncOnly, TransportBackend[None, Any]):
    """A body that never ends, over a connection that can't be cut."""

    name = library = "endless"
    faults = ()

    def build_client(self, proxy: str | None = None) -> None:
        """There is none."""

    @staticmethod
    def close_client(client: None) -> None:
        """There is none."""

    def exchange(self, client: None, request: WireRequest) -> SyncWireResponse:
        return WireResponse(200, (), "1.1", endless(), lambda: None, None)

    @staticmethod
    def convert_to_response(native_response: Any) -> Any:
        return native_response


@pytest.mark.parametrize(
    "read",
    [
        lambda **options: Endless().send_sync_request("GET", "http://h/", **options),
        lambda **options: deque(Endless().handle_sync_stream("GET", "http://h/", bytes, **options), maxlen=0),
    ],
    ids=["whole", "streamed"],
)
def test_a_body_that_goes_on_past_the_deadline_is_left(read: Callable[..., object]) -> None:
    """TMO-2 whether or not the library lets its connection be cut."""
    started = monotonic()
    with pytest.raises(DeadlineExceeded) as caught:
        read(timeout=Timeout(total=SOON))
    assert monotonic() - started < AT_MOST
    assert caught.value.request_sent
