"""One call, from its options to its Response, with the server's part written down."""

from __future__ import annotations

import gzip
import traceback
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import pytest
from pydantic import BaseModel, ValidationError

from clientele.http.backends import backend_settings
from clientele.http.errors import (
    APIException,
    ClienteleError,
    ContentDecodingError,
    HTTPStatusError,
    ProtocolError,
    ResponseTooLarge,
    ResponseValidationError,
    TooManyRedirects,
    TransportError,
    UnsafeRedirect,
)
from clientele.http.message.body.bodies import sync_chunks
from clientele.http.response import Response
from clientele.http.transport.call_state import CallState
from clientele.http.transport.profile import Profile
from clientele.http.transport.stream_state import StreamOptions, StreamState
from clientele.http.wire import WireRequest, WireResponse

Wire = WireResponse[Iterator[bytes], None]
E = TypeVar("E", bound=ClienteleError)


def wire(status: int = 200, headers: dict[str, str] | None = None, *chunks: bytes) -> Wire:
    return WireResponse(status, tuple((headers or {}).items()), "1.1", iter(chunks), lambda: None, f"native {status}")


def to(location: str, status: int = 302) -> Wire:
    return wire(status, {"Location": location})


class Exchange:
    """A driver: it runs one call against answers, and keeps what was sent and what was yielded."""

    def __init__(
        self,
        *answers: Wire,
        method: str = "GET",
        url: str = "https://h/a",
        stream: Any = None,
        parser: Any = None,
        **options: Any,
    ) -> None:
        profile = Profile("fake", "fake/1", (), backend_settings("Fake", {}))
        self.call = (
            CallState(profile, method, url, options)
            if stream is None
            else StreamState(profile, method, url, options, StreamOptions(stream, parser))
        )
        self.answers = list(answers)
        self.sent: list[WireRequest] = []
        self.bodies: list[bytes | None] = []
        self.items: list[Any] = []

    def run(self) -> Response:
        while self.call.response is None:
            request = self.call.wire_request(sync_chunks)
            self.sent.append(request)
            body: Any = request.body
            self.bodies.append(body if body is None or isinstance(body, bytes) else b"".join(body))
            answer = self.answers.pop(0)
            self.call.head(answer)
            for chunk in answer.chunks:
                self.take(self.call.feed(chunk))
            self.take(self.call.end())
        return self.call.response

    def take(self, items: Iterable[Any]) -> None:
        for item in items:  # One by one, so that those before an error are there.
            self.items.append(item)

    def fails(self, kind: type[E]) -> E:
        with pytest.raises(kind) as caught:
            self.run()
        return caught.value


def test_the_response_has_all_there_is_to_know() -> None:
    """RSP-5 status, fields, body, method, URL, version, time and the library's own object."""
    response = Exchange(wire(404, {"X-A": "1"}, b"a", b"b"), method="put", url="https://user:x@h/a?b=c").run()
    assert (response.status_code, response.content, response.headers.pairs) == (404, b"ab", (("X-A", "1"),))
    assert (response.request_method, response.request_url, response.http_version) == ("PUT", "https://h/a?b=c", "1.1")
    assert (response.history, response.native) == ((), "native 404")
    assert 0 <= response.elapsed < 60


def test_the_body_is_decoded() -> None:
    """RSP-2 unless the call says otherwise."""
    body = gzip.compress(b"content")
    assert Exchange(wire(200, {"content-encoding": "gzip"}, body[:9], body[9:])).run().content == b"content"
    assert body == Exchange(wire(200, {"content-encoding": "gzip"}, body), decode_content=False).run().content


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize(
    ("status", "headers", "body", "kind", "phase"),
    [
        (101, {}, b"", ProtocolError, "read"),
        (200, {"content-length": "1, 2"}, b"", ProtocolError, "read"),
        (200, {"content-encoding": "br"}, b"", ContentDecodingError, "decode"),
        (200, {"content-encoding": "gzip"}, b"x", ContentDecodingError, "decode"),
        (200, {"content-encoding": "gzip"}, b"\x1f\x8b", ContentDecodingError, "decode"),
        (200, {}, b"123456", ResponseTooLarge, "decode"),
    ],
)
def test_what_is_wrong_with_a_response_is_an_error_of_ours(
    status: int, headers: dict[str, str], body: bytes, kind: type[TransportError], phase: str, *, streaming: bool
) -> None:
    """ERR-1 whole or streamed, the error knows the request, and that it was sent."""
    stream = bytes if streaming else None
    exchange = Exchange(wire(status, headers, body), url="https://h/a?k=planted", max_response_bytes=5, stream=stream)
    error = exchange.fails(kind)
    assert ("GET", "https://h/a?k=***", phase) == (error.request_method, error.request_url, error.phase)
    assert (error.request_sent, error.retryable, error.backend) == (True, False, "fake")
    assert error.__cause__ is not None


