"""Flows: one for both modes, around every installed backend, over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from time import monotonic

import pytest

from clientele.http import (
    Call,
    Flow,
    Response,
    Sleep,
    Step,
    Timeout,
)
from clientele.http.errors import (
    DeadlineExceeded,
    ReadError,
    TransportError,
)
from clientele_conformance.installed import MODES, each
from clientele_conformance.servers import Origin, Reset, Stall, response
from flowing import Flowing, Wrap, wrapping


@pytest.fixture(params=each(MODES))
def wrap(request: pytest.FixtureRequest) -> Iterator[Wrap]:
    with wrapping(*request.param) as wrap:
        yield wrap


def test_a_flow_receives_call_and_response(wrap: Wrap, origin: Origin) -> None:
    """Also a status that is an error; the response is the caller's."""
    origin.on("/a", response(404, body=b"none"))
    seen: list[tuple[Call, Response]] = []

    def flow(call: Call) -> Flow:
        answer = yield call
        seen.append((call, answer))
        return answer

    answer = wrap(flow).send("get", origin.url("/a"), params=iter([("q", "1")]))
    ((call, of_flow),) = seen
    assert of_flow is answer
    assert (404, b"none") == (answer.status_code, answer.content)
    assert ("GET", origin.url("/a"), 1, False, None) == (
        call.method, call.url, call.attempt, call.is_stream, call.deadline,
    )  # fmt: skip
    assert [("q", "1")] == [*call.options["params"]]
    assert ["/a?q=1"] == [request.target for request in origin.requests]


def test_a_call_is_changed_and_repeated(wrap: Wrap, origin: Origin) -> None:
    """Each attempt says which one it is, and the answer says from which it comes."""
    origin.on("/", response(500), response(200))

    def flow(call: Call) -> Flow:
        yield call.with_(headers={"x-n": "1", "x-OWN": "replaced", "X-Gone": None})
        yield Sleep(0)
        return (yield call.with_(headers=[("X-N", "2")], attempt=2))

    answer = wrap(flow).send("POST", origin.url(), json={"a": 1}, headers={"X-Own": "kept", "X-Gone": "1"})
    assert (200, 2) == (answer.status_code, answer.call.attempt)
    first, second = origin.requests
    assert ("1", "replaced", None) == tuple(first.header(name) for name in ("x-n", "x-own", "x-gone"))
    assert ("2", "kept") == (second.header("x-n"), second.header("x-own"))
    assert [b'{"a":1}'] * 2 == [request.body for request in origin.requests]


def test_errors_are_raised_where_the_call_is_yielded(wrap: Wrap, origin: Origin) -> None:
    """A flow may answer in their place, or let them through."""
    origin.on("/", Reset())
    seen: list[TransportError] = []

    def flow(call: Call) -> Flow:
        try:
            return (yield call)
        except TransportError as error:
            seen.append(error)
            if "fallback" in call.options["headers"]:
                return Response(status_code=299)
            raise

    assert 299 == wrap(flow).send("GET", origin.url(), headers={"fallback": "1"}).status_code
    with pytest.raises(ReadError) as caught:
        wrap(flow).send("GET", origin.url(), headers={})
    assert caught.value is seen[1]


def test_user_information_is_not_shown_and_is_sent(wrap: Wrap, origin: Origin) -> None:
    """`call.url` may go into a log."""
    origin.on("/", response(200))
    shown: list[str] = []

    def flow(call: Call) -> Flow:
        shown.append(call.url)
        return (yield call.with_(headers={"X-A": "1"}))

    wrap(flow).send("GET", origin.url().replace("//", "//ada:hunter2@"))
    assert [origin.url()] == shown
    assert "Basic YWRhOmh1bnRlcjI=" == origin.requests[0].header("authorization")


def test_waiting_counts_toward_the_total(wrap: Wrap, origin: Origin) -> None:
    """What can't be done in time isn't begun."""
    origin.on("/", response(200))
    left: list[float | None] = []

    def flow(call: Call) -> Flow:
        left.append(call.left)
        yield Sleep(3600.0)
        return (yield call)

    with pytest.raises(DeadlineExceeded, match="must wait 3600") as caught:
        wrap(flow).send("GET", origin.url(), timeout=Timeout(total=20.0))
    assert ("GET", False) == (caught.value.request_method, caught.value.request_sent)
    assert [] == origin.requests
    assert left[0] is not None
    assert 0 < left[0] <= 20.0


@pytest.mark.parametrize("where", ["call", "flow", "backend"])
def test_the_total_covers_all_attempts(wrap: Wrap, origin: Origin, where: str) -> None:
    """Each attempt gets what is left of it."""

    def caught(total: float) -> DeadlineExceeded:
        def flow(call: Call) -> Flow:
            if where == "flow":
                call = call.with_(total=total)
            yield call
            return (yield call.with_(attempt=2))

        origin.on("/", response(500), Stall())
        subject = wrap(flow, timeout=Timeout(total=total)) if where == "backend" else wrap(flow)
        with pytest.raises(DeadlineExceeded) as caught:
            subject.send("GET", origin.url(), **({"timeout": Timeout(total=total)} if where == "call" else {}))
        assert caught.value.elapsed < total + 20.0
        return caught.value

    # On a busy machine, the first attempt alone may take a second.
    assert any(2 == caught(total).call.attempt for total in (1.0, 4.0, 16.0))


def test_a_total_only_brings_a_deadline_forward() -> None:
    """An earlier one stays."""
    now = monotonic()
    call = Call("GET", "http://h/", deadline=now + 3600)
    assert call.deadline == call.with_(total=7200).deadline
    sooner = call.with_(total=60).deadline
    assert sooner is not None
    assert now + 60 <= sooner < now + 3600


def test_a_cancelled_call_ends_its_flow(origin: Origin) -> None:
    """What it holds is let go of."""
    origin.on("/", Stall())
    ended: list[str] = []

    def flow(call: Call) -> Flow:
        try:
            return (yield call)
        finally:
            ended.append(call.method)

    async def main() -> None:
        backend = Flowing("httpx", flow)
        call = asyncio.ensure_future(backend.send_async_request("GET", origin.url()))
        await asyncio.to_thread(origin.wait_for_requests, 1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await backend.aclose()

    asyncio.run(main())
    assert ["GET"] == ended


class Taken(Step):
    """A step of its own, which keeps its result."""

    def __init__(self, *, late: bool = False) -> None:
        self.late = late
        self.left: list[float | None] = []

    def run(self, left: float | None) -> None:
        self.left.append(left)
        if self.late:
            raise TimeoutError

    async def arun(self, left: float | None) -> None:
        await asyncio.sleep(0)
        self.run(left)


def test_a_custom_step(wrap: Wrap, origin: Origin) -> None:
    """It is told how long it may take, and may say that this is too little."""
    origin.on("/", response(200))
    step = Taken()

    def flow(call: Call) -> Flow:
        yield step
        return (yield call)

    wrap(flow).send("GET", origin.url())
    wrap(flow).send("GET", origin.url(), timeout=Timeout(total=20.0))
    step.late = True
    with pytest.raises(DeadlineExceeded, match="total limit of the call"):
        wrap(flow).send("GET", origin.url())
    assert step.left[0] is step.left[2] is None
    assert 0 < (step.left[1] or 0) <= 20.0
