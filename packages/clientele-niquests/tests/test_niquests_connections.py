"""Connections: what becomes of them in the end, and where they lead."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from clientele.http import Timeout
from clientele.http.errors import DeadlineExceeded, ProtocolError, TLSError
from clientele_conformance.servers import (
    Certificates,
    Close,
    Origin,
    Proxy,
    Stall,
    chunk,
    chunked_head,
    head,
    response,
)
from clientele_conformance.subject import Subject
from clientele_conformance.suite.base import NewSubject, Suite
from clientele_niquests import NiquestsHTTPBackend

OK = response(body=b"ok")


class Relay:
    """Passes on bytes to `address`; over TLS, in front of a proxy, it makes it one that is spoken to over TLS."""

    def __init__(self, address: tuple[str, int], certificates: Certificates) -> None:
        self._address = address
        self._context = certificates.server_context()
        self._context.set_alpn_protocols(["h2", "http/1.1"])
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._listening.getsockname()[1]
        return port

    def run(self) -> None:
        """Serve until it is stopped."""
        with contextlib.suppress(OSError):
            while True:
                plain, _ = self._listening.accept()
                here = self._context.wrap_socket(plain, server_side=True)
                there = socket.create_connection(self._address)
                self._open += [here, there]
                for source, sink in ((here, there), (there, here)):
                    threading.Thread(target=_pass_on, args=(source, sink), daemon=True).start()

    def stop(self) -> None:
        """Close everything."""
        for sock in (self._listening, *self._open):
            with contextlib.suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
            sock.close()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


class TestConnections(Suite):
    """In both modes."""

    backend_class = NiquestsHTTPBackend

    @pytest.fixture
    def tls_proxy(self, origin: Origin, certificates: Certificates) -> Iterator[str]:
        """The URL of a proxy that is spoken to over TLS, behind which every host is `origin`."""
        yield from self._proxy_to(origin, certificates)

    @pytest.fixture
    def tls_tunnel(self, tls_origin: Origin, certificates: Certificates) -> Iterator[str]:
        """The URL of a proxy that is spoken to over TLS, behind which every host is `tls_origin`."""
        yield from self._proxy_to(tls_origin, certificates)

    def _proxy_to(self, origin: Origin, certificates: Certificates) -> Iterator[str]:
        with Proxy(upstream=origin.address, credentials=("user", "pass")) as proxy:
            relay = Relay((proxy.host, proxy.port), certificates)
            threading.Thread(target=relay.run, daemon=True).start()
            yield f"https://user:pass@127.0.0.1:{relay.port}"
            relay.stop()

    def test_a_proxy_over_tls(
        self, new_subject: NewSubject, origin: Origin, tls_proxy: str, certificates: Certificates
    ) -> None:
        """It is spoken to in HTTP/1.1, whatever it could do."""
        origin.on("/", OK)
        subject = new_subject(proxy=tls_proxy, verify=str(certificates.ca_path), http2=True)
        assert b"ok" == subject.send("GET", "http://example.test/").content
        assert [("/", "example.test")] == [(request.target, request.header("host")) for request in origin.requests]

    def test_a_tunnel_through_a_proxy_over_tls(
        self, new_subject: NewSubject, tls_origin: Origin, tls_tunnel: str, certificates: Certificates
    ) -> None:
        """TLS within TLS."""
        tls_origin.on("/", OK)
        tls_origin.on("/big", response(body=b"x" * 1_000_000))
        subject = new_subject(proxy=tls_tunnel, verify=str(certificates.ca_path))
        for _ in range(2):
            assert b"ok" == subject.send("POST", "https://example.test/", content=b"x" * 300_000).content
        assert 1_000_000 == len(subject.send("GET", "https://example.test/big").content)
        assert (3, 1) == (len(tls_origin.requests), tls_origin.connections)

    def test_a_deadline_cuts_a_tunnel(
        self, new_subject: NewSubject, tls_origin: Origin, tls_tunnel: str, certificates: Certificates
    ) -> None:
        """Beneath both kinds of TLS."""
        tls_origin.on("/", [chunked_head(), chunk(b"one"), Stall()])
        subject = new_subject(proxy=tls_tunnel, verify=str(certificates.ca_path))
        with pytest.raises(DeadlineExceeded):
            subject.send("GET", "https://example.test/", timeout=Timeout(20, 20, total=0.5))

    def test_a_proxy_over_tls_that_is_not_trusted(self, new_subject: NewSubject, tls_proxy: str) -> None:
        """It gets nothing."""
        with pytest.raises(TLSError) as caught:
            new_subject(proxy=tls_proxy).send("GET", "http://example.test/")
        assert not caught.value.request_sent

    def test_an_end_that_may_be_anybodys(
        self, new_subject: NewSubject, tls_origin: Origin, certificates: Certificates
    ) -> None:
        """A body that ends with its connection is complete, also if TLS was not closed: some Pythons hide that."""
        until_the_end = head(200, [("Connection", "close")]) + b"until the end"
        tls_origin.on("/ended", [until_the_end, Close()])
        tls_origin.on("/cut", [until_the_end, Close(notify=False)])
        subject = new_subject(verify=str(certificates.ca_path))
        for path in ("/ended", "/cut"):
            assert b"until the end" == subject.send("GET", tls_origin.url(path)).content

    def test_interim_responses_without_end(self, subject: Subject, origin: Origin) -> None:
        """They are not HTTP, and can't fill the memory."""
        origin.on("/", head(103) * 5000)
        with pytest.raises(ProtocolError):
            subject.send("GET", origin.url("/"))

    def test_no_other_service_is_tried(self, new_subject: NewSubject, origin: Origin, other_origin: Origin) -> None:
        """Alt-Svc is an offer, of other ports and other protocols."""
        offer = ", ".join(f'{protocol}=":{other_origin.port}"' for protocol in ("h2c", "h2", "h3"))
        origin.on("/", response(200, [("Alt-Svc", offer)], b"ok"))
        subject = new_subject(http2=True)
        for _ in range(3):
            assert "1.1" == subject.send("GET", origin.url("/")).http_version
        assert (1, 0) == (origin.connections, other_origin.connections)

    def test_idle_connections_make_room(self, new_subject: NewSubject, origin: Origin, other_origin: Origin) -> None:
        """No more than `max_connections` are open, to whatever origin; the one that was used last is kept."""
        for server in (origin, other_origin):
            server.on("/", OK)
        subject = new_subject(max_connections=1)
        for server in (origin, other_origin, other_origin, origin):
            subject.send("GET", server.url("/"))
        other_origin.wait_until_open(0)
        origin.wait_until_open(1)
        assert (2, 1) == (origin.connections, other_origin.connections)

    def test_a_chunk_of_any_size_is_kept_back_by_nothing(self, subject: Subject, origin: Origin) -> None:
        """A body in many small chunks is the same body."""
        origin.on("/", [chunked_head(), b"".join(chunk(b"x") for _ in range(5000)), b"0\r\n\r\n"])
        assert b"x" * 5000 == subject.send("GET", origin.url("/")).content
