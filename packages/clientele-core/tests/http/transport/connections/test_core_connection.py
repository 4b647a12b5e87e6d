"""Connections on asyncio's transports, against a real server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from clientele.http.transport.connections.connection import Connection, Connections, Unasked

LIMIT = 20.0
MUCH = 4 << 20


async def with_server(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    use: Callable[[Connection], Awaitable[None]],
) -> None:
    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(served, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()[:2]
        connections = Connections()
        try:
            await use(await connections.connect(host, port, LIMIT))
        finally:
            await connections.close()


def test_what_has_come_before_a_reset_can_be_read() -> None:
    """Then the fault is known."""

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"answer")
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.transport.abort()

    async def use(connection: Connection) -> None:
        await connection.until(lambda: connection.unread, LIMIT)
        connection.transport.write(b"x" * MUCH)
        await connection.until(lambda: connection.lost, LIMIT)
        assert b"answer" == await connection.receive(10, LIMIT)
        with pytest.raises(ConnectionError):
            await connection.receive(10, LIMIT)

    asyncio.run(with_server(serve, use))


def test_a_connection_that_was_lost_after_its_last_bytes_can_be_closed() -> None:
    """It is closing since the server has ended its side, and lost once what was still to be written is."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write_eof()
        await reader.readexactly(MUCH)

    async def use(connection: Connection) -> None:
        connection.transport.write(b"x" * MUCH)
        assert not connection.lost
        await connection.until(lambda: connection.lost, LIMIT)
        connection.abort()
        await connection.close()

    asyncio.run(with_server(serve, use))


def test_a_server_is_slowed_down_until_something_is_read() -> None:
    """Memory stays flat, and all of it arrives."""

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _part in range(64):
            writer.write(b"x" * (MUCH // 64))
            await writer.drain()

    async def use(connection: Connection) -> None:
        received = largest = 0
        while not (connection.ended and not connection.unread):
            await connection.until(lambda: connection.unread or connection.ended, LIMIT)
            largest = max(largest, len(connection.unread))
            received += len(await connection.receive(4096, LIMIT))
        assert MUCH == received
        assert largest < MUCH // 4

    asyncio.run(with_server(serve, use))


def test_a_wait_has_a_limit() -> None:
    """And one that is over leaves nothing behind."""

    async def serve(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async def use(connection: Connection) -> None:
        with pytest.raises(TimeoutError):
            await connection.receive(10, 0.01)
        assert not connection.ended

    asyncio.run(with_server(serve, use))


def test_what_comes_unasked_ends_a_connection() -> None:
    """A request on it would have an answer that is none."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"unasked")
        await reader.read()

    async def use(connection: Connection) -> None:
        await connection.until(lambda: connection.unread, LIMIT)
        with pytest.raises(Unasked):
            await connection.send(b"request", LIMIT)

    asyncio.run(with_server(serve, use))
