"""Each fault is on the wire what its name says, as a plain socket sees it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from clientele_conformance.servers import (
    LAST_CHUNK,
    Answer,
    Close,
    Drip,
    HalfClose,
    Origin,
    Pause,
    PlainClient,
    Receive,
    Repeat,
    Reset,
    Signal,
    Stall,
    WaitFor,
    chunk,
    chunked,
    chunked_head,
    head,
    response,
)

OK = response(body=b"ok")


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as origin:
        yield origin


@pytest.fixture
def client(origin: Origin) -> Iterator[PlainClient]:
    with PlainClient(origin.address) as client:
        yield client


def asked(client: PlainClient, origin: Origin, answer: Answer) -> PlainClient:
    """The client, after its request for what is answered so."""
    origin.on("/", answer)
    client.ask()
    return client


def test_a_reset_is_an_rst(origin: Origin, client: PlainClient) -> None:
    """Not an orderly end."""
    asked(client, origin, Reset())
    with pytest.raises(ConnectionResetError):
        client.receive()


def test_a_reset_within_a_body(origin: Origin, client: PlainClient) -> None:
    """What was read before the reset is read; after it, nothing more comes."""
    started = threading.Event()
    part = head(200, [("Content-Length", "10")]) + b"half"
    asked(client, origin, [part, WaitFor(started), Reset()])
    assert client.read(len(part)) == part
    started.set()
    with pytest.raises(ConnectionResetError):
        client.receive()


def test_a_reset_within_the_head(origin: Origin, client: PlainClient) -> None:
    """The same before the blank line."""
    started = threading.Event()
    asked(client, origin, [b"HTTP/1.1 200 OK\r\nA", WaitFor(started), Reset()])
    assert client.receive() == b"HTTP/1.1 200 OK\r\nA"
    started.set()
    with pytest.raises(ConnectionResetError):
        client.receive()


def test_a_close_is_a_fin(origin: Origin, client: PlainClient) -> None:
    """Nothing is sent, and the end is orderly."""
    assert asked(client, origin, Close()).read_to_end() == b""


@pytest.mark.parametrize(
    "cut",
    [
        b"HTTP/1.1 2",
        b"HTTP/1.1 200 OK\r\nContent-Len",
        head(200, [("Content-Length", "10")]) + b"half",
        chunked_head() + chunk(b"whole") + b"a\r\nhalf",
        chunked_head() + chunk(b"whole") + b"a",
        chunked_head() + chunk(b"whole"),
        chunked_head() + chunk(b"whole") + b"0\r\n",
    ],
)
def test_a_cut_message_is_these_bytes_and_a_fin(origin: Origin, client: PlainClient, cut: bytes) -> None:
    """Half a chunk is half a chunk."""
    assert asked(client, origin, [cut, Close()]).read_to_end() == cut


def test_any_bytes_are_sent_as_they_are(origin: Origin, client: PlainClient) -> None:
    """No field is added, none is corrected."""
    nonsense = b"HTTP/9.9 abc\nX : \x00\r\xff\n\n" + bytes(range(256))
    assert asked(client, origin, [nonsense, Close()]).read_to_end() == nonsense


def test_a_drip_comes_in_pieces_over_time(origin: Origin, client: PlainClient) -> None:
    """One piece is on its way before the next one leaves."""
    asked(client, origin, Drip(b"abcdefg", size=2, delay=0.5))
    begin = time.monotonic()
    pieces = [client.receive() for _ in range(4)]
    assert pieces == [b"ab", b"cd", b"ef", b"g"]
    assert 0.5 < time.monotonic() - begin < 15


def test_a_pause_lies_between_two_pieces(origin: Origin, client: PlainClient) -> None:
    """The first one isn't held back for it."""
    asked(client, origin, [b"a", Pause(1.0), b"b"])
    assert client.receive() == b"a"
    begin = time.monotonic()
    assert client.receive() == b"b"
    assert 0.1 < time.monotonic() - begin < 15


def test_a_lone_cr_stands_at_the_edge_of_a_chunk(origin: Origin, client: PlainClient) -> None:
    """The LF, or something else, comes in the next chunk, and not before the test has seen the first."""
    seen = threading.Event()
    asked(client, origin, [chunked_head() + chunk(b"a\r"), WaitFor(seen), chunk(b"\nb\rc") + LAST_CHUNK])
    assert client.receive() == chunked_head() + b"2\r\na\r\r\n"
    seen.set()
    assert client.receive() == b"4\r\n\nb\rc\r\n0\r\n\r\n"


def test_a_stream_waits_for_the_client(origin: Origin, client: PlainClient) -> None:
    """No item is sent before the one before it has been seen."""
    seen = [threading.Event(), threading.Event()]
    asked(
        client, origin, [chunked_head(), chunk(b"1\n"), WaitFor(seen[0]), chunk(b"2\n"), WaitFor(seen[1]), LAST_CHUNK]
    )
    first = chunked_head() + chunk(b"1\n")
    assert client.read(len(first)) == first
    client.socket.settimeout(0.2)
    with pytest.raises(TimeoutError):
        client.receive()
    client.socket.settimeout(5.0)
    seen[0].set()
    assert client.receive() == chunk(b"2\n")
    seen[1].set()
    assert client.receive() == LAST_CHUNK


def test_an_interim_response_comes_before_the_final_one(origin: Origin, client: PlainClient) -> None:
    """Each in a segment of its own, or all in one."""
    seen = threading.Event()
    asked(client, origin, [head(103, [("Link", "</a>")]), WaitFor(seen), head(102) + OK])
    assert client.receive() == b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    seen.set()
    assert client.receive() == b"HTTP/1.1 102 Processing\r\n\r\n" + OK


