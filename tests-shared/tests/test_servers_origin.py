"""An origin reads each request to its end, keeps its bytes, and answers as it was told."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator

import pytest

from clientele_conformance.servers import (
    Drain,
    HalfClose,
    Origin,
    PlainClient,
    ReadBody,
    RecordedRequest,
    Stall,
    echo,
    head,
    redirect,
    response,
)

OK = response(body=b"ok")


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as origin:
        origin.on("/", OK)
        yield origin


@pytest.fixture
def client(origin: Origin) -> Iterator[PlainClient]:
    with PlainClient(origin.address) as client:
        yield client


def test_a_request_is_kept_as_its_bytes_came(origin: Origin, client: PlainClient) -> None:
    """Name case, blanks, order and repetition are all still there."""
    raw = b"PUT /?q=%2f HTTP/1.1\r\nhOst: x\r\nA:1\r\na: \t2 \r\nContent-Length: 4\r\n\r\n\x00\r\n\xff"
    client.send(raw)
    assert client.read(len(OK)) == OK
    [request] = origin.requests
    assert request.raw == raw
    assert (request.method, request.target, request.path, request.query) == ("PUT", "/?q=%2f", "/", "q=%2f")
    assert request.headers == (("hOst", "x"), ("A", "1"), ("a", "2"), ("Content-Length", "4"))
    assert (request.header("HOST"), request.get_list("a"), request.header("b")) == ("x", ["1", "2"], None)
    assert (request.body, request.body_size, request.framing) == (b"\x00\r\n\xff", 4, "length")
    assert (request.version, request.complete, request.connection_id) == ("1.1", True, 1)


def test_a_request_without_a_body(origin: Origin, client: PlainClient) -> None:
    """It is complete with its head."""
    client.ask()
    client.receive()
    [request] = origin.requests
    assert (request.framing, request.complete, request.body) == ("none", True, b"")


def test_a_chunked_request(origin: Origin, client: PlainClient) -> None:
    """Extensions and trailers are in the raw bytes only."""
    body = b"3;x=y\r\nabc\r\n1\r\n\n\r\n0\r\nT: 1\r\n\r\n"
    client.ask(method="POST", headers=[("Transfer-Encoding", "chunked")], body=body)
    client.receive()
    [request] = origin.requests
    assert (request.framing, request.body, request.body_size) == ("chunked", b"abc\n", 4)
    assert (request.raw_body, request.complete) == (body, True)


def test_a_request_in_single_bytes(origin: Origin, client: PlainClient) -> None:
    """However the network splits it, it is one request."""
    client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n":
        client.send(bytes([byte]))
    assert client.receive() == OK
    assert [request.body for request in origin.requests] == [b"hi"]


def test_pipelined_requests_are_answered_in_order(origin: Origin, client: PlainClient) -> None:
    """What follows a request in the same segment isn't lost."""
    origin.on("/2", response(body=b"two"))
    client.send(b"POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\naGET /2 HTTP/1.1\r\n\r\n")
    expected = OK + response(body=b"two")
    assert client.read(len(expected)) == expected
    assert [request.path for request in origin.requests] == ["/", "/2"]
    assert {request.connection_id for request in origin.requests} == {1}


def test_a_client_that_has_closed_its_side_is_answered(origin: Origin, client: PlainClient) -> None:
    """A FIN after the request is the end of the connection, but not of the answer."""
    client.ask()
    client.socket.shutdown(socket.SHUT_WR)
    assert client.read_to_end() == OK


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.1\r\nConnection: foo, Close\r\n\r\n",
        b"GET / HTTP/1.1\r\nConnection: foo\r\nConnection: close\r\n\r\n",
    ],
)
def test_a_connection_ends_where_the_client_says_so(client: PlainClient, request_bytes: bytes) -> None:
    """By its version or by its word."""
    client.send(request_bytes)
    assert client.read_to_end() == OK


