"""Two addresses that nobody gets through to."""

from __future__ import annotations

import socket
import time

import pytest

from clientele_conformance.servers import blackhole, refusing


def test_connecting_to_the_blackhole_takes_for_ever() -> None:
    """As long as the client waits, again and again."""
    with blackhole() as address:
        for _ in range(3):
            begin = time.monotonic()
            with pytest.raises(TimeoutError):
                socket.create_connection(address, timeout=0.4)
            assert time.monotonic() - begin > 0.3


def test_many_connections_at_once_do_not_get_through_either() -> None:
    """The kernel drops each SYN."""
    with blackhole() as address:
        pending = [socket.socket() for _ in range(20)]
        for each in pending:
            each.setblocking(False)
            each.connect_ex(address)
        time.sleep(0.3)
        for each in pending:
            with pytest.raises(OSError, match="not connected"):
                each.getpeername()
            each.close()


def test_a_refusing_port_refuses() -> None:
    """At once, each time."""
    with refusing() as address:
        for _ in range(3):
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(address, timeout=5)


def test_a_refusing_port_is_taken() -> None:
    """Nobody else can listen there meanwhile, and somebody can afterwards."""
    with refusing() as address, socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(address)
    with socket.socket() as other:
        other.bind(address)
