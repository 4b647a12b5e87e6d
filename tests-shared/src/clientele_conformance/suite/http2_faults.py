"""HTTP/2, frame by frame: silences, early answers, and responses that HTTP does not allow."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import h2.events
import pytest
from hpack import Encoder
from hyperframe.frame import DataFrame, HeadersFrame

from clientele.http import Capability, Timeout
from clientele.http.errors import ProtocolError, ReadError, ReadTimeout, TransportError, WriteTimeout
from clientele_conformance.rules import rule
from clientele_conformance.servers.frames import FrameConnection, answering, nothing
from clientele_conformance.subject import Subject
from clientele_conformance.suite.base import AMPLE, needs
from clientele_conformance.suite.http2_frames import A_MOMENT, SHORT, FrameSuite, Serve
from clientele_conformance.suite.timeouts import SOON

UNSOUND: Mapping[str, tuple[bytes, bytes]] = {
    "length that is no number": (b"content-length", b"abc"),
    "another length": (b"content-length", b"9"),
    "name beyond ASCII": (b"x-\xe9", b"1"),
    "upper case in a name": (b"X-A", b"1"),
    "space in a name": (b"x a", b"1"),
    "colon in a name": (b"x:a", b"1"),
    "line break in a name": (b"x\r\ny", b"1"),
    "CR in a value": (b"x-a", b"1\r2"),
    "LF in a value": (b"x-a", b"1\nx-planted: 2"),
    "NUL in a value": (b"x-a", b"1\x002"),
    "Connection": (b"connection", b"close"),
    "Keep-Alive": (b"keep-alive", b"timeout=5"),
    "Proxy-Connection": (b"proxy-connection", b"keep-alive"),
    "Transfer-Encoding": (b"transfer-encoding", b"chunked"),
    "Upgrade": (b"upgrade", b"h2c"),
}
"""Fields that HTTP/2 does not allow (RFC 9113, section 8.2)."""


Fields: TypeAlias = Sequence[tuple[bytes, bytes]]
PSEUDO: Mapping[str, Fields] = {
    "no status": [(b"x-a", b"1")],
    "two": [(b":status", b"200"), (b":status", b"404")],
    "late": [(b"x-a", b"1"), (b":status", b"200")],
    "of a request": [(b":status", b"200"), (b":path", b"/")],
}


def heads(stream: int, fields: Fields, *, ends: bool = True) -> bytes:
    """A frame with a header section, which ends its stream or not."""
    flags = ["END_HEADERS", "END_STREAM"] if ends else ["END_HEADERS"]
    return HeadersFrame(stream, Encoder().encode(fields), flags=flags).serialize()


class FrameFaultRules(FrameSuite):
    """H2-7 to H2-11."""

    @rule("H2-8")
    @needs(Capability.WRITE_TIMEOUT)
    @pytest.mark.parametrize("window", [0, 1000])
    def test_a_server_without_credit(self, window: int, over_http2: Subject, serve: Serve) -> None:
        """It is a server that takes no body."""
        url = serve(nothing, window=window).url()
        began = time.monotonic()
        with pytest.raises(WriteTimeout):
            over_http2.send("POST", url, content=b"x" * 100_000, timeout=Timeout(AMPLE, AMPLE, SHORT))
        assert time.monotonic() - began < SOON

    @rule("H2-7")
    def test_a_silent_server(self, over_http2: Subject, serve: Serve) -> None:
        """The limit for reading holds once the request is sent."""
        url = serve(nothing).url()
        began = time.monotonic()
        with pytest.raises(ReadTimeout):
            over_http2.send("POST", url, content=b"x" * 1000, timeout=Timeout(connect=AMPLE, read=SHORT))
        assert time.monotonic() - began < SOON

    @rule("H2-9")
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

    @rule("H2-9")
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

    @rule("H2-10")
    @pytest.mark.parametrize("status", [b"abc", b"99"])
    def test_a_status_that_is_none(self, status: bytes, over_http2: Subject, serve: Serve) -> None:
        """The server breaks HTTP."""
        url = serve(answering(b"ok", status=status)).url()
        with pytest.raises(ProtocolError):
            over_http2.send("GET", url)

    @rule("H2-10")
    @pytest.mark.parametrize("field", UNSOUND.values(), ids=UNSOUND)
    def test_a_field_that_is_none(self, field: tuple[bytes, bytes], over_http2: Subject, serve: Serve) -> None:
        """What would be another field, another response or another body on HTTP/1.1 is none here, either."""
        url = serve(answering(b"ok", headers=(field,))).url()
        with pytest.raises(ProtocolError):
            over_http2.send("GET", url)

    @rule("H2-10")
    @pytest.mark.parametrize("fields", PSEUDO.values(), ids=PSEUDO)
    def test_a_head_with_other_pseudo_fields(self, fields: Fields, over_http2: Subject, serve: Serve) -> None:
        """It has one, for the status, before all others (RFC 9113, section 8.3)."""

        def answer(connection: FrameConnection, event: h2.events.Event) -> None:
            if isinstance(event, h2.events.StreamEnded):
                connection.send(heads(event.stream_id, fields))

        with pytest.raises(ProtocolError):
            over_http2.send("GET", serve(answer).url())

    @rule("H2-10")
    @pytest.mark.parametrize("field", [(b":status", b"200"), (b":path", b"/")], ids=["status", "path"])
    def test_trailers_with_a_pseudo_field(self, field: tuple[bytes, bytes], over_http2: Subject, serve: Serve) -> None:
        """A response with such trailers is malformed (RFC 9113, section 8.1)."""

        def answer(connection: FrameConnection, event: h2.events.Event) -> None:
            if isinstance(event, h2.events.StreamEnded):
                stream = event.stream_id
                connection.send(heads(stream, [(b":status", b"200")], ends=False))
                connection.send(DataFrame(stream, b"ok").serialize())
                connection.send(heads(stream, [field]))

        with pytest.raises(ProtocolError):
            over_http2.send("GET", serve(answer).url())

    @rule("H2-11")
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

    @rule("H2-11")
    def test_a_stream_that_is_reset(self, over_http2: Subject, serve: Serve) -> None:
        """It has an error of ours."""

        def resetting(connection: FrameConnection, event: h2.events.Event) -> None:
            if isinstance(event, h2.events.StreamEnded):
                connection.state.reset_stream(event.stream_id, 2)

        url = serve(resetting).url()
        with pytest.raises(TransportError):
            over_http2.send("GET", url)
