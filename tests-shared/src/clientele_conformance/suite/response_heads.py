"""The head of a response: its fields, and invalid heads."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

import pytest

from clientele.http.errors import ProtocolError
from clientele_conformance.rules import rule
from clientele_conformance.servers import Answer, Close, Origin, Pause, chunked, chunked_response, head, response
from clientele_conformance.subject import Subject
from clientele_conformance.suite.attempts import attempt, raised
from clientele_conformance.suite.base import NewSubject, Suite

FIELDS = [
    ("X-First", "1"),
    ("Set-Cookie", "a=1; Expires=Thu, 01 Jan 2099 00:00:00 GMT"),
    ("X-Many", "one"),
    ("x-many", "two, three"),
    ("X-Empty", ""),
    ("set-cookie", "b=2"),
    ("X-MANY", "four"),
    ("Content-Length", "2"),
]
OK = response(body=b"ok")

CHANGES: list[Callable[[Any], object]] = [
    lambda headers: headers.__setitem__("x-first", "2"),
    lambda headers: headers.__delitem__("x-first"),
    lambda headers: headers.__ior__({"x-first": "2"}),
    lambda headers: headers.update({"x-first": "2"}),
    lambda headers: headers.setdefault("x-new", "2"),
    lambda headers: headers.pop("x-first"),
    lambda headers: headers.popitem(),
    lambda headers: headers.clear(),
]

INTERIM: dict[str, Answer] = {
    "100": head(100),
    "102": head(102),
    "103": head(103, [("Link", "</style.css>; rel=preload"), ("X-Early", "1")]),
    "many": [head(100), head(102) * 3, head(103, [("X-Early", "1")])],
    "of its own": [head(103, [("X-Early", "1")]), Pause(0.05)],
}

UNSOUND: dict[str, bytes] = {
    "two lengths": head(200, [("Content-Length", "2"), ("Content-Length", "3")]) + b"abc",
    "two lengths in one field": head(200, [("Content-Length", "2, 3")]) + b"abc",
    "length and chunked": head(200, [("Content-Length", "2"), ("Transfer-Encoding", "chunked")]) + chunked(b"ok"),
    "chunked and length": head(200, [("Transfer-Encoding", "chunked"), ("Content-Length", "12")]) + chunked(b"ok"),
    "unknown coding": head(200, [("Transfer-Encoding", "secret")]) + b"ok",
    "unknown coding, then chunked": head(200, [("Transfer-Encoding", "secret, chunked")]) + chunked(b"ok"),
}


def sized(total: int) -> bytes:
    """A response whose head, all in all, has `total` bytes, most of them in one field."""
    fields = [("Content-Length", "2"), ("X-Long", "")]
    return head(200, [fields[0], ("X-Long", "a" * (total - len(head(200, fields))))]) + b"ok"


def spread(total: int, fields: int) -> bytes:
    """A response whose head has `fields` fields and about `total` bytes."""
    size = total // fields - len("X-000: \r\n")
    return head(200, [("Content-Length", "2"), *((f"X-{i:03}", "a" * size) for i in range(fields - 1))]) + b"ok"


class ResponseHeadRules(Suite):
    """RSP-1, RSP-7 to RSP-9, RSP-12 and RSP-13."""

    @rule("RSP-1")
    def test_no_field_is_lost(self, subject: Subject, origin: Origin) -> None:
        """The pairs are the fields as they came, and those of one name in their order: RFC 9110, section 5.3."""
        origin.on("/", head(200, FIELDS) + b"ok")
        headers = subject.send("GET", origin.url("/")).headers
        sent = [(name.lower(), value) for name, value in FIELDS]
        assert sorted(sent, key=itemgetter(0)) == sorted(
            ((name.lower(), value) for name, value in headers.pairs), key=itemgetter(0)
        )
        assert ["one", "two, three", "four"] == headers.get_list("X-Many")
        assert ["a=1; Expires=Thu, 01 Jan 2099 00:00:00 GMT", "b=2"] == headers.get_list("set-cookie")
        assert [] == headers.get_list("X-None")

    @rule("RSP-1")
    def test_headers_are_a_dict(self, subject: Subject, origin: Origin) -> None:
        """Its keys are lower case; repeated fields are one text, but for Set-Cookie, which has no such form."""
        origin.on("/", head(200, FIELDS) + b"ok")
        headers = subject.send("GET", origin.url("/")).headers
        assert isinstance(headers, dict)
        assert {
            "x-first": "1",
            "set-cookie": "a=1; Expires=Thu, 01 Jan 2099 00:00:00 GMT",
            "x-many": "one, two, three, four",
            "x-empty": "",
            "content-length": "2",
        } == dict(headers)

    @rule("RSP-1")
    def test_look_ups_ignore_case(self, subject: Subject, origin: Origin) -> None:
        """All of them; what isn't there is missed as in any dict."""
        origin.on("/", head(200, FIELDS) + b"ok")
        headers = subject.send("GET", origin.url("/")).headers
        for name in ("x-first", "X-First", "X-FIRST"):
            assert ("1", "1", ["1"]) == (headers[name], headers.get(name), headers.get_list(name))
            assert name in headers
        assert None is headers.get("X-None")
        with pytest.raises(KeyError):
            headers["X-None"]

    @rule("RSP-1")
    def test_headers_do_not_change(self, subject: Subject, origin: Origin) -> None:
        """They are what the server sent; `dict(headers)` is the caller's own."""
        origin.on("/", head(200, FIELDS) + b"ok")
        headers: Any = subject.send("GET", origin.url("/")).headers
        before = dict(headers)
        for change in CHANGES:
            with pytest.raises(TypeError):
                change(headers)
        assert before == dict(headers)
        before["x-first"] = "2"
        assert "1" == headers["x-first"]

    @rule("RSP-1")
    def test_every_byte_of_a_value_is_kept(self, subject: Subject, origin: Origin) -> None:
        """Values beyond ASCII are read as Latin-1, so the caller can decode them differently."""
        value = bytes([*range(0x21, 0x7F), *range(0x80, 0x100)])
        origin.on("/", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Bytes: " + value + b"\r\n\r\n")
        headers = subject.send("GET", origin.url("/")).headers
        assert value == headers["x-bytes"].encode("latin-1")

    @rule("RSP-1")
    def test_a_folded_value_is_one_line(self, subject: Subject, origin: Origin) -> None:
        """As RFC 9112 has it for a form that servers once used."""
        origin.on("/", b"HTTP/1.1 200 OK\r\nX-Folded: a\r\n  b\r\nContent-Length: 2\r\n\r\nok")
        answer = subject.send("GET", origin.url("/"))
        assert (["a", "b"], b"ok") == (answer.headers["x-folded"].split(), answer.content)
        assert set() == set("\r\n") & set(answer.headers["x-folded"])

    @rule("RSP-7")
    @pytest.mark.parametrize(
        ("method", "status", "headers"),
        [
            ("HEAD", 200, [("Content-Length", "5")]),
            ("HEAD", 200, [("Transfer-Encoding", "chunked")]),
            ("HEAD", 200, [("Content-Length", "5"), ("Content-Encoding", "gzip")]),
            ("HEAD", 404, [("Content-Length", "5")]),
            ("GET", 204, []),
            ("DELETE", 204, []),
            ("GET", 304, []),
            ("GET", 304, [("Content-Length", "5"), ("Content-Encoding", "gzip")]),
        ],
    )
    def test_what_has_no_body_ends_with_its_head(
        self, method: str, status: int, headers: list[tuple[str, str]], subject: Subject, origin: Origin
    ) -> None:
        """The next request gets its own answer, on the same connection or on another."""
        origin.on("/none", head(status, headers))
        origin.on("/next", OK)
        answer = subject.send(method, origin.url("/none"))
        assert (status, b"") == (answer.status_code, answer.content)
        assert b"ok" == subject.send("GET", origin.url("/next")).content

    @rule("RSP-7")
    @pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
    @pytest.mark.parametrize("body", [b"HTTP/", b"hello"], ids=["like HTTP", "of text"])
    def test_a_body_that_must_not_be_is_ignored(
        self, body: bytes, method: str, status: int, subject: Subject, origin: Origin
    ) -> None:
        """Whatever connection the next request goes on."""
        origin.on("/none", head(status, [("Content-Length", "5")]) + body)
        origin.on("/next", OK)
        answer = subject.send(method, origin.url("/none"))
        assert (status, b"") == (answer.status_code, answer.content)
        answer = subject.send("GET", origin.url("/next"))
        assert (200, b"ok") == (answer.status_code, answer.content)

    @rule("RSP-13")
    @pytest.mark.parametrize("notify", [True, False], ids=["with", "without"])
    @pytest.mark.parametrize("framing", ["length", "chunked", "close"])
    def test_a_body_ends_without_a_goodbye(
        self, *, framing: str, notify: bool, new_subject: NewSubject, tls_origin: Origin
    ) -> None:
        """Many servers say none, and no library tells: with a length or chunks a cut shows, without them it can't."""
        bodies: dict[str, Answer] = {
            "length": response(body=b"body"),
            "chunked": chunked_response(b"bo", b"dy"),
            "close": head(200, [("Connection", "close")]) + b"body",
        }
        tls_origin.on("/", [bodies[framing], Close(notify=notify)])
        assert b"body" == new_subject(verify=False).send("GET", tls_origin.url("/")).content
        # Another backend, which has no connection that the server is just closing.
        with new_subject(verify=False).stream("GET", tls_origin.url("/"), bytes) as pieces:
            assert b"body" == b"".join(pieces)

    @rule("RSP-8")
    @pytest.mark.parametrize("interim", INTERIM.values(), ids=INTERIM)
    def test_an_interim_response_is_skipped(self, interim: Answer, subject: Subject, origin: Origin) -> None:
        """What follows it is the answer, and has only its own fields."""
        origin.on("/", [interim, OK])
        for method in ("GET", "POST"):
            answer = subject.send(method, origin.url("/"))
            assert (200, b"ok") == (answer.status_code, answer.content)
            assert {"content-length": "2"} == dict(answer.headers)

    @rule("RSP-8")
    @pytest.mark.parametrize("status", [100, 102])
    @pytest.mark.parametrize("piece", [1, 10_000], ids=["one by one", "together"])
    def test_interim_responses_are_counted(self, status: int, piece: int, subject: Subject, origin: Origin) -> None:
        """After a hundred it is enough."""
        interims = head(status) * 101
        origin.on("/", [*(interims[at : at + piece] for at in range(0, len(interims), piece)), OK])
        with pytest.raises(ProtocolError):
            subject.send("GET", origin.url("/"))

    @rule("RSP-8")
    @pytest.mark.parametrize("status", [100, 103])
    def test_an_interim_response_alone_is_no_answer(self, status: int, subject: Subject, origin: Origin) -> None:
        """The server left before it answered."""
        origin.on("/", [head(status), Close()])
        assert "an error" == raised(attempt(subject.send, "GET", origin.url("/")))

    @rule("RSP-8")
    def test_an_unasked_switch_of_protocols_is_refused(self, subject: Subject, origin: Origin) -> None:
        """Nobody could go on with that protocol."""
        origin.on("/", head(101, [("Upgrade", "secret"), ("Connection", "Upgrade")]))
        with pytest.raises(ProtocolError):
            subject.send("GET", origin.url("/"))

    @rule("RSP-9")
    @pytest.mark.parametrize(
        "answer", [sized(1 << 16), spread(1 << 16, 100), spread(1 << 12, 100)], ids=["one", "both", "many"]
    )
    def test_a_large_head_is_read(self, answer: bytes, subject: Subject, origin: Origin) -> None:
        """64 KiB and 100 fields, the status line included, and not all at once."""
        half = len(answer) // 2
        origin.on("/", [answer[:half], Pause(0.05), answer[half:]])
        received = subject.send("GET", origin.url("/"))
        assert b"ok" == received.content
        size = sum(len(f"{name}: {value}\r\n") for name, value in received.headers.pairs)
        assert answer.index(b"\r\n\r\n") == len("HTTP/1.1 200 OK\r\n") + size - 2

    @rule("RSP-12")
    @pytest.mark.parametrize(
        "answer", [sized((1 << 20) + 200_000), spread((1 << 20) + 200_000, 200)], ids=["one", "many"]
    )
    def test_an_endless_head_is_refused(self, answer: bytes, subject: Subject, origin: Origin) -> None:
        """Memory is not the server's to fill."""
        origin.on("/", answer)
        with pytest.raises(ProtocolError):
            subject.send("GET", origin.url("/"))

    @rule("RSP-9")
    @pytest.mark.parametrize("answer", UNSOUND.values(), ids=UNSOUND)
    def test_a_body_without_a_plain_end_is_refused(self, answer: bytes, subject: Subject, origin: Origin) -> None:
        """Two readers could take it for two different bodies (RFC 9112, section 6.3)."""
        origin.on("/", [answer, Close()])
        with pytest.raises(ProtocolError):
            subject.send("GET", origin.url("/"))