def test_redirects_are_off_by_default() -> None:
    """RDR-1 the redirect itself is the answer."""
    assert Exchange(to("/b")).run().status_code == 302


@pytest.mark.parametrize(
    ("status", "method", "sent", "body"),
    [(301, "POST", "GET", None), (303, "PUT", "GET", None), (307, "POST", "POST", b"x"), (308, "PUT", "PUT", b"x")],
)
def test_a_redirect_is_followed(status: int, method: str, sent: str, body: bytes | None) -> None:
    """RDR-2 the next request has the method and the body that the status says, and the answer the history."""
    exchange = Exchange(to("/b?c", status), wire(), method=method, content=b"x", follow_redirects=True)
    response = exchange.run()
    assert [(method, "https://h/a", b"x"), (sent, "https://h/b?c", body)] == [
        (request.method, str(request.url), body) for request, body in zip(exchange.sent, exchange.bodies, strict=True)
    ]
    assert (sent, "https://h/b?c") == (response.request_method, response.request_url)
    assert [(status, method, "https://h/a")] == [
        (step.status_code, step.request_method, step.request_url) for step in response.history
    ]
    assert (body is not None) == ("content-length" in {name.lower() for name, _ in exchange.sent[1].headers})


def test_twenty_redirects_and_no_more() -> None:
    """RDR-3 the 21st is TooManyRedirects, with those that were followed."""
    assert Exchange(*(to("/a") for _ in range(20)), wire(), follow_redirects=True).run().status_code == 200
    error = Exchange(*(to(f"/{place}") for place in range(21)), follow_redirects=True).fails(TooManyRedirects)
    assert len(error.history) == 20
    assert error.history[0].request_url == "https://h/a"
    assert error.request_url == "https://h/19"


@pytest.mark.parametrize("content", [iter([b"x"]), [b"x"]])
def test_a_body_that_can_be_read_once_is_not_sent_twice(content: Any) -> None:
    """RDR-4 it is UnsafeRedirect, never an empty body; one that can be read again is sent again, whole."""
    exchange = Exchange(to("/b", 307), wire(), method="POST", content=content, follow_redirects=True)
    if isinstance(content, list):
        assert exchange.run().status_code == 200
        assert exchange.bodies == [b"x", b"x"]
    else:
        assert exchange.fails(UnsafeRedirect).request_sent
        assert len(exchange.sent) == 1


def test_a_body_that_is_dropped_may_be_read_once() -> None:
    """RDR-4 what isn't sent again needn't be read again."""
    exchange = Exchange(to("/b", 303), wire(), method="POST", content=iter([b"x"]), follow_redirects=True)
    assert exchange.run().status_code == 200
    assert exchange.bodies == [b"x", None]


SECRETS = {"Authorization": "Bearer planted", "Cookie": "planted", "X-Api-Key": "planted", "Accept": "a/b"}


def test_secrets_stay_at_their_origin() -> None:
    """RDR-5 they go along on the same origin, not to another, and not back from there."""
    hops = (to("https://h/b"), to("https://x/"), to("https://h:443/c"), wire())
    exchange = Exchange(*hops, headers=SECRETS, follow_redirects=True)
    exchange.run()
    assert [sum("planted" in value for _, value in request.headers) for request in exchange.sent] == [3, 3, 0, 0]
    assert [dict(request.headers)["Accept"] for request in exchange.sent] == ["a/b"] * 4


@pytest.mark.parametrize("location", ["http://h/b", "http://x/"])
def test_a_redirect_never_leaves_tls(location: str) -> None:
    """RDR-6 https to http is UnsafeRedirect, whatever the host; http to https is fine."""
    assert "https to http" in str(Exchange(to(location), follow_redirects=True).fails(UnsafeRedirect))
    assert Exchange(to("https://h/"), wire(), url="http://h/", follow_redirects=True).run().status_code == 200


