"""Deadlines of asynchronous calls."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from time import monotonic, sleep
from typing import Any

import pytest

from clientele.http.backends import SyncOnly
from clientele.http.errors import DeadlineExceeded
from clientele.http.runtime import deadline as module
from clientele.http.runtime.deadline import Deadline, DeadlinePassed
from clientele.http.timeouts import Timeout
from clientele.http.transport import TransportBackend
from clientele.http.wire import SyncWireResponse, WireRequest, WireResponse

SOON = 0.2


LATE = 60.0


AT_MOST = 15.0


@pytest.fixture(autouse=True)
def watchdog(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A thread for each test, which ends with it."""
    mine = module._Watchdog()
    monkeypatch.setattr(module, "_watchdog", mine)
    yield
    with mine._changed:
        mine._waiting.clear()
        mine._changed.notify()


def loop_with_a_clock_of_its_own(seconds: float) -> asyncio.AbstractEventLoop:
    """The clock of a loop need not have begun when that of the `time` module did."""
    loop = asyncio.SelectorEventLoop()
    own = loop.time
    loop.time = lambda: own() + seconds  # type: ignore[method-assign]
    return loop


class TestWithin:
    def test_a_result_within_the_deadline_is_returned(self) -> None:
        """TMO-2 whether it had to wait or not."""

        async def answer(seconds: float) -> str:
            await asyncio.sleep(seconds)
            return "answer"

        for seconds in (0, 0.01):
            assert asyncio.run(Deadline(LATE).within(answer(seconds))) == "answer"

    @pytest.mark.parametrize("ahead", [0, 1000, -1000])
    def test_a_task_past_the_deadline_is_cancelled(self, ahead: float) -> None:
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
    async def test_a_task_that_starts_past_the_deadline_does_not_wait(self) -> None:
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
def test_a_body_past_the_deadline_is_abandoned(read: Callable[..., object]) -> None:
    """TMO-2 whether or not the library lets its connection be cut."""
    started = monotonic()
    with pytest.raises(DeadlineExceeded) as caught:
        read(timeout=Timeout(total=SOON))
    assert monotonic() - started < AT_MOST
    assert caught.value.request_sent
