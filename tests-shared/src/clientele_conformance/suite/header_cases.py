"""Names of headers in every case: what is true of `Content-Type` is true of `content-type` and `CONTENT-TYPE`."""

from __future__ import annotations

import gzip
import string
from collections.abc import Callable, Mapping

import pytest

from clientele.http import Capability
from clientele.http.errors import InvalidHeader
from clientele_conformance.rules import rule
from clientele_conformance.servers import Answer, Close, Origin, chunked, head, redirect, response
from clientele_conformance.subject import Subject
from clientele_conformance.suite.attempts import attempt
from clientele_conformance.suite.base import NewSubject, Suite, needs
from clientele_conformance.suite.request_wire import about_body, fields

CASES: Mapping[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "mixed": lambda name: name.title().swapcase(),
}
BODIES: Mapping[str, object] = {"json": 1, "data": {"a": 1}, "files": {"f": b""}}
OK = response(body=b"ok")
TOKEN = string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~"
VALUE = "\t" + "".join(map(chr, range(0x20, 0x7F)))

Case = Callable[[str], str]
in_every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


class HeaderCaseRules(Suite):
    """The names in RSP-1, RSP-2, RSP-9, RDR-2, RDR-5, RDR-7, COK-2, STM-5, HDR-1 to HDR-4, BDY-1 and SEC-2, by case."""

    @rule("HDR-3")
    @in_every_case
    @pytest.mark.parametrize("name", ["accept", "accept-encoding", "host", "user-agent"])
    def test_what_the_caller_says_is_said_once(
        self, name: str, case: Case, new_subject: NewSubject, origin: Origin
    ) -> None:
        """In the place of the default, whether it is configured or said in a call."""
        new_subject(headers={case(name): "own"}).send("GET", origin.url())
        new_subject().send("GET", origin.url(), headers={case(name): "own"})
        new_subject(headers={name: "configured"}).send("POST", origin.url(), headers={case(name): "own"}, json={})
        assert [["own"]] * 3 == [request.get_list(name) for request in origin.requests]

    @rule("HDR-1")
    @in_every_case
    @pytest.mark.parametrize("name", ["accept", "accept-encoding", "user-agent", "x-configured"])
    def test_none_takes_a_header_away(self, name: str, case: Case, new_subject: NewSubject, origin: Origin) -> None:
        """A default as well as a configured one."""
        subject = new_subject(headers={"X-CONFIGURED": "1"})
        for headers in ({}, {case(name): None}):
            subject.send("GET", origin.url(), headers=headers)
        before, after = map(fields, origin.requests)
        assert [pair for pair in before if pair[0] != name] == after

    @rule("BDY-1", kind="json")
    @rule("BDY-2", kind="data")
    @rule("BDY-3", kind="files")
    @in_every_case
    @pytest.mark.parametrize("kind", BODIES)
    def test_the_type_of_the_caller_wins(self, kind: str, case: Case, subject: Subject, origin: Origin) -> None:
        """Over the one that the body implies."""
        subject.send("POST", origin.url(), headers={case("content-type"): "text/x-own"}, **{kind: BODIES[kind]})
        assert ["text/x-own"] == origin.requests[0].get_list("content-type")

    @rule("HDR-2")
    @in_every_case
    def test_framing_is_not_set_by_hand(self, case: Case, subject: Subject, origin: Origin) -> None:
        """But for the length of an iterable, which is announced in the place of chunks."""
        with pytest.raises(InvalidHeader):
            subject.send("POST", origin.url(), headers={case("transfer-encoding"): "chunked"}, content=iter([b"abc"]))
        with pytest.raises(InvalidHeader):
            subject.send("POST", origin.url(), headers={case("content-length"): "3"}, content=b"abc")
        subject.send("POST", origin.url(), headers={case("content-length"): "3"}, content=iter([b"abc"]))
        assert [("content-length", "3")] == about_body(origin.requests[0])
        assert b"abc" == origin.requests[0].raw_body

    @rule("HDR-4")
    @in_every_case
    @pytest.mark.parametrize(("name", "joined"), [("x-own", "a=1, b=2"), ("cookie", "a=1; b=2")])
    def test_repeated_headers_are_one(
        self, name: str, joined: str, case: Case, subject: Subject, origin: Origin
    ) -> None:
        """However the second one is written."""
        subject.send("GET", origin.url(), headers=[(name.title(), "a=1"), (case(name), "b=2")])
        assert [joined] == origin.requests[0].get_list(name)

    @rule("SEC-2")
    @in_every_case
    def test_the_authorization_of_the_caller_wins(self, case: Case, subject: Subject, origin: Origin) -> None:
        """Over a user and a password in the URL."""
        url = origin.url().replace("://", "://user:password@")
        attempt(subject.send, "GET", url, headers={case("authorization"): "Bearer own"})
        assert [["Bearer own"]] * len(origin.requests) == [r.get_list("authorization") for r in origin.requests]

    @rule("COK-2")
    @needs(Capability.COOKIES)
    @in_every_case
    def test_cookies_are_found_and_give_way(self, case: Case, new_subject: NewSubject, origin: Origin) -> None:
        """What a response sets is kept, and a Cookie of the caller is sent in its place."""
        origin.on("/", head(200, [(case("set-cookie"), "a=1"), ("Content-Length", "2")]) + b"ok")
        subject = new_subject(cookies=True)
        for headers in ({}, {}, {case("cookie"): "own=1"}):
            subject.send("GET", origin.url("/"), headers=headers)
        assert [[], ["a=1"], ["own=1"]] == [request.get_list("cookie") for request in origin.requests]

    @rule("RDR-5")
    @in_every_case
    def test_no_secret_goes_to_another_origin(
        self, case: Case, new_subject: NewSubject, origin: Origin, other_origin: Origin
    ) -> None:
        """What is harmless does."""
        origin.on("/", redirect(other_origin.url("/next")))
        secrets = {case(name): "planted" for name in ("authorization", "cookie", "proxy-authorization", "x-api-key")}
        harmless = {case(name): "own" for name in ("accept", "accept-language", "range", "user-agent")}
        subject = new_subject(follow_redirects=True)
        subject.send("GET", origin.url("/"), headers={**secrets, **harmless})
        told = [(name.lower(), "own") for name in sorted(harmless, key=str.lower)]
        assert told == [pair for pair in fields(other_origin.requests[0]) if pair[1] in {"own", "planted"}]

    @rule("RDR-2")
    @in_every_case
    def test_what_is_said_of_a_body_goes_with_it(self, case: Case, new_subject: NewSubject, origin: Origin) -> None:
        """When a POST becomes a GET."""
        origin.on("/", redirect("/next", 303))
        about = {case(name): "own" for name in ("content-type", "content-language", "content-location")}
        new_subject(follow_redirects=True).send("POST", origin.url("/"), headers=about, content=b"a")
        assert [] == about_body(origin.requests[1])

    @rule("RSP-1")
    @in_every_case
    def test_fields_are_found(self, case: Case, subject: Subject, origin: Origin) -> None:
        """In whichever case they were sent, and in whichever they are asked for."""
        sent = [(case("x-own"), "1"), ("X-Own", "2"), (case("set-cookie"), "a=1"), ("Set-Cookie", "b=2")]
        origin.on("/", response(200, sent, b"ok"))
        headers = subject.send("GET", origin.url("/")).headers
        assert {"x-own", "set-cookie", "content-length"} == set(headers)
        for asked in CASES.values():
            own, cookie = asked("x-own"), asked("set-cookie")
            assert ("1, 2", "a=1") == (headers[own], headers[cookie])
            assert ("1, 2", "a=1") == (headers.get(own), headers.get(cookie, "none"))
            assert (["1", "2"], ["a=1", "b=2"]) == (headers.get_list(own), headers.get_list(cookie))
            assert own in headers
            assert cookie in headers

    @rule("RSP-2", field="content-encoding")
    @rule("RSP-3", field="content-type")
    @rule("RSP-9", field="framing")
    @in_every_case
    @pytest.mark.parametrize("framing", ["length", "chunked", "close"])
    @pytest.mark.parametrize("field", ["content-encoding", "content-type", "framing"])
    def test_a_body_is_what_its_fields_say(
        self, field: str, framing: str, case: Case, subject: Subject, origin: Origin
    ) -> None:
        """In its coding, its charset and its framing."""
        text = "é" if field == "content-type" else "e"
        body = gzip.compress(b"e") if field == "content-encoding" else text.encode("latin-1")
        values = {"content-encoding": "gzip", "content-type": "text/plain; charset=latin-1"}
        about = [(case(name), value) for name, value in values.items() if name == field]
        answers: dict[str, Answer] = {
            "length": head(200, [*about, (case("content-length"), str(len(body)))]) + body,
            "chunked": head(200, [*about, (case("transfer-encoding"), "chunked")]) + chunked(body),
            "close": [head(200, [*about, (case("connection"), "close")]) + body, Close()],
        }
        origin.on("/", answers[framing])
        for _ in range(2):
            assert text == subject.send("GET", origin.url("/")).text

    @rule("RDR-7")
    @in_every_case
    def test_a_location_is_followed(self, case: Case, new_subject: NewSubject, origin: Origin) -> None:
        """Where it leads."""
        origin.on("/", response(302, [(case("location"), "/next")]))
        origin.on("/next", OK)
        assert b"ok" == new_subject(follow_redirects=True).send("GET", origin.url("/")).content

    @rule("STM-5")
    @in_every_case
    def test_events_are_known_by_their_type(self, case: Case, subject: Subject, origin: Origin) -> None:
        """The data of each is an item."""
        origin.on("/", response(200, [(case("content-type"), "text/event-stream")], b"data: 1\n\n"))
        with subject.stream("GET", origin.url("/"), int) as items:
            assert [1] == list(items)


