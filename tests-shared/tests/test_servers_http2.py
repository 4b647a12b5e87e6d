"""The HTTP/2 origin speaks real HTTP/2: its answers are read frame by frame with the h2 state machine."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import h2.connection
import h2.events
import pytest

from clientele_conformance.servers import HTTP2Origin, Pause, PlainClient, WaitFor, certificates


def context(*protocols: str) -> ssl.SSLContext:
    context = certificates().client_context()
    context.set_alpn_protocols(list(protocols))
    return context


@dataclass
class Received:
    headers: dict[str, str] = field(default_factory=dict)
    pieces: list[bytes] = field(default_factory=list)
    ended: bool = False

    @property
    def body(self) -> bytes:
        return b"".join(self.pieces)


class Client:
    """One HTTP/2 connection, driven by hand."""

    def __init__(self, plain: PlainClient) -> None:
        self._plain = plain
        self._h2 = h2.connection.H2Connection()
        self._streams: dict[int, Received] = {}
        self._h2.initiate_connection()
        self._flush()

    def ask(
        self, path: str, *, method: str = "GET", headers: tuple[tuple[str, str], ...] = (), body: bytes = b""
    ) -> int:
        stream = self._h2.get_next_available_stream_id()
        pseudo = [(":method", method), (":path", path), (":scheme", "https"), (":authority", "test")]
        self._h2.send_headers(stream, [*pseudo, *headers], end_stream=not body)
        if body:
            self._h2.send_data(stream, body, end_stream=True)
        self._streams[stream] = Received()
        self._flush()
        return stream

    def read(self, stream: int, pieces: int | None = None) -> Received:
        """What came on this stream, up to its end or up to so many pieces."""
        received = self._streams[stream]
        while not received.ended and (pieces is None or len(received.pieces) < pieces):
            data = self._plain.receive()
            assert data, "the connection ended"
            for event in self._h2.receive_data(data):
                self._handle(event)
            self._flush()
        return received

    def _handle(self, event: h2.events.Event) -> None:
        if isinstance(event, h2.events.ResponseReceived):
            self._streams[event.stream_id].headers = {k.decode(): v.decode() for k, v in event.headers}
        elif isinstance(event, h2.events.DataReceived):
            self._streams[event.stream_id].pieces.append(event.data)
            self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            self._streams[event.stream_id].ended = True

    def _flush(self) -> None:
        self._plain.send(self._h2.data_to_send())


@pytest.fixture
def server() -> Iterator[HTTP2Origin]:
    with HTTP2Origin(certificates()) as server:
        yield server


@pytest.fixture
def client(server: HTTP2Origin) -> Iterator[Client]:
    with PlainClient(server.address, tls=context("h2")) as plain:
        yield Client(plain)


@pytest.mark.parametrize(("offered", "chosen"), [(("h2", "http/1.1"), "h2"), (("http/1.1",), "http/1.1")])
def test_the_protocol_is_agreed_on_by_alpn(server: HTTP2Origin, offered: tuple[str, ...], chosen: str) -> None:
    """HTTP/2 for those who offer it."""
    with PlainClient(server.address, tls=context(*offered)) as client:
        assert isinstance(client.socket, ssl.SSLSocket)
        assert client.socket.selected_alpn_protocol() == chosen


def test_a_request_is_told_back(server: HTTP2Origin, client: Client) -> None:
    """In the same form as the HTTP/1.1 origin's echo."""
    received = client.read(client.ask("/e%2Fcho?a=1", method="PUT", headers=(("x-a", "1"),), body=b"\x00\xff"))
    assert received.headers[":status"] == "200"
    echoed = json.loads(received.body)
    assert ["x-a", "1"] in echoed.pop("headers")
    assert echoed == {"method": "PUT", "target": "/e%2Fcho?a=1", "version": "2", "body": "\x00\xff"}
    [request] = server.requests
    assert (request.method, request.target, request.version) == ("PUT", "/e%2Fcho?a=1", "2")
    assert (request.body, request.complete, request.header("X-A")) == (b"\x00\xff", True, "1")