def test_a_surplus_response_in_the_same_segment(origin: Origin, client: PlainClient) -> None:
    """One recv gets both."""
    assert asked(client, origin, OK + response(body=b"evil")).receive() == OK + response(body=b"evil")


def test_a_surplus_response_while_the_connection_is_idle(origin: Origin, client: PlainClient) -> None:
    """The test decides when, and is told that it is on the wire."""
    now, sent = threading.Event(), threading.Event()
    asked(client, origin, [OK, WaitFor(now), response(body=b"evil"), Signal(sent)])
    assert client.receive() == OK
    now.set()
    assert sent.wait(5)
    assert client.receive() == response(body=b"evil")


def test_an_idle_connection_is_closed(origin: Origin, client: PlainClient) -> None:
    """After the answer, when the test wants it."""
    now, closed = threading.Event(), threading.Event()
    asked(client, origin, [OK, WaitFor(now), Close(), Signal(closed)])
    assert client.receive() == OK
    now.set()
    assert closed.wait(5)
    assert client.receive() == b""


def test_a_used_connection_may_fail_at_its_second_request(origin: Origin, client: PlainClient) -> None:
    """The request is received and then reset."""
    origin.on("/", OK, Reset())
    client.ask()
    assert client.receive() == OK
    client.ask()
    with pytest.raises(ConnectionResetError):
        client.receive()
    assert [request.connection_id for request in origin.requests] == [1, 1]


def test_a_stall_is_silence(origin: Origin, client: PlainClient) -> None:
    """The connection stays open, and nothing comes."""
    asked(client, origin, [head(200, [("Content-Length", "10")]), Stall()])
    assert client.receive() == head(200, [("Content-Length", "10")])
    client.socket.settimeout(0.3)
    with pytest.raises(TimeoutError):
        client.receive()
    assert origin.open_connections == 1


def test_a_stall_ends_when_the_client_leaves(origin: Origin, client: PlainClient) -> None:
    """Also with bytes that nobody has read."""
    asked(client, origin, Stall())
    origin.wait_for_requests(1)
    client.send(b"unread")
    client.socket.close()
    origin.wait_until_open(0)
    assert origin.open_connections == 0


def test_waiting_for_a_signal_ends_when_the_client_leaves(origin: Origin, client: PlainClient) -> None:
    """A client that gives up is not the test's mistake."""
    asked(client, origin, [OK, WaitFor(threading.Event())])
    assert client.receive() == OK
    client.socket.close()
    origin.wait_until_open(0)


def test_half_a_close_still_reads(origin: Origin, client: PlainClient) -> None:
    """The client sees FIN, and what it sends afterwards is received."""
    origin.on("/", [OK, HalfClose(), Receive(), Signal(received := threading.Event()), Close()])
    client.ask()
    assert client.read_to_end() == OK
    assert not received.is_set()
    client.send(b"more")
    assert received.wait(5)


def test_a_long_body_needs_no_long_string(origin: Origin, client: PlainClient) -> None:
    """All the repetitions arrive."""
    asked(client, origin, [Repeat(b"x" * 1000, 2000), Close()])
    assert client.read_to_end() == b"x" * 2_000_000


def test_scripts_nest(origin: Origin, client: PlainClient) -> None:
    """A list of scripts is a script."""
    prologue: Answer = [chunked_head(), chunk(b"a")]
    expected = chunked_head() + chunked(b"a")
    assert asked(client, origin, [prologue, (LAST_CHUNK,)]).read(len(expected)) == expected


def test_a_greeting_comes_unasked() -> None:
    """It is sent before anything was read; requests are answered after it."""
    with Origin(greeting=b"220 hello\r\n") as origin, PlainClient(origin.address) as client:
        origin.on("/", OK)
        assert client.receive() == b"220 hello\r\n"
        client.ask()
        assert client.receive() == OK


def test_a_connection_may_be_reset_on_arrival() -> None:
    """Before any request."""
    with Origin(greeting=Reset()) as origin, pytest.raises(ConnectionResetError), PlainClient(origin.address) as client:
        client.receive()


def test_a_silent_server_says_nothing() -> None:
    """A greeting may be a stall."""
    with Origin(greeting=Stall()) as origin, PlainClient(origin.address, seconds=0.3) as client:
        client.ask()
        with pytest.raises(TimeoutError):
            client.receive()
        assert origin.requests == []


def test_unread_bytes_make_a_close_a_reset(origin: Origin, client: PlainClient) -> None:
    """That is the kernel's doing, and why there is a drain."""
    sent = threading.Event()
    origin.on("/", [WaitFor(sent), Close()], read_body=False)
    client.ask(headers=[("Content-Length", "100000")], body=b"x" * 100_000)
    sent.set()
    with pytest.raises(ConnectionResetError):
        client.receive()


def test_a_piece_is_not_held_back_for_the_next() -> None:
    """Small pieces leave at once: the sockets have TCP_NODELAY, or each would wait 40 ms for an acknowledgement."""
    with Origin() as origin, PlainClient(origin.address) as client:
        origin.on("/", [head(200, [("Content-Length", "2")]), b"o", b"k"])

        def seconds() -> float:
            begin = time.monotonic()
            client.ask()
            assert client.read(len(OK)).endswith(b"ok")
            return time.monotonic() - begin

        assert min(seconds() for _ in range(100)) < 0.035
