"""The SOCKS5 proxy, asked byte for byte."""

from __future__ import annotations

import socket

import pytest

from clientele_conformance.servers import Origin, SocksProxy, response

NAMED = b"\x05\x01\x00\x03\x0cteas.example\x00\x50"
GET = b"GET / HTTP/1.1\r\nHost: teas.example\r\nConnection: close\r\n\r\n"
DONE = b"\x05\x00\x00\x01" + bytes(6)


def ask(proxy: SocksProxy, *steps: tuple[bytes, bytes]) -> bytes:
    """Say each first part, expect each second; what comes after that."""
    with socket.create_connection(proxy.address, 20) as client, client.makefile("rb") as received:
        for said, expected in steps:
            client.sendall(said)
            assert received.read(len(expected)) == expected
        return received.read()


def test_a_tunnel_leads_to_the_origin_and_its_target_is_told() -> None:
    with Origin() as origin, SocksProxy(upstream=origin.address) as proxy:
        origin.on("/", response(200, body=b"tea"))
        assert ask(proxy, (b"\x05\x01\x00", b"\x05\x00"), (NAMED, DONE), (GET, b"HTTP/1.1 200 OK\r\n")).endswith(b"tea")
        assert proxy.targets == [("teas.example", 80)]


@pytest.mark.parametrize(
    ("address", "target"),
    [(b"\x01\x7f\x00\x00\x01\x01\x00", ("127.0.0.1", 256)), (b"\x04" + bytes(15) + b"\x01\x00\x50", ("::1", 80))],
)
def test_addresses_are_told_as_text(address: bytes, target: tuple[str, int]) -> None:
    with Origin() as origin, SocksProxy(upstream=origin.address) as proxy:
        origin.on("/", response(200))
        ask(proxy, (b"\x05\x01\x00", b"\x05\x00"), (b"\x05\x01\x00" + address, DONE), (GET, b"HTTP/1.1 200 OK\r\n"))
        assert proxy.targets == [target]


def test_the_right_credentials_open_the_tunnel() -> None:
    with Origin() as origin, SocksProxy(upstream=origin.address, credentials=("ada", "secret")) as proxy:
        origin.on("/", response(200, body=b"tea"))
        steps = [(b"\x05\x02\x00\x02", b"\x05\x02"), (b"\x01\x03ada\x06secret", b"\x01\x00"), (NAMED, DONE)]
        assert ask(proxy, *steps, (GET, b"HTTP/1.1 200")).endswith(b"tea")


@pytest.mark.parametrize(
    "steps",
    [
        [(b"\x05\x01\x00", b"\x05\xff")],
        [(b"\x05\x01\x02", b"\x05\x02"), (b"\x01\x03ada\x05wrong", b"\x01\x01")],
    ],
    ids=["none", "wrong"],
)
def test_other_credentials_are_refused(steps: list[tuple[bytes, bytes]]) -> None:
    with SocksProxy(credentials=("ada", "secret")) as proxy:
        assert ask(proxy, *steps) == b""
        assert proxy.targets == []


def test_a_target_that_refuses_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refusing = taken.getsockname()
    with SocksProxy(upstream=refusing) as proxy:
        assert ask(proxy, (b"\x05\x01\x00", b"\x05\x00"), (NAMED, b"\x05\x05\x00\x01" + bytes(6))) == b""
