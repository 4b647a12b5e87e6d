"""Whether a connection has something to say."""

from __future__ import annotations

import asyncio
import socket

import pytest

from clientele.http.transport.connections.sockets import is_answered, news_of, take_in


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


INTERIM = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (b"", False),
        (INTERIM, False),
        (INTERIM[:20], False),
        (INTERIM + INTERIM, False),
        (INTERIM + b"HTTP/1.1 413", True),
        (b"HTTP/1.0 413", True),
        (b"garbage", True),
    ],
)
def test_interim_responses_are_skipped(received: bytes, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    """What follows them is one, and so is whatever is not HTTP: both end an upload."""
    assert (expected, expected) == (is_answered(received), is_answered(bytearray(received)))