def test_http_1_0_may_keep_the_connection(origin: Origin, client: PlainClient) -> None:
    """If the client asks for that."""
    for _ in range(2):
        client.send(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        assert client.read(len(OK)) == OK
    assert origin.connections == 1


def test_successive_requests_get_successive_answers(origin: Origin, client: PlainClient) -> None:
    """The last answer stays."""
    origin.on("/flaky", response(503), response(200))
    statuses = []
    for _ in range(3):
        client.ask("/flaky")
        statuses.append(client.receive().split()[1])
    assert statuses == [b"503", b"200", b"200"]


def test_a_method_may_have_its_own_answer(origin: Origin, client: PlainClient) -> None:
    """It goes before the answer for any method."""
    origin.on("/", head(200, [("Content-Length", "2")]), method="HEAD")
    client.ask(method="HEAD")
    client.ask(method="GET")
    expected = head(200, [("Content-Length", "2")]) + OK
    assert client.read(len(expected)) == expected


def test_a_path_needs_an_answer(origin: Origin) -> None:
    """A registration without one is a mistake."""
    with pytest.raises(ValueError, match="no answer"):
        origin.on("/nothing")


def test_an_unknown_path_is_404(origin: Origin, client: PlainClient) -> None:
    """The connection stays usable, and the request is recorded all the same."""
    client.ask("/unknown")
    assert client.receive().startswith(b"HTTP/1.1 404 ")
    client.ask("/")
    assert client.receive() == OK
    assert [request.path for request in origin.requests] == ["/unknown", "/"]


def test_an_answer_may_be_made_from_the_request(origin: Origin, client: PlainClient) -> None:
    """A callable gets what was recorded."""

    def answer(request: RecordedRequest) -> bytes:
        return response(body=request.body.upper())

    origin.on("/upper", answer)
    client.ask("/upper", method="POST", headers=[("Content-Length", "2")], body=b"hi")
    assert client.receive() == response(body=b"HI")


def test_the_echo_tells_the_request_back(origin: Origin, client: PlainClient) -> None:
    """As JSON, whose text stands for bytes."""
    origin.on("/echo", echo)
    client.ask("/echo?a=1", method="POST", headers=[("Content-Length", "2")], body=b"\x00\xff")
    _, body = client.receive().split(b"\r\n\r\n", 1)
    assert json.loads(body) == {
        "method": "POST",
        "target": "/echo?a=1",
        "version": "1.1",
        "headers": [["Host", "test"], ["Content-Length", "2"]],
        "body": "\x00\xff",
    }


def test_the_echo_of_head_has_no_body(origin: Origin, client: PlainClient) -> None:
    """Only its length."""
    origin.on("/echo", echo)
    client.ask("/echo", method="HEAD", headers=[("Connection", "close")])
    assert client.read_to_end().endswith(b"\r\n\r\n")


def test_a_redirect_may_lead_to_a_second_origin(origin: Origin) -> None:
    """Two origins differ in their port, and each records what it gets."""
    with Origin() as second:
        second.on("/there", OK)
        origin.on("/here", redirect(second.url("/there")))
        with PlainClient(origin.address) as client:
            client.ask("/here")
            assert f"Location: http://127.0.0.1:{second.port}/there\r\n".encode() in client.receive()
        with PlainClient(second.address) as client:
            client.ask("/there")
            assert client.receive() == OK
        assert (len(origin.requests), len(second.requests)) == (1, 1)


def test_an_answer_may_come_before_the_body(origin: Origin, client: PlainClient) -> None:
    """The body is then read by the script, here after a 100."""
    origin.on("/upload", [head(100), ReadBody(), OK], read_body=False)
    client.ask("/upload", method="POST", headers=[("Content-Length", "2")])
    assert client.receive() == head(100)
    client.send(b"hi")
    assert client.receive() == OK
    client.ask("/")
    assert client.receive() == OK
    assert [request.body for request in origin.requests] == [b"hi", b""]


def test_a_body_may_be_counted_and_not_kept(origin: Origin, client: PlainClient) -> None:
    """For uploads that are too big to be remembered."""
    origin.on("/upload", [ReadBody(keep=False), OK], read_body=False)
    client.ask("/upload", method="POST", headers=[("Content-Length", "300000")], body=b"x" * 300_000)
    assert client.receive() == OK
    [request] = origin.requests
    assert (request.body_size, request.body, request.complete) == (300_000, b"", True)


def test_an_early_answer_to_an_upload_can_be_read(origin: Origin, client: PlainClient) -> None:
    """Draining keeps the unread upload from turning the close into a reset."""
    early = response(413, [("Connection", "close")])
    origin.on("/upload", [early, HalfClose(), Drain()], read_body=False)
    size = 8 << 20
    client.ask("/upload", method="POST", headers=[("Content-Length", str(size))], body=b"x" * size)
    assert client.read_to_end() == early
    [request] = origin.requests
    assert not request.complete


def test_an_unread_body_ends_the_connection(origin: Origin, client: PlainClient) -> None:
    """What is left of it is never taken for the next request."""
    origin.on("/upload", OK, read_body=False)
    client.ask("/upload", method="POST", headers=[("Content-Length", "100")])
    assert client.read_to_end() == OK


def test_a_server_that_never_reads_stops_the_sender(origin: Origin, client: PlainClient) -> None:
    """32 MiB are more than all buffers hold."""
    origin.on("/upload", Stall(), read_body=False)
    client.socket.settimeout(1.0)
    with pytest.raises(TimeoutError):
        client.ask("/upload", method="POST", headers=[("Content-Length", str(32 << 20))], body=b"x" * (32 << 20))


def test_a_request_that_breaks_off_is_recorded(origin: Origin, client: PlainClient) -> None:
    """With the part that came."""
    client.ask(method="POST", headers=[("Content-Length", "10")], body=b"abc")
    client.socket.shutdown(socket.SHUT_WR)
    assert client.read_to_end() == b""
    [request] = origin.wait_for_requests(1)
    assert (request.body, request.complete) == (b"abc", False)


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01",
        b"\r\nGET / HTTP/1.1\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / b HTTP/1.1\r\n\r\n",
        b"GET / HTTP/2\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\n folded: 1\r\n\r\n",
        b"GET / HTTP/1.1\r\nName : 1\r\n\r\n",
        b"GET / HTTP/1.1\r\n: 1\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 1x\r\n\r\n",
        b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc",
        b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 140_000,
    ],
)
def test_what_is_no_request_is_refused_and_kept(origin: Origin, client: PlainClient, garbage: bytes) -> None:
    """A client that breaks HTTP doesn't pass unnoticed."""
    client.send(garbage)
    assert client.receive().startswith(b"HTTP/1.1 400 ")
    assert len(origin.malformed) == 1


