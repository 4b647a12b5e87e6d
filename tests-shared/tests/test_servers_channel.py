"""A server's TLS serves two threads at once, one for each direction, as a tunnel has them."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor

from clientele_conformance.servers import certificates
from clientele_conformance.servers.channel import TLSChannel
from clientele_conformance.servers.incoming import Incoming

PIECE = bytes(range(250)) * 12
PIECES = 5000


def receive_all(sock: socket.socket | TLSChannel, received: bytearray) -> bytearray:
    while len(received) < PIECES * len(PIECE):
        data = sock.recv(1 << 16)
        assert data, f"the end came after {len(received)} bytes"
        received += data
    return received


def send_all(channel: TLSChannel) -> None:
    for _ in range(PIECES):
        channel.sendall(PIECE)


def test_one_thread_sends_while_another_receives() -> None:
    """Neither direction suffers: OpenSSL by itself would mix them up within a second."""
    near, far = socket.socketpair()
    with near, far, ThreadPoolExecutor(3) as threads:
        for end in (near, far):
            end.settimeout(30)
        channel = TLSChannel(Incoming(near), certificates().server_context())
        agreed = threads.submit(channel.handshake)
        client = certificates().client_context().wrap_socket(far, server_hostname="localhost")
        with client:
            agreed.result()
            received, sent = threads.submit(receive_all, channel, bytearray()), threads.submit(send_all, channel)
            back = bytearray()
            for _ in range(PIECES):
                client.sendall(PIECE)
                back += client.recv(len(PIECE))
            assert receive_all(client, back) == PIECE * PIECES
            sent.result()
            assert received.result() == PIECE * PIECES
