"""Whether a connection has something to say."""

from __future__ import annotations

import asyncio
import socket

from clientele.http.sockets import news_of, take_in


def test_news() -> None:
    """Something to read is news, and so is an end, whoever has made it."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        has_news = news_of(ours)
        assert not has_news()
        theirs.send(b"!")
        assert has_news()
        ours.recv(1)
        assert not has_news()
        theirs.close()
        assert has_news()
        ours.close()
        assert has_news()


def test_taking_in() -> None:
    """The event loop has read what had come when this began."""

    async def main() -> tuple[bytes, bool]:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=ours)
        theirs.send(b"early")
        theirs.close()
        await take_in(news_of(ours))
        writer.transport.abort()
        return await reader.read(5), reader.at_eof()

    assert (b"early", True) == asyncio.run(main())


def test_taking_in_is_bounded() -> None:
    """Nobody need read what has come."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.send(b"unread")
        asyncio.run(take_in(news_of(ours)))
        assert b"unread" == ours.recv(6)
