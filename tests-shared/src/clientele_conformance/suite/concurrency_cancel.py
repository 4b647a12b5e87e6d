"""Calls that are given up: the next ones get the connections they need, and answers that are theirs."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from random import Random

import pytest

from clientele.http import HTTPBackend
from clientele_conformance.rules import rule
from clientele_conformance.servers import (
    LAST_CHUNK,
    STALLED_HANDSHAKE,
    Answer,
    Certificates,
    Drip,
    Origin,
    Stall,
    WaitFor,
    blackhole,
    chunk,
    chunked_head,
    response,
)
from clientele_conformance.suite.attempts import end_of
from clientele_conformance.suite.base import NewSubject, Suite, only
from clientele_conformance.suite.concurrency_together import Job, Outcome, asend, contents, meeting
from clientele_conformance.suite.streams_wire import PLENTY

SLOTS = 2
GIVEN_UP = 20
SECONDS = 12.0
MOMENT = 0.01
TURNS = 40

STALE = response(body=b"stale")
STALE_IN_CHUNKS = [chunked_head(), chunk(b"st"), chunk(b"ale"), LAST_CHUNK]

Reached = Callable[[int], Awaitable[object]]
"""Waits until so many calls have come to the point where they are given up."""


class CancelRules(Suite):
    """CON-2 for cancelled calls: two connections are allowed, and twenty calls are cancelled before others are made."""

    @only("async")
    @rule("CON-2")
    @pytest.mark.parametrize(
        ("so_far", "rest"),
        [
            pytest.param(b"", STALE, id="before the head"),
            pytest.param(STALE[:12], STALE[12:], id="within the status line"),
            pytest.param(STALE[:30], STALE[30:], id="within the headers"),
            pytest.param(STALE[:-5], STALE[-5:], id="before the body"),
            pytest.param(STALE[:-1], STALE[-1:], id="before the last byte"),
            pytest.param(STALE_IN_CHUNKS[:2], STALE_IN_CHUNKS[2:], id="within a chunked body"),
            pytest.param(STALE_IN_CHUNKS[:3], STALE_IN_CHUNKS[3:], id="before the last chunk"),
        ],
    )
    def test_cancelled_while_the_server_answers(
        self, so_far: Answer, rest: Answer, new_subject: NewSubject, origin: Origin
    ) -> None:
        """No call receives what the server still sends."""
        go = threading.Event()
        origin.on("/", [so_far, WaitFor(go), rest])

        async def main(backend: HTTPBackend) -> None:
            await cancel_calls(backend, Job(origin.url("/")), arrived(origin))
            go.set()
            await assert_unharmed(backend, origin)

        asyncio.run(main(new_subject(max_connections=SLOTS).backend))

    @only("async")
    @rule("CON-2")
    def test_cancelled_while_the_body_is_sent(self, new_subject: NewSubject, origin: Origin) -> None:
        """The server takes the head, and then nothing more."""
        origin.on("/", Stall(), read_body=False)

        async def main(backend: HTTPBackend) -> None:
            upload = Job(origin.url("/"), "PUT", {"content": bytes(8 << 20)})
            await cancel_calls(backend, upload, arrived(origin))
            await assert_unharmed(backend, origin)

        asyncio.run(main(new_subject(max_connections=SLOTS).backend))

    @only("async")
    @rule("CON-2")
    def test_cancelled_while_connecting(self, new_subject: NewSubject, origin: Origin) -> None:
        """Nobody answers the SYN."""
        with blackhole() as (host, port):

            async def main(backend: HTTPBackend) -> None:
                await cancel_calls(backend, Job(f"http://{host}:{port}/"), lambda _: asyncio.sleep(MOMENT))
                await assert_unharmed(backend, origin)

            asyncio.run(main(new_subject(max_connections=SLOTS).backend))

    @only("async")
    @rule("CON-2")
    def test_cancelled_within_the_tls_handshake(
        self, new_subject: NewSubject, origin: Origin, certificates: Certificates
    ) -> None:
        """Nobody answers the ClientHello, and the server sees each of the connections closed."""
        with Origin(tls=certificates.server_context(), greeting=STALLED_HANDSHAKE) as silent:

            async def main(backend: HTTPBackend) -> None:
                job = Job(silent.url("/"))
                await cancel_calls(backend, job, lambda _: asyncio.to_thread(silent.wait_until_open, 1))
                await assert_unharmed(backend, origin)
                await asyncio.to_thread(silent.wait_until_open, 0)

            asyncio.run(main(new_subject(max_connections=SLOTS, verify=False).backend))

    @only("async")
    @rule("CON-2")
    def test_cancelled_while_waiting_for_a_connection(self, new_subject: NewSubject, origin: Origin) -> None:
        """Others hold all of them, and aren't disturbed."""
        go = threading.Event()
        origin.on("/held", [WaitFor(go), response(body=b"held")])

        async def main(backend: HTTPBackend) -> None:
            holding = [asyncio.create_task(asend(backend, Job(origin.url("/held")))) for _ in range(SLOTS)]
            await arrived(origin)(SLOTS)
            await cancel_calls(backend, Job(origin.url("/waiting")), lambda _: asyncio.sleep(MOMENT))
            go.set()
            assert [b"held"] * SLOTS == contents(await asyncio.gather(*holding))
            await assert_unharmed(backend, origin)

        asyncio.run(main(new_subject(max_connections=SLOTS).backend))
        assert [] == [request for request in origin.requests if request.path == "/waiting"]

    @only("async")
    @rule("CON-2")
    def test_cancelled_at_random_points(self, new_subject: NewSubject, origin: Origin) -> None:
        """After some turns of the event loop, or some time, while the answer comes in drops."""
        origin.on("/", Drip(STALE, size=12, delay=0.001))
        random = Random(GIVEN_UP)

        async def some_time(number: int) -> None:
            if number % 2:
                await asyncio.sleep(random.uniform(0, MOMENT))
            for _ in range(number):
                await asyncio.sleep(0)

        async def main(backend: HTTPBackend) -> None:
            await cancel_calls(backend, Job(origin.url("/")), some_time, may_end=True)
            await assert_unharmed(backend, origin)

        asyncio.run(main(new_subject(max_connections=SLOTS).backend))

    @only("async")
    @rule("CON-2")
    @pytest.mark.parametrize("connection", ["new", "used"])
    def test_cancelled_at_each_turn_of_the_loop(self, connection: str, new_subject: NewSubject, origin: Origin) -> None:
        """From the first to the one in which the answer is complete; whatever a turn waits for is there by then."""
        origin.on("/", response(headers=[("Connection", "close")], body=b"stale") if connection == "new" else STALE)

        async def main(backend: HTTPBackend) -> None:
            for turns in range(TURNS):
                if connection == "used":
                    await asend(backend, Job(origin.url("/")))
                call = asyncio.create_task(asend(backend, Job(origin.url("/"))))
                for _ in range(turns):
                    await asyncio.sleep(0)
                    time.sleep(MOMENT / 10)  # noqa: ASYNC251 - the loop stands still while the server works
                await cancel(call, may_end=True)
            await assert_unharmed(backend, origin)

        asyncio.run(main(new_subject(max_connections=SLOTS).backend))

    @only("async")
    @rule("CON-2")
    def test_cancelled_between_the_items_of_a_stream(self, new_subject: NewSubject, origin: Origin) -> None:
        """The task that reads the stream is cancelled; the stream is closed as the block around it ends."""
        go = threading.Event()
        origin.on("/", [chunked_head(), chunk(PLENTY), WaitFor(go), chunk(b"stale"), LAST_CHUNK])

        async def main(backend: HTTPBackend) -> None:
            for _ in range(GIVEN_UP):
                first = asyncio.Event()
                reading = asyncio.create_task(read(backend, origin.url("/"), first))
                await asyncio.wait_for(first.wait(), SECONDS)
                reading.cancel()
                await asyncio.wait([reading], timeout=SECONDS)
                assert "cancelled" == end_of(reading)
            go.set()
            await assert_unharmed(backend, origin)

        asyncio.run(main(new_subject(max_connections=SLOTS).backend))


