"""The end of the peer is seen by whoever waits for it, told by the system or read ahead, and nothing sent is lost."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from clientele_conformance.servers import incoming
from clientele_conformance.servers.connection import LINGER_ZERO
from clientele_conformance.servers.incoming import AHEAD, Incoming


@pytest.fixture(
    params=[
        pytest.param(False, marks=pytest.mark.skipif(not hasattr(select, "poll"), reason="this system has no poll")),
        True,
    ],
    ids=["told", "read ahead"],
    autouse=True,
)
def _how(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "READS_AHEAD", request.param)


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Ours, and the peer's."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        theirs = socket.create_connection(listening.getsockname())
        ours, _ = listening.accept()
    with ours, theirs:
        yield ours, theirs


@pytest.fixture
def ours(pair: tuple[socket.socket, socket.socket]) -> Incoming:
    return Incoming(pair[0])


@pytest.fixture
def theirs(pair: tuple[socket.socket, socket.socket]) -> socket.socket:
    return pair[1]


def received(ours: Incoming) -> bytes:
    data = b""
    while piece := ours.recv(10_000):
        data += piece
    return data


def test_who_is_silent_has_not_ended(ours: Incoming) -> None:
    """Neither now nor a little later."""
    assert not ours.has_ended(0)
    begin = time.monotonic()
    assert not ours.has_ended(200)
    assert 0.15 < time.monotonic() - begin < 15


def test_what_is_unread_is_no_end(ours: Incoming, theirs: socket.socket) -> None:
    """And it is still there afterwards, before what comes later."""
    theirs.sendall(b"unread, ")
    assert not ours.has_ended(0)
    assert not ours.has_ended(100)
    theirs.sendall(b"and more")
    theirs.shutdown(socket.SHUT_WR)
    assert received(ours) == b"unread, and more"


@pytest.mark.parametrize("unread", [b"", b"unread", b"x" * (AHEAD - 1)])
def test_an_end_is_seen(unread: bytes, ours: Incoming, theirs: socket.socket) -> None:
    """That of the sending side is enough, and it stays; what came before it can still be received."""
    theirs.sendall(unread)
    theirs.shutdown(socket.SHUT_WR)
    assert ours.has_ended(5000)
    assert ours.has_ended(0)
    assert ours.has_ended(None)
    assert received(ours) == unread


def test_an_end_is_waited_for(ours: Incoming, theirs: socket.socket) -> None:
    """As long as it takes, if there is no limit."""
    timer = threading.Timer(0.2, theirs.close)
    timer.start()
    assert ours.has_ended(None)
    assert theirs.fileno() < 0
    timer.join()


def test_a_reset_is_an_end(ours: Incoming, theirs: socket.socket) -> None:
    """It is no error to look at it."""
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_ZERO)
    theirs.close()
    assert ours.has_ended(5000)


def test_who_sends_without_end_has_to_wait(ours: Incoming, theirs: socket.socket) -> None:
    """So that an upload that nobody reads stalls: no more than a little is read ahead, however long one looks."""
    theirs.settimeout(0.5)
    with pytest.raises(TimeoutError):
        send_and_look(theirs, ours, 10_000)
    assert not ours.has_ended(100)


def send_and_look(theirs: socket.socket, ours: Incoming, times: int) -> None:
    for _ in range(times):
        theirs.sendall(b"x" * AHEAD)
        assert not ours.has_ended(0)


def test_a_socket_that_was_closed_here_has_ended(
    pair: tuple[socket.socket, socket.socket], ours: Incoming, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By another thread, where only that wakes the one that waits; also when no more is read ahead."""
    monkeypatch.setattr(incoming, "READS_AHEAD", True)
    pair[1].sendall(b"x" * AHEAD * 2)
    assert not ours.has_ended(200)
    pair[0].close()
    assert ours.has_ended(None)
    assert Incoming(pair[0]).has_ended(None)