def test_waiting_for_requests(origin: Origin, client: PlainClient) -> None:
    """It ends with the request that was waited for, or in time."""
    timer = threading.Timer(0.1, client.ask)
    timer.start()
    assert len(origin.wait_for_requests(1)) == 1
    timer.join()
    with pytest.raises(TimeoutError, match="1 of 2"):
        origin.wait_for_requests(2, seconds=0.05)
    origin.forget()
    assert origin.requests == []


def test_open_connections_are_counted(origin: Origin) -> None:
    """Those that a client has closed aren't open any more, but were there."""
    with PlainClient(origin.address), PlainClient(origin.address):
        origin.wait_until_open(2)
        assert origin.open_connections == 2
    origin.wait_until_open(0)
    assert (origin.open_connections, origin.connections) == (0, 2)
    with pytest.raises(TimeoutError, match="0 connections are open"):
        origin.wait_until_open(1, seconds=0.05)


def test_an_origin_may_listen_on_ipv6() -> None:
    """Its URL has the brackets."""
    with Origin(host="::1") as origin:
        origin.on("/", OK)
        assert origin.url("/") == f"http://[::1]:{origin.port}/"
        with PlainClient(origin.address) as client:
            client.ask()
            assert client.receive() == OK


def test_a_url_may_use_another_name_of_the_host(origin: Origin) -> None:
    """For redirects to another host that is the same one."""
    assert origin.url("/a", host="localhost") == f"http://localhost:{origin.port}/a"
