"""HTTP/2, frame by frame, for the backends that have it: responses, connections and request bodies."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import h2.errors
import h2.events
import pytest

from clientele.http import Timeout
from clientele.http.errors import TransportError
from clientele_conformance.rules import rule
from clientele_conformance.servers.frames import FrameConnection, answering
from clientele_conformance.subject import Subject
from clientele_conformance.suite.base import AMPLE
from clientele_conformance.suite.http2_frames import A_MOMENT, SHORT, FrameSuite, Serve


def call_off_at_last(connection: FrameConnection) -> None:
    """Each frame is a record of TLS by itself."""
    connection.state.ping(b"12345678")
    connection.flush()
    connection.state.close_connection()


class FrameRules(FrameSuite):
    """H2-2 to H2-6, and H2-13."""

    @rule("H2-2")
    def test_an_empty_frame_is_no_end(self, over_http2: Subject, serve: Serve) -> None:
        """A server may send one at any time."""
        answer = over_http2.send("GET", serve(answering(b"one", b"", b"", b"two")).url())
        assert ("2", b"onetwo") == (answer.http_version, answer.content)

    @rule("H2-2")
    def test_an_early_hint_is_no_answer(self, over_http2: Subject, serve: Serve) -> None:
        """Nor is any other interim response."""

        def hinting(connection: FrameConnection, event: h2.events.Event) -> None:
            if isinstance(event, h2.events.RequestReceived):
                connection.state.send_headers(event.stream_id, [(b":status", b"103"), (b"link", b"</a>")])
            answering(b"ok")(connection, event)

        answer = over_http2.send("GET", serve(hinting).url())
        assert (200, b"ok", False) == (answer.status_code, answer.content, "link" in answer.headers)

    @rule("H2-2")
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

    @rule("H2-3")
    def test_a_connection_is_used_again(self, over_http2: Subject, serve: Serve) -> None:
        """Also if something was said on it meanwhile that is about no request."""
        server = serve(answering(b"ok", then=lambda connection: connection.state.ping(b"12345678")))
        for _ in range(3):
            assert b"ok" == over_http2.send("GET", server.url()).content
            time.sleep(A_MOMENT)
        assert 1 == server.connections

    @rule("H2-4")
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

    @rule("H2-5")
    def test_the_last_call_of_a_connection_is_answered(self, over_http2: Subject, serve: Serve) -> None:
        """A server that calls a connection off goes on with what it has begun, as nginx does now and then."""

        def calling_off(connection: FrameConnection, event: h2.events.Event) -> None:
            if isinstance(event, h2.events.StreamEnded):
                connection.call_off(event.stream_id)
            answering(b"one", b"two")(connection, event)

        server = serve(calling_off)
        assert [b"onetwo"] * 2 == [over_http2.send("POST", server.url(), content=b"body").content for _ in range(2)]
        assert (2, 2) == (server.connections, server.requests)

    @rule("H2-6")
    @pytest.mark.parametrize("code", [0, 1])
    def test_a_request_that_is_turned_away_is_lost(self, code: int, over_http2: Subject, serve: Serve) -> None:
        """Although the server reports that it hasn't processed the request: only the caller may retry it."""
        turned_away = threading.Event()

        def turning_away(connection: FrameConnection, event: h2.events.Event) -> None:
            if isinstance(event, h2.events.RequestReceived):
                connection.state.close_connection(code, last_stream_id=0)
                turned_away.set()

        server = serve(turning_away)
        with pytest.raises(TransportError):
            over_http2.send("POST", server.url(), content=iter([b"once"]), timeout=Timeout(connect=AMPLE, read=SHORT))
        assert turned_away.wait(AMPLE)
        assert 1 == server.requests

    @rule("H2-18")
    @pytest.mark.parametrize("how", ["refused", "called off"])
    def test_a_request_that_was_not_processed_may_be_repeated(
        self, how: str, over_http2: Subject, serve: Serve
    ) -> None:
        """Whatever its method, as the server says so: by REFUSED_STREAM, or by a GOAWAY that names an earlier one."""

        def turning_away(connection: FrameConnection, event: h2.events.Event) -> None:
            if not isinstance(event, h2.events.StreamEnded) or event.stream_id == 1:
                answering(b"ok")(connection, event)
            elif how == "refused":
                connection.state.reset_stream(event.stream_id, h2.errors.ErrorCodes.REFUSED_STREAM)
            else:
                connection.call_off(last_stream_id=1)

        server = serve(turning_away)
        assert b"ok" == over_http2.send("GET", server.url()).content
        with pytest.raises(TransportError) as caught:
            over_http2.send("POST", server.url(), content=b"once")
        assert (False, True) == (caught.value.request_sent, caught.value.retryable)

    @rule("H2-18")
    def test_a_request_that_may_have_been_processed_is_not(self, over_http2: Subject, serve: Serve) -> None:
        """Its stream was ended for another reason."""

        def cancelling(connection: FrameConnection, event: h2.events.Event) -> None:
            if isinstance(event, h2.events.StreamEnded):
                connection.state.reset_stream(event.stream_id, h2.errors.ErrorCodes.INTERNAL_ERROR)

        with pytest.raises(TransportError) as caught:
            over_http2.send("POST", serve(cancelling).url(), content=b"once")
        assert caught.value.request_sent

    @rule("H2-13")
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