def test_http_1_1_is_told_back_too(server: HTTP2Origin) -> None:
    """On the same port."""
    with PlainClient(server.address, tls=context("http/1.1")) as client:
        client.ask("/x", headers=[("Connection", "close")])
        head, body = client.read_to_end().split(b"\r\n\r\n", 1)
    assert head.startswith(b"HTTP/1.1 200")
    assert json.loads(body)["version"] == "1.1"


def test_items_wait_for_the_client(server: HTTP2Origin, client: Client) -> None:
    """No item is sent before the one before it has been seen."""
    seen = threading.Event()
    server.on("/items", b"1\n", WaitFor(seen), b"2\n", headers=[("Content-Type", "application/x-ndjson")])
    stream = client.ask("/items")
    assert client.read(stream, pieces=1).pieces == [b"1\n"]
    assert not client.read(stream, pieces=1).ended
    seen.set()
    received = client.read(stream)
    assert received.body == b"1\n2\n"
    assert received.headers["content-type"] == "application/x-ndjson"


def test_streams_share_a_connection(server: HTTP2Origin, client: Client) -> None:
    """One that waits doesn't hold up another."""
    seen = threading.Event()
    server.on("/items", b"1", WaitFor(seen), b"2")
    waiting = client.ask("/items")
    assert client.read(client.ask("/echo")).ended
    seen.set()
    assert client.read(waiting).body == b"12"
    assert len({request.connection_id for request in server.wait_for_requests(2)}) == 1


def test_a_status_and_a_pause(server: HTTP2Origin, client: Client) -> None:
    """The rest of a response is as free as its items."""
    server.on("/teapot", Pause(0.05), b"short", status=418)
    received = client.read(client.ask("/teapot"))
    assert (received.headers[":status"], received.body) == ("418", b"short")


def test_a_big_body_is_sent_within_flow_control(server: HTTP2Origin, client: Client) -> None:
    """As the client gives way."""
    server.on("/big", b"x" * 1_000_000)
    assert client.read(client.ask("/big")).body == b"x" * 1_000_000


@pytest.mark.parametrize("size", [1, 32 << 10])
def test_header_sections_of_some_size(server: HTTP2Origin, client: Client, size: int) -> None:
    """32 KiB go through, both ways."""
    server.on("/", headers=[("X-Big", "b" * size)])
    received = client.read(client.ask("/", headers=(("x-big", "a" * size),)))
    assert len(received.headers["x-big"]) == size
    assert len(server.requests[0].header("x-big") or "") == size


def test_a_bad_certificate_is_refused_here_too() -> None:
    """The identities are those of the HTTP/1.1 origin."""
    with (
        HTTP2Origin(certificates(), "expired") as server,
        pytest.raises(ssl.SSLCertVerificationError, match="expired"),
    ):
        PlainClient(server.address, tls=context("h2"))


def test_a_signal_that_never_comes_is_raised_at_the_end() -> None:
    """As on the HTTP/1.1 origin."""

    def ask_for_items() -> None:
        with HTTP2Origin(certificates()) as server, PlainClient(server.address, tls=context("http/1.1")) as client:
            server.on("/items", b"1", WaitFor(threading.Event(), seconds=0.1))
            client.ask("/items")
            client.read_to_end()

    with pytest.raises(ExceptionGroup) as raised:
        ask_for_items()
    assert raised.group_contains(RuntimeError, match="no signal")


def test_stopping_does_not_wait_for_a_stream(server: HTTP2Origin, client: Client) -> None:
    """It is ended."""
    server.on("/items", b"1", WaitFor(threading.Event(), seconds=60))
    client.read(client.ask("/items"), pieces=1)
    begin = time.monotonic()
    server.stop()
    server.stop()
    assert time.monotonic() - begin < 30


def test_a_client_may_leave_a_stream() -> None:
    """That isn't a mistake of the test, though nobody sets the event any more."""
    never = threading.Event()
    with HTTP2Origin(certificates()) as server:
        server.on("/items", b"1", WaitFor(never, seconds=1.0))
        with PlainClient(server.address, tls=context("h2")) as plain:
            client = Client(plain)
            client.read(client.ask("/items"), pieces=1)
        assert not never.wait(1.5)
