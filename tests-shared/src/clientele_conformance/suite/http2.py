"""HTTP/2, frame by frame, for the backends that have it: the rules of every exchange hold there, too."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import h2.events
import pytest

from clientele.http import Timeout
from clientele.http.errors import ProtocolError, ReadError, ReadTimeout, TransportError, WriteTimeout
from clientele_conformance.rules import rule
from clientele_conformance.servers import Certificates
from clientele_conformance.servers.frames import FrameConnection, FrameOrigin, Reaction, answering, nothing
from clientele_conformance.subject import Subject
from clientele_conformance.suite.base import AMPLE, Suite

SHORT = 0.3
A_MOMENT = 0.05

Serve = Callable[..., FrameOrigin]


def call_off_at_last(connection: FrameConnection) -> None:
    """Each frame is a record of TLS by itself."""
    connection.state.ping(b"12345678")
    connection.flush()
    connection.state.close_connection()


class FrameRules(Suite):
    """What no well-kept server does, and what one does now and then."""

    @pytest.fixture
    def serve(self, certificates: Certificates) -> Iterator[Serve]:
        """Starts a server that does what it is told about each event."""
        started: list[FrameOrigin] = []

        def start(react: Reaction, *, window: int = 65_535) -> FrameOrigin:
            started.append(FrameOrigin(certificates, react, window=window).__enter__())
            return started[-1]

        yield start
        for server in started:
            server.__exit__(None, None, None)

    @rule("RSP-2")
    def test_an_empty_frame_is_no_end(self, over_http2: Subject, serve: Serve) -> None:
        """A server may send one at any time."""
        answer = over_http2.send("GET", serve(answering(b"one", b"", b"", b"two")).url())
        assert ("2", b"onetwo") == (answer.http_version, answer.content)

    @rule("RSP-8")
    def test_an_early_hint_is_no_answer(self, over_http2: Subject, serve: Serve) -> None:
        """Nor is any other interim response."""

        def hinting(connection: FrameConnection, event: h2.events.Event) -> None:
            if isinstance(event, h2.events.RequestReceived):
                connection.state.send_headers(event.stream_id, [(b":status", b"103"), (b"link", b"</a>")])
            answering(b"ok")(connection, event)

        answer = over_http2.send("GET", serve(hinting).url())
        assert (200, b"ok", False) == (answer.status_code, answer.content, "link" in answer.headers)

    @rule("RSP-2")
    def test_what_follows_a_body_is_not_of_it(self, over_http2: Subject, serve: Serve) -> None:
        """Trailers end a response."""

        def trailing(connection: FrameConnection, event: h2.events.Event) -> None:
            if isinstance(event, h2.events.StreamEnded):
                connection.state.send_headers(event.stream_id, [(b":status", b"200")])
                connection.state.send_data(event.stream_id, b"ok")
                connection.state.send_headers(event.stream_id, [(b"x-sum", b"1")], end_stream=True)

        server = serve(trailing)
        assert [b"ok", b"ok"] == [over_http2.send("GET", server.url()).content for _ in range(2)]
        assert 1 == server.connections

    @rule("RSP-7")
    def test_a_connection_is_used_again(self, over_http2: Subject, serve: Serve) -> None:
        """Also if something was said on it meanwhile that is about no request."""
        server = serve(answering(b"ok", then=lambda connection: connection.state.ping(b"12345678")))
        for _ in range(3):
            assert b"ok" == over_http2.send("GET", server.url()).content
            time.sleep(A_MOMENT)
        assert 1 == server.connections

    @rule("DLV-1")
    @pytest.mark.parametrize(
        "end",
        [
            pytest.param(lambda connection: connection.state.close_connection(), id="called off"),
            pytest.param(call_off_at_last, id="called off after other news"),
            pytest.param(lambda connection: connection.close(), id="closed"),
        ],
    )
    def test_a_connection_that_has_ended_is_replaced(
        self, end: Callable[[FrameConnection], None], over_http2: Subject, serve: Serve
    ) -> None:
        """Nothing is sent on it, so that nothing is lost."""
        ended = threading.Semaphore(0)

        def ending(connection: FrameConnection) -> None:
            end(connection)
            connection.flush()
            ended.release()

        server = serve(answering(b"ok", then=ending))
        for _ in range(3):
            assert b"ok" == over_http2.send("POST", server.url(), content=iter([b"once"])).content
            assert ended.acquire(timeout=AMPLE)
            time.sleep(A_MOMENT)
        assert (3, 3) == (server.connections, server.requests)

    @rule("RSP-2")
    def test_the_last_call_of_a_connection_is_answered(self, over_http2: Subject, serve: Serve) -> None:
        """A server that calls a connection off goes on with what it has begun, as nginx does now and then."""

        def calling_off(connection: FrameConnection, event: h2.events.Event) -> None:
            if isinstance(event, h2.events.StreamEnded):
                connection.call_off(event.stream_id)
            answering(b"one", b"two")(connection, event)

        server = serve(calling_off)
        assert [b"onetwo"] * 2 == [over_http2.send("POST", server.url(), content=b"body").content for _ in range(2)]
        assert (2, 2) == (server.connections, server.requests)

    @rule("DLV-1")
    @pytest.mark.parametrize("code", [0, 1])
    def test_a_request_that_is_turned_away_is_lost(self, code: int, over_http2: Subject, serve: Serve) -> None:
        """Although the server says that it has done nothing about it: nobody else may decide that."""
        turned_away = threading.Event()

        def turning_away(connection: FrameConnection, event: h2.events.Event) -> None:
            if isinstance(event, h2.events.RequestReceived):
                connection.state.close_connection(code, last_stream_id=0)
                turned_away.set()

        server = serve(turning_away)
        with pytest.raises(TransportError):
            over_http2.send("POST", server.url(), content=iter([b"once"]), timeout=Timeout(AMPLE, SHORT, AMPLE))
        assert turned_away.wait(AMPLE)
        assert 1 == server.requests

    @rule("TMO-1")
    @pytest.mark.parametrize("window", [0, 1000])
    def test_a_server_without_credit(self, window: int, over_http2: Subject, serve: Serve) -> None:
        """It is a server that takes no body."""
        url = serve(nothing, window=window).url()
        began = time.monotonic()
        with pytest.raises(WriteTimeout):
            over_http2.send("POST", url, content=b"x" * 100_000, timeout=Timeout(AMPLE, AMPLE, SHORT))
        assert time.monotonic() - began < AMPLE / 4

    @rule("TMO-1")
    def test_a_silent_server(self, over_http2: Subject, serve: Serve) -> None:
        """The limit for reading holds once the request is sent."""
        url = serve(nothing).url()
        with pytest.raises(ReadTimeout):
            over_http2.send("POST", url, content=b"x" * 1000, timeout=Timeout(AMPLE, SHORT, AMPLE))

    @rule("DLV-2")
    @pytest.mark.parametrize("window", [1000, 65_535])
    def test_an_early_answer_over_http2(self, window: int, over_http2: Subject, serve: Serve) -> None:
        """It is read, whether or not there is credit."""

        def refusing_upload(connection: FrameConnection, event: h2.events.Event) -> None:
            if isinstance(event, h2.events.RequestReceived):
                connection.state.send_headers(event.stream_id, [(b":status", b"413")])
                connection.state.send_data(event.stream_id, b"too large", end_stream=True)
                connection.flush()
                connection.state.reset_stream(event.stream_id, 0)

        server = serve(refusing_upload, window=window)
        answer = over_http2.send("POST", server.url(), content=b"x" * (8 << 20))
        assert (413, b"too large") == (answer.status_code, answer.content)

    @rule("DLV-2")
    def test_an_early_answer_over_http2_is_the_last_word(self, over_http2: Subject, serve: Serve) -> None:
        """It has come, and its connection is closed, before the next piece of the upload is sent."""
        closed = threading.Event()

        def refusing(connection: FrameConnection, event: h2.events.Event) -> None:
            if isinstance(event, h2.events.RequestReceived):
                connection.state.send_headers(event.stream_id, [(b":status", b"413")])
                connection.state.send_data(event.stream_id, b"too large", end_stream=True)
                connection.flush()
                connection.close()
                closed.set()

        def pieces() -> Iterator[bytes]:
            yield b"first"
            assert closed.wait(AMPLE)
            time.sleep(A_MOMENT)
            yield from [b"x" * 16_384] * 8

        answer = over_http2.send("POST", serve(refusing).url(), content=pieces())
        assert (413, b"too large") == (answer.status_code, answer.content)

    @rule("ERR-1")
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
        self, status: bytes, headers: tuple[tuple[bytes, bytes], ...], over_http2: Subject, serve: Serve
    ) -> None:
        """The server breaks HTTP."""
        url = serve(answering(b"ok", status=status, headers=headers)).url()
        with pytest.raises(ProtocolError):
            over_http2.send("GET", url)

    @rule("ERR-1")
    def test_a_body_that_is_cut(self, over_http2: Subject, serve: Serve) -> None:
        """It isn't complete."""

        def cutting(connection: FrameConnection, event: h2.events.Event) -> None:
            if isinstance(event, h2.events.StreamEnded):
                connection.state.send_headers(event.stream_id, [(b":status", b"200")])
                connection.state.send_data(event.stream_id, b"part")
                connection.flush()
                connection.close()

        url = serve(cutting).url()
        with pytest.raises(ReadError):
            over_http2.send("GET", url)

    @rule("ERR-1")
    def test_a_stream_that_is_reset(self, over_http2: Subject, serve: Serve) -> None:
        """It has an error of ours."""

        def resetting(connection: FrameConnection, event: h2.events.Event) -> None:
            if isinstance(event, h2.events.StreamEnded):
                connection.state.reset_stream(event.stream_id, 2)

        url = serve(resetting).url()
        with pytest.raises(TransportError):
            over_http2.send("GET", url)

    @rule("BDY-5")
    def test_pieces_of_any_size_are_sent(self, over_http2: Subject, serve: Serve) -> None:
        """In frames that the server takes."""
        sizes: list[int] = []

        def counting(connection: FrameConnection, event: h2.events.Event) -> None:
            if isinstance(event, h2.events.DataReceived):
                sizes.append(len(event.data))
                connection.state.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            answering(b"ok")(connection, event)

        pieces = (b"x" * size for size in (1, 100_000, 0, 1_000_000))
        assert b"ok" == over_http2.send("POST", serve(counting).url(), content=pieces).content
        assert (1_100_001, True) == (sum(sizes), max(sizes) <= 16_384)
