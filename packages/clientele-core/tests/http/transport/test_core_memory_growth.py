"""Memory that does not grow with the number of calls, of loops or of pieces."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
import weakref
from collections.abc import Callable
from contextlib import suppress

import pytest

from clientele.http.backends import backend_settings
from clientele.http.errors import InvalidURL
from clientele.http.in_process import ASGIBackend
from clientele.http.message.body.bodies import sync_chunks
from clientele.http.message.body.lines import LineDecoder
from clientele.http.message.body.server_sent_events import EventDecoder
from clientele.http.message.urls import parse_url
from clientele.http.runtime import deadline as deadlines
from clientele.http.runtime.deadline import Deadline
from clientele.http.transport.call_state import CallState
from clientele.http.transport.clients.clients import AsyncClients
from clientele.http.transport.clients.slots import TaskSlots
from clientele.http.transport.profile import Profile
from clientele.http.wire import WholeResponse, WireResponse

SIZE = 128 * 1024
"""Of what comes in pieces: enough to be told from all else that is held, and traced in a moment."""


def held_after(work: Callable[[], object]) -> int:
    """The bytes that are held once `work` is done, by what it returns or by anything else."""
    gc.collect()
    tracemalloc.start()
    try:
        kept = work()
        gc.collect()
        held = tracemalloc.get_traced_memory()[0]
        del kept
        return held
    finally:
        tracemalloc.stop()


def lines_in_pieces() -> object:
    decoder = LineDecoder()
    for _ in range(SIZE // 2):
        decoder.feed(b"xy")
    return decoder


def line_of_an_event_in_pieces() -> object:
    decoder = EventDecoder()
    for _ in range(SIZE // 2):
        assert list(decoder.feed(b"xy")) == []
    return decoder


def event_of_short_lines() -> object:
    decoder = EventDecoder()
    for _ in range(SIZE // 3):
        assert list(decoder.feed(b"data:xy\n")) == []
    return decoder


def a_call() -> CallState:
    """One whose body is to come."""
    call = CallState(Profile("fake", "fake/1", (), backend_settings("Fake", {})), "GET", "https://h/", {})
    call.wire_request(sync_chunks)
    call.head(WireResponse(200, (), "1.1", iter(()), lambda: None, None))
    return call


def body_in_pieces() -> object:
    call = a_call()
    for _ in range(SIZE // 2):
        call.feed(b"%02d" % 42)
    return call


@pytest.mark.parametrize("hold", [lines_in_pieces, line_of_an_event_in_pieces, event_of_short_lines, body_in_pieces])
def test_what_came_in_small_pieces_holds_no_more_than_its_size(hold: Callable[[], object]) -> None:
    """And the room that it grows into: it takes less than twice as much."""
    assert held_after(hold) < 2 * SIZE


def test_pieces_are_joined_in_order() -> None:
    """Small and large ones, whatever comes first."""
    for sizes in ([1, 2000, 3, 4, 5000, 1], [2000, 1, 1], [], [0, 1], [1000] * 200):
        pieces = [bytes([number % 256]) * size for number, size in enumerate(sizes)]
        call = a_call()
        for piece in pieces:
            call.feed(piece)
        call.end()
        assert call.response is not None
        assert call.response.content == b"".join(pieces)


def test_a_body_that_came_whole_is_not_copied() -> None:
    """The library holds it already."""
    call, content = a_call(), bytes(SIZE)
    call.whole(WholeResponse(200, (), "1.1", content, None), content)
    call.end()
    assert call.response is not None
    assert call.response.content is content


@pytest.mark.parametrize("url", ["http://{0}@h/", "http://u:{0}@h/p?q=1", "http://h/{0}", "http://h/?q={0}"])
def test_long_urls_are_not_remembered(url: str) -> None:
    """A server names as many as it likes, in redirects and in links."""
    tracemalloc.start()
    for number in range(300):
        with suppress(InvalidURL):
            parse_url(url.format(f"{number:050000}"))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 1_000_000


class Client:
    """Holds its loop, as the clients of all libraries do."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()


async def closed(client: Client) -> None:
    assert client.loop is asyncio.get_running_loop()


def alive(loops: list[weakref.ref[asyncio.AbstractEventLoop]]) -> int:
    gc.collect()
    return sum(loop() is not None for loop in loops)


def test_the_clients_of_closed_loops_are_let_go() -> None:
    """A task queue or a script runs one loop after the other, on one backend."""
    clients, loops = AsyncClients(Client, closed), list[weakref.ref[asyncio.AbstractEventLoop]]()

    async def call() -> None:
        loops.append(weakref.ref(asyncio.get_running_loop()))
        assert clients.get().loop is asyncio.get_running_loop()

    for _ in range(20):
        asyncio.run(call())
    assert alive(loops) <= 1


def test_the_slots_of_closed_loops_are_let_go() -> None:
    """Also where calls had to wait for one, by which a semaphore comes to hold its loop."""
    slots, loops = TaskSlots(1), list[weakref.ref[asyncio.AbstractEventLoop]]()

    async def call() -> None:
        (await slots.take(20))()

    async def calls() -> None:
        loops.append(weakref.ref(asyncio.get_running_loop()))
        release = await slots.take(20)
        waiting = asyncio.create_task(call())
        await asyncio.sleep(0)
        release()
        await waiting

    for _ in range(20):
        asyncio.run(calls())
    assert alive(loops) <= 1


def test_a_backend_in_process_lets_loops_go() -> None:
    """It has clients of its own kind, and an application that runs on the loop."""
    loops = list[weakref.ref[asyncio.AbstractEventLoop]]()

    async def app(scope: object, receive: object, send: Callable[..., object]) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[misc]
        await send({"type": "http.response.body", "body": b"ok"})  # type: ignore[misc]

    backend = ASGIBackend(app, lifespan=False)

    async def call() -> None:
        loops.append(weakref.ref(asyncio.get_running_loop()))
        assert (await backend.send_async_request("GET", "http://h/")).content == b"ok"

    for _ in range(20):
        asyncio.run(call())
    assert alive(loops) <= 1


def test_deadlines_that_are_over_do_not_wait_for_their_time() -> None:
    """Calls that take a moment, each with an hour to do so."""

    def calls() -> None:
        for _ in range(20_000):
            deadline = Deadline(3600)
            deadlines.watch(deadline)
            deadline.release()

    deadlines.watch(last := Deadline(3600))
    assert held_after(calls) < 100_000
    last.release()
