"""Deadlines that a thread watches: when connections are cut."""

from __future__ import annotations

import os
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from time import monotonic, sleep

import pytest

from clientele.http.runtime import deadline as module
from clientele.http.runtime.deadline import Deadline, watch

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

    def test_a_connection_opened_past_the_deadline_is_cut(self) -> None:
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

    def test_one_thread_watches_all_deadlines(self) -> None:
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

    def test_released_deadlines_cut_nothing(self) -> None:
        """TMO-2 their time passes without a cut."""
        released, cut = Cut(), Cut()
        watched(SOON, released).release()
        watched(SOON + 0.1, cut)
        assert cut.wait(AT_MOST)
        assert not released.is_set()

    def test_a_thread_that_ended_is_started_again(self) -> None:
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
