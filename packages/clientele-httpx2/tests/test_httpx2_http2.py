"""HTTP/2: asynchronous calls share a connection, and none pays for another."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import h2.errors
import h2.events
import httpx2
import pytest

from clientele.http.errors import ConnectError
from clientele_conformance.servers import HTTP2Origin, WaitFor, certificates
from clientele_conformance.servers.frames import FrameConnection, FrameOrigin, answering
from clientele_httpx2 import Httpx2HTTPBackend

TASKS = 50
AMPLE = 20.0


def new_backend(**options: Any) -> Httpx2HTTPBackend:
    """A backend for HTTP/2 that trusts the servers here."""
    return Httpx2HTTPBackend(http2=True, verify=certificates().client_context(), timeout=AMPLE, **options)


def run(backend: Httpx2HTTPBackend, main: Callable[[], Any]) -> Any:
    async def closing() -> Any:
        try:
            return await main()
        finally:
            await backend.aclose()

    return asyncio.run(closing())


def test_tasks_share_a_connection() -> None:
    """Fifty of them, and several calls each."""
    backend = new_backend()
    with FrameOrigin(certificates(), answering(b"ok")) as server:

        async def caller() -> list[bytes]:
            return [(await backend.send_async_request("POST", server.url(), content=b"x")).content for _ in range(3)]

        async def main() -> list[list[bytes]]:
            return await asyncio.gather(*(caller() for _ in range(TASKS)))

        assert [[b"ok"] * 3] * TASKS == run(backend, main)
        assert server.connections <= 2


def test_threads_have_a_connection_each() -> None:
    """At most: calls that come one after the other use it again."""
    backend = new_backend()
    with FrameOrigin(certificates(), answering(b"ok")) as server:
        assert [b"ok"] * 3 == [backend.send_sync_request("GET", server.url()).content for _ in range(3)]
        assert 1 == server.connections
        with ThreadPoolExecutor(8) as pool:
            calls = [pool.submit(backend.send_sync_request, "GET", server.url()) for _ in range(80)]
        assert [b"ok"] * 80 == [call.result().content for call in calls]
        assert server.connections <= 8
        backend.close()


def test_calls_that_are_cancelled_cost_others_nothing() -> None:
    """At any turn of the loop; and new calls don't wait for the streams that nobody reads."""
    backend, go = new_backend(), threading.Event()
    with HTTP2Origin(certificates()) as server:
        server.on("/", WaitFor(go, AMPLE), b"ok")

        async def call() -> bytes:
            return (await backend.send_async_request("GET", server.url("/"))).content

        async def main() -> list[bytes]:
            patient = []
            for turns in range(40):
                patient.append(asyncio.ensure_future(call()))
                hasty = asyncio.ensure_future(call())
                for _ in range(turns):
                    await asyncio.sleep(0)
                hasty.cancel()
            go.set()
            return await asyncio.gather(*patient, call())

        assert [b"ok"] * 41 == run(backend, main)


def test_the_limit_of_the_server_is_respected() -> None:
    """One that gets more requests at once than it takes would end the connection."""
    backend = new_backend()
    with FrameOrigin(certificates(), answering(b"ok"), streams=3) as server:

        async def main() -> list[Any]:
            return await asyncio.gather(*(backend.send_async_request("GET", server.url()) for _ in range(20)))

        assert [b"ok"] * 20 == [answer.content for answer in run(backend, main)]
        assert (20, 1) == (server.requests, server.connections)


def go_away(connection: FrameConnection, stream: int) -> None:
    connection.call_off(stream - 2)


def refuse(connection: FrameConnection, stream: int) -> None:
    connection.state.reset_stream(stream, h2.errors.ErrorCodes.REFUSED_STREAM)


@pytest.mark.parametrize("turn_away", [go_away, refuse])
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_request_that_was_turned_away_was_not_sent(
    turn_away: Callable[[FrameConnection, int], None],
    mode: str,
) -> None:
    """The server says that it has done nothing about it; only the caller may send it again."""
    backend = new_backend()

    def react(connection: FrameConnection, event: h2.events.Event) -> None:
        if isinstance(event, h2.events.StreamEnded) and event.stream_id == 3:
            turn_away(connection, 3)
        else:
            answering(b"ok")(connection, event)

    with FrameOrigin(certificates(), react) as server:

        async def main() -> list[Any]:
            calls = (backend.send_async_request("POST", server.url(), content=iter([b"x"])) for _ in range(2))
            return [await asyncio.gather(call, return_exceptions=True) for call in calls]

        if mode == "async":
            (first,), (second,) = run(backend, main)
        else:
            first = backend.send_sync_request("POST", server.url(), content=iter([b"x"]))
            with pytest.raises(ConnectError) as caught:
                backend.send_sync_request("POST", server.url(), content=iter([b"x"]))
            second = caught.value
            backend.close()
        assert b"ok" == first.content
        assert isinstance(second, ConnectError)
        assert not second.request_sent
        assert 2 == server.requests


def test_connections_that_expire_between_calls_cost_nothing() -> None:
    """Many tasks call after gaps as long as the time for which a connection is kept: no call fails."""
    backend = new_backend(client_options={"limits": httpx2.Limits(keepalive_expiry=0.05)})
    with HTTP2Origin(certificates()) as server:
        server.on("/", b"ok")

        async def caller(number: int) -> None:
            for turn in range(15):
                await asyncio.sleep(0.045 + 0.001 * ((number + turn) % 10))
                assert b"ok" == (await backend.send_async_request("GET", server.url("/"))).content

        async def main() -> None:
            for at_once in (1, 2, 20):
                await asyncio.gather(*(caller(number) for number in range(at_once)))

        run(backend, main)