class HeaderCharacterRules(Suite):
    """The characters of HDR-1, one by one."""

    @rule("HDR-1")
    def test_each_character_of_a_name(self, subject: Subject, origin: Origin) -> None:
        """Those of a token are sent, alone too; all others are refused."""
        refused = [each for each in map(chr, range(256)) if not _is_sent(subject, origin, {f"X{each}y": "1"})]
        assert [each for each in map(chr, range(256)) if each not in TOKEN] == refused
        assert [f"x{each}y".lower() for each in sorted(TOKEN)] == [_own(request.headers) for request in origin.requests]

    @rule("HDR-1")
    def test_each_character_of_a_value(self, subject: Subject, origin: Origin) -> None:
        """Those of ASCII that can be printed, and a tab, are sent; all others are refused."""
        refused = [each for each in map(chr, range(256)) if not _is_sent(subject, origin, {"X-Own": f"a{each}b"})]
        assert [each for each in map(chr, range(256)) if each not in VALUE] == refused
        assert [f"a{each}b" for each in VALUE] == [request.header("x-own") for request in origin.requests]


def _is_sent(subject: Subject, origin: Origin, headers: Mapping[str, str]) -> bool:
    try:
        subject.send("GET", origin.url(), headers=headers)
    except InvalidHeader:
        return False
    return True


def _own(headers: tuple[tuple[str, str], ...]) -> str:
    """The name of the field that is not a default."""
    return next(name.lower() for name, value in headers if value == "1")
