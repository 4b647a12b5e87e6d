"""Whether a connection has something to say."""

from __future__ import annotations

import socket

from clientele.http.sockets import news_of


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
