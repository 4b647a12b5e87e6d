"""The certificates are good, or wrong in exactly one way; and a handshake can stall or be cut."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from clientele_conformance.servers import (
    CUT_HANDSHAKE,
    STALLED_HANDSHAKE,
    Certificates,
    Close,
    HalfClose,
    Identity,
    Origin,
    PlainClient,
    Reset,
    WaitFor,
    certificates,
    head,
    response,
)

OK = response(body=b"ok")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def trusting(made: Certificates) -> ssl.SSLContext:
    context = made.client_context()
    # Some systems' Pythons take a connection that was cut for one that was closed.
    context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
    return context


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "example.test", "api.example.test"])
def test_the_good_certificate_is_good(made: Certificates, trusting: ssl.SSLContext, host: str) -> None:
    """For every name of this host, and for names that a proxy resolves."""
    with (
        Origin(tls=made.server_context()) as origin,
        PlainClient(origin.address, tls=trusting, host=host) as client,
    ):
        origin.on("/", OK)
        client.ask()
        assert client.receive() == OK
        assert origin.url("/") == f"https://127.0.0.1:{origin.port}/"
        assert origin.handshake_errors == []


@pytest.mark.parametrize(
    ("identity", "reason"),
    [
        ("wrong-host", "IP address mismatch"),
        ("expired", "certificate has expired"),
        ("unknown-ca", "unable to get local issuer certificate"),
    ],
)
def test_a_bad_certificate_is_bad_in_its_own_way(
    made: Certificates, trusting: ssl.SSLContext, identity: Identity, reason: str
) -> None:
    """The client refuses it, and the server gets to know."""
    with Origin(tls=made.server_context(identity)) as origin:
        with pytest.raises(ssl.SSLCertVerificationError, match=reason):
            PlainClient(origin.address, tls=trusting)
        origin.wait_until_open(0)
        assert origin.requests == []


def test_the_wrong_host_is_right_elsewhere(made: Certificates, trusting: ssl.SSLContext) -> None:
    """Nothing else is wrong with that certificate."""
    with (
        Origin(tls=made.server_context("wrong-host")) as origin,
        PlainClient(origin.address, tls=trusting, host="wrong-host.invalid") as client,
    ):
        assert client.socket.fileno() > 0


def test_the_unknown_ca_is_known_to_those_who_know_it(made: Certificates) -> None:
    """Nothing else is wrong with that certificate either."""
    knowing = ssl.create_default_context(cafile=str(made.other_ca_path))
    with (
        Origin(tls=made.server_context("unknown-ca")) as origin,
        PlainClient(origin.address, tls=knowing) as client,
    ):
        assert client.socket.fileno() > 0


def test_the_systems_authorities_do_not_trust_ours(made: Certificates) -> None:
    """A test that forgets its CA fails."""
    with (
        Origin(tls=made.server_context()) as origin,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        PlainClient(origin.address, tls=ssl.create_default_context())


def test_the_origin_speaks_http_1_1_only(made: Certificates, trusting: ssl.SSLContext) -> None:
    """A client that would rather have HTTP/2 is told so by ALPN."""
    trusting.set_alpn_protocols(["h2", "http/1.1"])
    with (
        Origin(tls=made.server_context()) as origin,
        PlainClient(origin.address, tls=trusting) as client,
    ):
        assert isinstance(client.socket, ssl.SSLSocket)
        assert client.socket.selected_alpn_protocol() == "http/1.1"


def present(context: ssl.SSLContext, path: Path | None) -> None:
    if path is not None:
        context.load_cert_chain(path)


@pytest.mark.parametrize(
    ("choose", "accepted"),
    [
        (lambda made: made.client_path, True),
        (lambda made: made.other_client_path, False),
        (lambda _made: None, False),
    ],
    ids=["ours", "unknown", "none"],
)
def test_a_server_may_insist_on_a_clients_certificate(
    made: Certificates, trusting: ssl.SSLContext, choose: Callable[[Certificates], Path | None], *, accepted: bool
) -> None:
    """In TLS 1.3 the client learns of a refusal only when it reads."""
    present(trusting, choose(made))
    with (
        Origin(tls=made.server_context(client_certificate=True)) as origin,
        PlainClient(origin.address, tls=trusting) as client,
    ):
        origin.on("/", OK)
        if accepted:
            client.ask()
            assert client.receive() == OK
        else:
            with pytest.raises((ssl.SSLError, ConnectionError)):
                client.receive()
            origin.wait_until_open(0)
            assert len(origin.handshake_errors) == 1


def test_a_handshake_may_stall(made: Certificates, trusting: ssl.SSLContext) -> None:
    """TCP connects, and the ClientHello is never answered."""
    with Origin(tls=made.server_context(), greeting=STALLED_HANDSHAKE) as origin:
        with pytest.raises(TimeoutError):
            PlainClient(origin.address, tls=trusting, seconds=1.5)
        assert origin.connections == 1
        origin.wait_until_open(0)


def test_a_handshake_may_be_cut(made: Certificates, trusting: ssl.SSLContext) -> None:
    """The connection ends, in order, where the ServerHello should be."""
    with (
        Origin(tls=made.server_context(), greeting=CUT_HANDSHAKE) as origin,
        pytest.raises(ssl.SSLError, match=r"(?i)eof"),
    ):
        PlainClient(origin.address, tls=trusting)


def test_a_handshake_may_be_reset(made: Certificates, trusting: ssl.SSLContext) -> None:
    """Or ends with RST."""
    with (
        Origin(tls=made.server_context(), greeting=Reset()) as origin,
        pytest.raises(ConnectionResetError),
    ):
        PlainClient(origin.address, tls=trusting)


def test_a_plain_client_on_a_tls_port(made: Certificates) -> None:
    """Its request is no ClientHello: the connection ends without an answer."""
    with Origin(tls=made.server_context()) as origin, PlainClient(origin.address) as client:
        client.ask()
        with contextlib.suppress(ConnectionResetError):
            assert not client.read_to_end().startswith(b"HTTP")
        origin.wait_until_open(0)
        assert len(origin.handshake_errors) == 1


def test_a_tls_client_on_a_plain_port(trusting: ssl.SSLContext) -> None:
    """A ClientHello is no request."""
    with Origin() as origin:
        with pytest.raises(ssl.SSLError):
            PlainClient(origin.address, tls=trusting)
        origin.wait_until_open(0)
        assert len(origin.malformed) == 1


@pytest.mark.parametrize("end", [Close(), HalfClose()])
def test_a_close_says_goodbye(made: Certificates, trusting: ssl.SSLContext, end: Close | HalfClose) -> None:
    """close_notify comes before FIN: the body is whole."""
    with Origin(tls=made.server_context()) as origin:
        origin.on("/", [head(200), b"all", end])
        with PlainClient(origin.address, tls=trusting) as client:
            client.ask()
            assert client.read_to_end() == head(200) + b"all"


def test_a_close_may_be_a_cut(made: Certificates, trusting: ssl.SSLContext) -> None:
    """Without close_notify nobody knows whether that was all."""
    with Origin(tls=made.server_context()) as origin:
        origin.on("/", [head(200), b"part", Close(notify=False)])
        with PlainClient(origin.address, tls=trusting) as client:
            client.ask()
            assert client.read(len(head(200)) + 4) == head(200) + b"part"
            with pytest.raises(ssl.SSLError, match=r"(?i)eof"):
                client.receive()


def test_a_reset_over_tls(made: Certificates, trusting: ssl.SSLContext) -> None:
    """It is an RST there, too."""
    started = threading.Event()
    with Origin(tls=made.server_context()) as origin:
        origin.on("/", [b"HTTP/1.1", WaitFor(started), Reset()])
        with PlainClient(origin.address, tls=trusting) as client:
            client.ask()
            assert client.receive() == b"HTTP/1.1"
            started.set()
            with pytest.raises(ConnectionResetError):
                socket.socket.recv(client.socket, 1)  # Below TLS, where Python makes a reset and an end the same.


def test_the_certificates_of_the_process_are_made_once() -> None:
    """And their CA is a file."""
    assert certificates() is certificates()
    assert certificates().ca_path.read_bytes().startswith(b"-----BEGIN CERTIFICATE-----")


def test_a_client_may_say_goodbye(made: Certificates, trusting: ssl.SSLContext) -> None:
    """The server says it, too, and closes."""
    with Origin(tls=made.server_context()) as origin, PlainClient(origin.address, tls=trusting) as client:
        origin.on("/", OK)
        client.ask()
        assert client.receive() == OK
        assert isinstance(client.socket, ssl.SSLSocket)
        client.socket.unwrap()
        origin.wait_until_open(0)
