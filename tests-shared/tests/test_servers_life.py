"""A server that has ended has left no socket and no thread; and a test's own mistakes are not swallowed."""

from __future__ import annotations

import errno
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from clientele_conformance.servers import (
    STALLED_HANDSHAKE,
    Answer,
    Drain,
    Drip,
    HTTP2Origin,
    Origin,
    Pause,
    PlainClient,
    Proxy,
    RecordedRequest,
    Repeat,
    Reset,
    Stall,
    WaitFor,
    blackhole,
    certificates,
    connection,
    incoming,
    refusing,
    response,
)
from clientele_conformance.servers.connection import LINGER_ZERO

OK = response(body=b"ok")
OPEN = Path("/proc/self/fd")


@pytest.fixture(autouse=True, params=["as here", "as on Windows"])
def _system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What servers do where there is no poll, and where to shut a socket down wakes nobody."""
    if request.param == "as on Windows":
        monkeypatch.setattr(incoming, "READS_AHEAD", True)
        monkeypatch.setattr(connection, "_ONLY_A_CLOSE_WAKES", True)
        monkeypatch.setattr(socket.socket, "shutdown", shutdown_as_on_windows)


def shutdown_as_on_windows(sock: socket.socket, how: int) -> None:
    if sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        raise OSError(errno.ENOTCONN, "a listening socket isn't connected")
    socket.SocketType.shutdown(sock, how)


def descriptors() -> int:
    return len(list(OPEN.iterdir()))


def threads() -> set[threading.Thread]:
    return set(threading.enumerate())


def plain_requests() -> None:
    with Origin() as origin:
        origin.on("/", OK)
        for _ in range(5):
            with PlainClient(origin.address) as client:
                client.ask()
                client.receive()


def idle_connections() -> None:
    with ExitStack() as clients, Origin() as origin:
        for _ in range(5):
            clients.enter_context(PlainClient(origin.address))
        origin.wait_until_open(5)


def resets() -> None:
    with Origin() as origin:
        origin.on("/", Reset())
        for _ in range(5):
            with PlainClient(origin.address) as client:
                client.ask()
                with pytest.raises(ConnectionResetError):
                    client.receive()


def refused_certificates() -> None:
    with Origin(tls=certificates().server_context("expired")) as origin:
        for _ in range(5):
            with pytest.raises(ssl.SSLError):
                PlainClient(origin.address, tls=certificates().client_context())


def stalled_handshakes() -> None:
    with Origin(tls=certificates().server_context(), greeting=STALLED_HANDSHAKE) as origin, ExitStack() as clients:
        for _ in range(5):
            clients.enter_context(PlainClient(origin.address))


def clients_that_reset_tls() -> None:
    with Origin(tls=certificates().server_context()) as origin:
        for _ in range(20):
            with PlainClient(origin.address) as client:
                client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_ZERO)


def half_done_handshakes() -> None:
    with ExitStack() as clients, Origin(tls=certificates().server_context()) as origin:
        for _ in range(5):
            clients.enter_context(PlainClient(origin.address)).send(b"\x16\x03\x01\x02\x00\x01")
        origin.wait_until_open(5)


def tunnels() -> None:
    with Origin() as origin, ExitStack() as clients, Proxy() as proxy:
        for _ in range(5):
            client = clients.enter_context(PlainClient(proxy.address))
            client.ask(f"127.0.0.1:{origin.port}", method="CONNECT")
            client.receive()


def http2() -> None:
    with ExitStack() as clients, HTTP2Origin(certificates()) as server:
        for _ in range(3):
            clients.enter_context(PlainClient(server.address, tls=certificates().client_context()))


def addresses() -> None:
    with blackhole(), refusing():
        pass


@pytest.mark.skipif(not OPEN.exists(), reason="needs /proc")
@pytest.mark.parametrize(
    "use",
    [
        plain_requests,
        idle_connections,
        resets,
        refused_certificates,
        stalled_handshakes,
        clients_that_reset_tls,
        half_done_handshakes,
        tunnels,
        http2,
        addresses,
    ],
)
def test_nothing_is_left(use: Callable[[], None]) -> None:
    """No descriptor and no thread, whatever the connections were doing at the end."""
    use()  # What is made once per process is made now.
    open_before, running_before = descriptors(), threads()
    for _ in range(3):
        use()
    assert open_before == descriptors()
    assert set() == threads() - running_before  # One of another test may have ended meanwhile.


@pytest.mark.parametrize(
    "answer",
    [
        Stall(),
        Pause(60),
        WaitFor(threading.Event(), seconds=60),
        Drip(b"x" * 1000, delay=1.0),
        Drain(seconds=60),
        Repeat(b"x" * (1 << 20), times=1000),
    ],
    ids=lambda answer: type(answer).__name__,
)
def test_stopping_does_not_wait_for_a_script(answer: Answer) -> None:
    """Its thread is woken up, whatever it waits for."""
    with Origin() as origin, PlainClient(origin.address) as client:
        origin.on("/", answer)
        client.ask()
        origin.wait_for_requests(1)
        begin = time.monotonic()
        origin.stop()
        assert time.monotonic() - begin < 15
        assert origin.open_connections == 0


def test_stopping_twice_is_stopping() -> None:
    """Also within the block."""
    with Origin() as origin, PlainClient(origin.address) as client:
        origin.on("/", OK)
        client.ask()
        origin.wait_for_requests(1)
        origin.stop()
        origin.stop()
        assert origin.open_connections == 0


def test_nobody_gets_through_to_a_stopped_server() -> None:
    """Its port is free again."""
    with Origin() as origin:
        pass
    with pytest.raises(ConnectionRefusedError):
        PlainClient(origin.address)


def ask_for(answer: Answer | Callable[[RecordedRequest], Answer]) -> None:
    with Origin() as origin, PlainClient(origin.address) as client:
        origin.on("/", answer)
        client.ask()
        with pytest.raises(ConnectionResetError):
            client.read_to_end()
        origin.wait_until_open(0)


def test_a_handlers_mistake_is_raised_at_the_end() -> None:
    """The client gets a reset, the test gets the error."""

    def broken(request: RecordedRequest) -> Answer:
        raise KeyError(request.path)

    with pytest.raises(ExceptionGroup) as raised:
        ask_for(broken)
    assert raised.group_contains(KeyError, match="/")


def test_a_signal_that_never_comes_is_raised_at_the_end() -> None:
    """A wait is bounded, and its end is no success."""
    with pytest.raises(ExceptionGroup) as raised:
        ask_for(WaitFor(threading.Event(), seconds=0.1))
    assert raised.group_contains(RuntimeError, match="no signal")


def test_sending_after_a_close_is_raised_at_the_end() -> None:
    """Such a script doesn't say what it means."""
    with pytest.raises(ExceptionGroup) as raised:
        ask_for([Reset(), b"more"])
    assert raised.group_contains(RuntimeError, match="after it has closed")


