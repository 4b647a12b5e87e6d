"""Whole requests, byte by byte: what each backend puts on the wire for the same call."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import pytest

from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, echo
from clientele_conformance.suite.base import NewSubject, Suite
from clientele_conformance.suite.request_wire import Canonical, base_fields, canonical

JSON = ("content-type", "application/json")
FORM = ("content-type", "application/x-www-form-urlencoded")


@dataclass(frozen=True, slots=True)
class Case:
    """A call, and the request that it is."""

    method: str
    path: str
    target: str
    fields: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    options: dict[str, Any] = field(default_factory=dict)
    constructor: dict[str, Any] = field(default_factory=dict)


CASES = {
    "plain": Case("GET", "/a/b", "/a/b"),
    "head": Case("HEAD", "/a", "/a"),
    "normal form": Case("GET", "/%7ea/../b?x=%2f|", "/b?x=%2F%7C"),
    "query": Case(
        "GET", "/a?x=1", "/a?x=1&y=2%203&z=true&z=%C3%A9", options={"params": {"y": "2 3", "z": [True, "\u00e9"]}}
    ),
    "empty query": Case("GET", "/a?", "/a", options={"params": {"y": None}}),
    "own method": Case("purge", "/a", "/a", (("content-length", "0"),)),
    "delete": Case("DELETE", "/a", "/a", (("content-length", "0"),)),
    "delete with a body": Case("DELETE", "/a", "/a", (JSON, ("content-length", "3")), b"[1]", options={"json": [1]}),
    "get with a body": Case("GET", "/a", "/a", (("content-length", "1"),), b"x", options={"content": b"x"}),
    "post without a body": Case("POST", "/a", "/a", (("content-length", "0"),)),
    "json": Case(
        "POST",
        "/a",
        "/a",
        (JSON, ("content-length", "22")),
        b'{"\xc3\xa9":[1,null],"b":{}}',
        options={"json": {"\u00e9": [1, None], "b": {}}},
    ),
    "json of another type": Case(
        "PATCH",
        "/a",
        "/a",
        (("content-type", "application/merge-patch+json"), ("content-length", "2")),
        b"{}",
        options={"json": {}, "headers": {"content-type": "application/merge-patch+json"}},
    ),
    "form": Case(
        "POST",
        "/a",
        "/a",
        (FORM, ("content-length", "18")),
        b"a=1&a=2&b=x%20y%2B",
        options={"data": [("a", [1, 2]), ("b", "x y+"), ("n", None)]},
    ),
    "bytes": Case("PUT", "/a", "/a", (("content-length", "4"),), b"\x00\r\n\xff", options={"content": b"\x00\r\n\xff"}),
    "text": Case("POST", "/a", "/a", (("content-length", "2"),), b"\xc3\xa9", options={"content": "\u00e9"}),
    "pieces": Case(
        "POST", "/a", "/a", (("transfer-encoding", "chunked"),), b"onetwo", options={"content": [b"one", b"two"]}
    ),
    "pieces of a length": Case(
        "POST",
        "/a",
        "/a",
        (("content-length", "6"),),
        b"onetwo",
        options={"content": [b"one", b"two"], "headers": {"Content-Length": "6"}},
    ),
    "headers": Case(
        "GET",
        "/a",
        "/a",
        (("x-own", "1, 2"), ("cookie", "a=1; b=2"), ("accept", "text/html"), ("x-empty", "")),
        options={
            "headers": [
                ("X-Own", " 1"),
                ("x-own", "2"),
                ("Cookie", "a=1"),
                ("Cookie", "b=2"),
                ("ACCEPT", "text/html"),
                ("X-Empty", ""),
                ("X-None", None),
            ]
        },
    ),
    "configured": Case(
        "GET",
        "/a",
        "/a",
        (("x-configured", "1"), ("x-both", "call")),
        options={"headers": {"x-both": "call"}},
        constructor={"headers": {"X-Configured": "1", "X-Both": "constructor"}},
    ),
    "authorization": Case(
        "GET", "/a", "/a", (("authorization", "Bearer token"),), options={"headers": {"Authorization": "Bearer token"}}
    ),
}


class SameBytesRules(Suite):
    """BDY-7."""

    @rule("BDY-7")
    @pytest.mark.parametrize("name", CASES)
    def test_a_call_is_this_request(self, name: str, new_subject: NewSubject, origin: Origin) -> None:
        """Method, target, every header and every byte of the body; nothing more."""
        case = CASES[name]
        origin.on(case.target.partition("?")[0], echo)
        new_subject(**case.constructor).send(case.method, origin.url(case.path), **case.options)
        own = base_fields(origin, *case.fields, without="user-agent")
        expected = Canonical(case.method.upper(), case.target, own, case.body)
        assert [expected] == [canonical(request) for request in origin.requests]

    @rule("BDY-7")
    def test_a_file_is_this_request(self, new_subject: NewSubject, origin: Origin) -> None:
        """One that is read from its position."""
        file = io.BytesIO(b"before, after")
        file.seek(8)
        new_subject().send("PUT", origin.url("/a"), content=file)
        expected = Canonical("PUT", "/a", base_fields(origin, ("content-length", "5"), without="user-agent"), b"after")
        assert [expected] == [canonical(request) for request in origin.requests]

    @rule("BDY-7")
    def test_a_base_url_with_a_user_is_this_request(self, new_subject: NewSubject, origin: Origin) -> None:
        """And the second request on the connection is the same as the first."""
        subject = new_subject(base_url=origin.url("/v2").replace("://", "://user:pass@"))
        for _ in range(2):
            subject.send("GET", "users")
        own = base_fields(origin, ("authorization", "Basic dXNlcjpwYXNz"), without="user-agent")
        assert [Canonical("GET", "/v2/users", own, b"")] * 2 == [canonical(request) for request in origin.requests]

    @rule("BDY-7")
    def test_a_stream_is_this_request(self, new_subject: NewSubject, origin: Origin) -> None:
        """With a body, as a call."""
        origin.on("/a", b"HTTP/1.1 204 No Content\r\n\r\n")
        with new_subject().stream("POST", origin.url("/a"), params={"b": 1}, json={"c": 2}) as items:
            assert [] == list(items)
        more = (JSON, ("content-length", "7"), ("accept-encoding", "identity"))
        expected = Canonical("POST", "/a?b=1", base_fields(origin, *more, without="user-agent"), b'{"c":2}')
        assert [expected] == [canonical(request) for request in origin.requests]