async def cancel_calls(backend: HTTPBackend, job: Job, reached: Reached, *, may_end: bool = False) -> None:
    """Make one call after the other, and cancel each at the point that `reached` waits for."""
    for number in range(1, GIVEN_UP + 1):
        call = asyncio.create_task(asend(backend, job))
        await reached(number)
        await cancel(call, may_end=may_end)


async def cancel(call: asyncio.Task[Outcome], *, may_end: bool = False) -> None:
    """Cancel a call. It ends by that, unless it was complete before and `may_end`."""
    call.cancel()
    await asyncio.wait([call], timeout=SECONDS)
    if may_end and call.done() and not call.cancelled():
        assert [b"stale"] == contents([call.result()])
    else:
        assert "cancelled" == end_of(call)


async def read(backend: HTTPBackend, url: str, first: asyncio.Event) -> None:
    """Read a stream, and tell when its first item has come."""
    items = backend.handle_async_stream("GET", url, bytes)
    try:
        async for _ in items:
            first.set()
    finally:
        await items.aclose()


async def assert_unharmed(backend: HTTPBackend, origin: Origin) -> None:
    """As many calls as there may be connections are answered at the same time, each with what belongs to it."""
    origin.on("/fresh", meeting(SLOTS))
    calls = [asend(backend, Job(origin.url(f"/fresh?{number}"))) for number in range(SLOTS)]
    assert [str(number).encode() for number in range(SLOTS)] == contents(await asyncio.gather(*calls))
    await backend.aclose()


def arrived(origin: Origin) -> Reached:
    """The server has the request, and has sent what it sends at once."""

    async def wait(count: int) -> None:
        await asyncio.to_thread(origin.wait_for_requests, count)
        await asyncio.sleep(MOMENT)

    return wait