@pytest.mark.parametrize("location", ["ftp://h/", "http://", "/\x00", "https://user:planted@h:0/"])
def test_a_bad_location_is_a_protocol_error(location: str) -> None:
    """RDR-7 the server broke HTTP, and the message shows no user information."""
    assert "planted" not in str(Exchange(to(location), follow_redirects=True).fails(ProtocolError))


@pytest.mark.parametrize("headers", [None, {"Location": ""}])
def test_no_location_is_the_answer(headers: dict[str, str] | None) -> None:
    """RDR-7 a 3xx without a way on is handed back."""
    assert Exchange(wire(302, headers), follow_redirects=True).run().status_code == 302


class Item(BaseModel):
    a: int


@pytest.mark.parametrize(
    ("kind", "chunks", "items"),
    [
        (bytes, [b"a\n", b"b"], [b"a\n", b"b"]),
        (str, [b"a\n\nb", b"c"], ["a", "", "bc"]),
        (Item, [b'{"a":1}\n\n \n{"a"', b":2}"], [Item(a=1), Item(a=2)]),
        (dict[str, int], [b'{"a":1}\r\n'], [{"a": 1}]),
        (str, [], []),
    ],
)
def test_a_stream_yields_items(kind: Any, chunks: list[bytes], items: list[Any]) -> None:
    """STM-4 bytes are chunks, str every line, and JSON types skip blank lines."""
    exchange = Exchange(wire(200, None, *chunks), stream=kind)
    response = exchange.run()
    assert items == exchange.items
    assert (response.status_code, response.native) == (200, "native 200")
    assert exchange.sent[0].streaming


def test_a_parser_gets_the_lines_that_are_not_blank() -> None:
    """STM-4 what it returns is the item, and what it raises is the caller's."""
    exchange = Exchange(wire(200, None, b"1\n\n2"), stream=str, parser=int)
    exchange.run()
    assert exchange.items == [1, 2]
    with pytest.raises(ValueError, match="invalid literal"):
        Exchange(wire(200, None, b"x\n"), stream=str, parser=int).run()


def test_an_item_that_fails_has_its_index() -> None:
    """STM-9 the items before it have been yielded, and Pydantic's error is the cause."""
    exchange = Exchange(wire(200, None, b'{"a":1}\n{"a":2}\n{"a":"planted"}\n'), stream=Item)
    error = exchange.fails(ResponseValidationError)
    assert ([Item(a=1), Item(a=2)], True) == (exchange.items, "item 2 " in str(error))
    assert isinstance(error.__cause__, ValidationError)
    assert "planted" not in "".join(traceback.format_exception(error))


def test_a_truncated_stream_raises_after_its_complete_items() -> None:
    """STM-7 what has arrived whole is not lost, and a half line is not an item."""
    body = gzip.compress(b"one\ntwo\nthr" + bytes(range(33, 120)) * 9)
    exchange = Exchange(wire(200, {"content-encoding": "gzip"}, body[:-9]), stream=str)
    exchange.fails(ContentDecodingError)
    assert exchange.items == ["one", "two"]


def test_a_line_past_the_limit_is_too_large() -> None:
    """STM-3 the lines before it have been yielded."""
    exchange = Exchange(wire(200, None, b"one\n", b"longer"), stream=str, max_line_bytes=5)
    exchange.fails(ResponseTooLarge)
    assert exchange.items == ["one"]


@pytest.mark.parametrize(("status", "kind"), [(404, HTTPStatusError), (500, HTTPStatusError), (304, APIException)])
def test_a_stream_that_is_no_success_raises(status: int, kind: type[APIException]) -> None:
    """STM-6 before the first item, with the body readable."""
    exchange = Exchange(wire(status, None, b"why", b" not"), stream=bytes)
    error = exchange.fails(kind)
    assert (error.response.content, exchange.items) == (b"why not", [])


def test_an_unfollowed_redirect_of_a_stream_says_what_to_do() -> None:
    """RDR-1 it names the location and the option."""
    error = Exchange(to("/b"), stream=str).fails(APIException)
    assert "redirects to /b; set follow_redirects=True" in str(error)


def test_a_stream_follows_redirects() -> None:
    """RDR-2 the body of the redirect is not an item."""
    exchange = Exchange(
        wire(302, {"Location": "/b"}, b"gone"), wire(200, None, b"x\n"), stream=str, follow_redirects=True
    )
    response = exchange.run()
    assert (exchange.items, [step.content for step in response.history]) == (["x"], [b"gone"])