def test_an_error_of_the_test_itself_goes_first() -> None:
    """What the server has to say doesn't hide it."""

    def fail() -> None:
        with Origin() as origin, PlainClient(origin.address) as client:
            origin.on("/", WaitFor(threading.Event(), seconds=0.05))
            client.ask()
            origin.wait_until_open(0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()


def test_many_clients_at_once() -> None:
    """Each answer belongs to its request, and nothing is lost from the record."""

    def answer(request: RecordedRequest) -> bytes:
        return response(body=request.query.encode())

    def work(number: int, address: tuple[str, int], wrong: list[bytes]) -> None:
        with PlainClient(address) as client:
            for turn in range(50):
                expected = response(body=f"{number}-{turn}".encode())
                client.ask(f"/?{number}-{turn}")
                got = client.read(len(expected))
                if got != expected:
                    wrong.append(got)

    wrong: list[bytes] = []
    with Origin() as origin:
        origin.on("/", answer)
        workers = [threading.Thread(target=work, args=(number, origin.address, wrong)) for number in range(20)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(20)
        assert wrong == []
        assert (len(origin.requests), origin.connections) == (1000, 20)


def test_a_request_costs_little() -> None:
    """Thousands of requests are a matter of seconds; the bound is generous."""
    with Origin() as origin, PlainClient(origin.address) as client:
        origin.on("/", OK)
        begin = time.monotonic()
        for _ in range(2000):
            client.ask()
            client.receive()
        assert time.monotonic() - begin < 15
