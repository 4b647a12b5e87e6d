"""HTTP/2, frame by frame."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import h2.settings
import pytest

from clientele.http import Timeout
from clientele.http.errors import ProtocolError, ReadError, ReadTimeout, TransportError, WriteTimeout
from clientele_conformance.servers import certificates
from clientele_conformance.subject import Mode, Subject
from clientele_conformance.suite.base import NewSubject, Suite
from clientele_niquests import NiquestsHTTPBackend

LONG = 20.0
SHORT = 0.3

Peer = h2.connection.H2Connection
Reaction = Callable[["Server", Peer, Any], None]


class Server:
    """A server that reacts to each event of the state machine as it is told."""

    def __init__(self, react: Reaction, window: int = 65_535) -> None:
        self.connections = 0
        self.react = react
        self._window = window
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[ssl.SSLSocket] = []

    @property
    def url(self) -> str:
        """Its only URL."""
        return f"https://127.0.0.1:{self._listening.getsockname()[1]}/"

    def flush(self, peer: Peer) -> None:
        """Send what `peer` has to say."""
        self._open[-1].sendall(peer.data_to_send())

    def run(self) -> None:
        """Serve one connection after the other."""
        context = certificates().server_context()
        context.set_alpn_protocols(["h2"])
        with contextlib.suppress(OSError):
            while True:
                plain, _ = self._listening.accept()
                self.connections += 1
                self._open.append(context.wrap_socket(plain, server_side=True))
                threading.Thread(target=self._converse, args=(self._open[-1],), daemon=True).start()

    def stop(self) -> None:
        """Close everything."""
        for sock in (self._listening, *self._open):
            with contextlib.suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
            sock.close()

    def _converse(self, sock: ssl.SSLSocket) -> None:
        config = h2.config.H2Configuration(
            client_side=False, header_encoding=None, validate_outbound_headers=False, normalize_outbound_headers=False
        )
        peer = Peer(config)
        peer.local_settings = h2.settings.Settings(
            client=False, initial_values={h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: self._window}
        )
        peer.initiate_connection()
        with contextlib.suppress(OSError, h2.exceptions.ProtocolError):
            sock.sendall(peer.data_to_send())
            while data := sock.recv(65_536):
                for event in peer.receive_data(data):
                    self.react(self, peer, event)
                sock.sendall(peer.data_to_send())


def answering(
    *pieces: bytes, status: bytes = b"200", headers: tuple[tuple[bytes, bytes], ...] = (), then: Any = None
) -> Reaction:
    """Answers a request that is complete; each piece goes out as data of its own."""

    def react(server: Server, peer: Peer, event: Any) -> None:
        if isinstance(event, h2.events.StreamEnded):
            peer.send_headers(event.stream_id, [(b":status", status), *headers])
            for piece in pieces:
                peer.send_data(event.stream_id, piece)
                server.flush(peer)
                time.sleep(0.02)
            peer.end_stream(event.stream_id)
            server.flush(peer)
            if then is not None:
                then(peer)

    return react


def nothing(server: Server, peer: Peer, event: Any) -> None:
    """Says nothing to a request."""


def refusing_upload(server: Server, peer: Peer, event: Any) -> None:
    """Answers from the head on, and wants no more."""
    if isinstance(event, h2.events.RequestReceived):
        peer.send_headers(event.stream_id, [(b":status", b"413")])
        peer.send_data(event.stream_id, b"too large", end_stream=True)
        server.flush(peer)
        peer.reset_stream(event.stream_id, 0)


def cutting(server: Server, peer: Peer, event: Any) -> None:
    """Leaves in the middle of a body."""
    if isinstance(event, h2.events.StreamEnded):
        peer.send_headers(event.stream_id, [(b":status", b"200")])
        peer.send_data(event.stream_id, b"part")
        server.flush(peer)
        server.stop()


class TestHTTP2(Suite):
    """What no well-kept server does."""

    backend_class = NiquestsHTTPBackend

    @pytest.fixture
    def serve(self) -> Iterator[Callable[..., Server]]:
        """Starts servers."""
        servers: list[Server] = []

        def serve(react: Reaction, **options: Any) -> Server:
            servers.append(Server(react, **options))
            threading.Thread(target=servers[-1].run, daemon=True).start()
            return servers[-1]

        yield serve
        for server in servers:
            server.stop()

    @pytest.fixture
    def over_http2(self, new_subject: NewSubject) -> Subject:
        """With HTTP/2."""
        return new_subject(http2=True, verify=str(certificates().ca_path), timeout=Timeout(LONG, LONG, LONG))

    def test_an_empty_frame_is_no_end(self, over_http2: Subject, serve: Callable[..., Server]) -> None:
        """A server may send one at any time."""
        server = serve(answering(b"one", b"", b"", b"two"))
        answer = over_http2.send("GET", server.url)
        assert ("2", b"onetwo") == (answer.http_version, answer.content)

    def test_a_connection_is_used_again(self, over_http2: Subject, serve: Callable[..., Server]) -> None:
        """Also if something was said on it meanwhile that is about no request."""
        server = serve(answering(b"ok", then=lambda peer: peer.ping(b"12345678")))
        for _ in range(3):
            assert b"ok" == over_http2.send("GET", server.url).content
            time.sleep(0.05)
        assert 1 == server.connections

    def test_a_connection_that_was_called_off_is_replaced(
        self, over_http2: Subject, serve: Callable[..., Server]
    ) -> None:
        """Nothing is sent on it."""
        server = serve(answering(b"ok", then=lambda peer: peer.close_connection()))
        for _ in range(3):
            assert b"ok" == over_http2.send("GET", server.url).content
            time.sleep(0.05)
        assert 3 == server.connections

    @pytest.mark.parametrize("window", [0, 1000])
    def test_a_server_without_credit(self, window: int, over_http2: Subject, serve: Callable[..., Server]) -> None:
        """It is a server that takes no body."""
        server = serve(nothing, window=window)
        with pytest.raises(WriteTimeout):
            over_http2.send("POST", server.url, content=b"x" * 100_000, timeout=Timeout(LONG, LONG, SHORT))

    def test_a_silent_server(self, over_http2: Subject, serve: Callable[..., Server]) -> None:
        """The limit for reading holds once the request is sent."""
        with pytest.raises(ReadTimeout):
            over_http2.send("POST", serve(nothing).url, content=b"x" * 1000, timeout=Timeout(LONG, SHORT, LONG))

    @pytest.mark.parametrize("window", [1000, 65_535])
    def test_an_early_answer(self, window: int, over_http2: Subject, serve: Callable[..., Server]) -> None:
        """It is read, whether or not there is credit."""
        answer = over_http2.send("POST", serve(refusing_upload, window=window).url, content=b"x" * (8 << 20))
        assert (413, b"too large") == (answer.status_code, answer.content)

    @pytest.mark.parametrize(
        ("status", "headers"),
        [
            (b"abc", ()),
            (b"99", ()),
            (b"200", ((b"content-length", b"abc"),)),
            (b"200", ((b"content-length", b"9"),)),
            (b"200", ((b"x-\xe9", b"1"),)),
        ],
    )
    def test_a_head_that_is_none(
        self, status: bytes, headers: tuple[tuple[bytes, bytes], ...], over_http2: Subject, serve: Callable[..., Server]
    ) -> None:
        """The server breaks HTTP."""
        with pytest.raises(ProtocolError):
            over_http2.send("GET", serve(answering(b"ok", status=status, headers=headers)).url)

    def test_a_cut_body(self, over_http2: Subject, serve: Callable[..., Server]) -> None:
        """It isn't complete."""
        with pytest.raises(ReadError):
            over_http2.send("GET", serve(cutting).url)

    def test_a_stream_that_is_reset(self, over_http2: Subject, serve: Callable[..., Server]) -> None:
        """It has an error of ours."""

        def reset(server: Server, peer: Peer, event: Any) -> None:
            if isinstance(event, h2.events.StreamEnded):
                peer.reset_stream(event.stream_id, 2)

        with pytest.raises(TransportError):
            over_http2.send("GET", serve(reset).url)

    def test_pieces_of_any_size_are_sent(self, mode: Mode, over_http2: Subject, serve: Callable[..., Server]) -> None:
        """In frames that the server takes."""
        sizes: list[int] = []

        def counting(server: Server, peer: Peer, event: Any) -> None:
            if isinstance(event, h2.events.DataReceived):
                sizes.append(len(event.data))
                peer.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            answering(b"ok")(server, peer, event)

        server = serve(counting)
        pieces = (b"x" * size for size in (1, 100_000, 0, 1_000_000))
        assert b"ok" == over_http2.send("POST", server.url, content=pieces).content
        assert (1_100_001, True) == (sum(sizes), max(sizes) <= 16_384), mode
