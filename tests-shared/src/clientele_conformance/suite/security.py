"""Credentials that the caller didn't set, and bytes that don't belong to a response."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clientele.http import Capability
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, redirect, response
from clientele_conformance.servers.recording import Recording
from clientele_conformance.subject import Subject
from clientele_conformance.suite.attempts import attempt, read_all
from clientele_conformance.suite.base import NewSubject, Suite, needs

OK = response(body=b"ok")
OWN = {"Authorization": "Bearer own"}

BREAKS = {
    "CRLF": "a\r\nX-Planted: 1",
    "CR": "a\rX-Planted: 1",
    "LF": "a\nX-Planted: 1",
    "fold": "a\r\n X-Planted: 1",
    "NUL": "a\0X-Planted: 1",
    "request": "a\r\n\r\nGET /planted HTTP/1.1\r\nHost: planted\r\n\r\n",
    "wide": "a\u010d\u010aX-Planted: 1",
    "line separator": "a\u2028X-Planted: 1",
    "next line": "a\x85X-Planted: 1",
}
REFUSED: dict[str, Any] = {
    "value": lambda text: {"headers": {"X-Own": text}},
    "name": lambda text: {"headers": {text: "1"}},
    "pair": lambda text: {"headers": [("X-Own", "1"), ("X-Own", text)]},
    "cookie": lambda text: {"headers": {"Cookie": text}},
    "content type": lambda text: {"headers": {"Content-Type": text}, "content": b"body"},
    "method": lambda text: {"method": text},
    "part type": lambda text: {"files": {"file": ("name.txt", b"x", text)}},
}
ESCAPED: dict[str, Any] = {
    "parameter": lambda text: {"params": {"a": text}},
    "parameter name": lambda text: {"params": {text: "a"}},
    "form": lambda text: {"data": {text: text}},
    "file name": lambda text: {"files": {"file": (text, b"x", "text/plain")}},
    "field name": lambda text: {"files": {text: b"x"}},
    "field": lambda text: {"data": {text: "a"}, "files": {"file": b"x"}},
}


def planted_in(server: Recording) -> list[str]:
    """What came to `server` of what was planted: a line that starts in the middle of a value, and all that follows."""
    found = [f"no request: {what}" for what in server.malformed]
    for request in server.requests:
        lines = request.raw_head.replace(b"\r", b"\n") + request.body.replace(b"\r", b"\n")
        if b"\nx-planted" in lines.lower() or request.path == "/planted":
            found.append(request.raw.decode("latin-1"))
    return found


class SecurityRules(Suite):
    """SEC-1, SEC-2 and SEC-5."""

    @pytest.fixture
    def netrc(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A netrc file, wherever it is looked for, with a password for every host."""
        for name in (".netrc", "_netrc"):
            (tmp_path / name).write_text(
                "machine 127.0.0.1 login netrc password netrc\n"
                "machine localhost login netrc password netrc\n"
                "default login netrc password netrc\n",
                encoding="utf-8",
            )
            (tmp_path / name).chmod(0o600)
        for variable in ("HOME", "USERPROFILE"):
            monkeypatch.setenv(variable, str(tmp_path))
        monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))

    @rule("SEC-1")
    @pytest.mark.usefixtures("netrc")
    @pytest.mark.parametrize("options", [{}, {"trust_env": True}, {"follow_redirects": True}])
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
    def test_netrc_is_not_read(
        self, host: str, options: dict[str, Any], new_subject: NewSubject, origin: Origin
    ) -> None:
        """Nobody has said that these credentials are for this call."""
        origin.on("/", redirect("/next"))
        subject = new_subject(**options)
        subject.send("GET", origin.url("/", host=host))
        attempt(read_all, subject, "GET", origin.url("/next", host=host))
        assert {None} == {request.header("authorization") for request in origin.requests}

    @rule("SEC-1", "SEC-2")
    @pytest.mark.usefixtures("netrc")
    def test_netrc_does_not_win_over_the_caller(self, new_subject: NewSubject, origin: Origin) -> None:
        """Neither over a header of the call nor over a configured one."""
        new_subject().send("GET", origin.url("/"), headers=OWN)
        new_subject(headers=OWN, base_url=origin.url()).send("GET", "/")
        assert ["Bearer own"] * 2 == [request.header("authorization") for request in origin.requests]

    @rule("SEC-2")
    @pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
    def test_the_header_wins_over_the_url(self, name: str, subject: Subject, origin: Origin) -> None:
        """Which has credentials, too."""
        url = origin.url("/").replace("//", "//user:planted@")
        attempt(subject.send, "GET", url, headers={name: "Bearer own"})
        assert [["Bearer own"]] * len(origin.requests) == [r.get_list("authorization") for r in origin.requests]

    @rule("SEC-2")
    def test_the_call_wins_over_what_is_configured(self, new_subject: NewSubject, origin: Origin) -> None:
        """And None takes the header away."""
        subject = new_subject(base_url=origin.url(), headers={"authorization": "Bearer configured"})
        for headers in ({}, OWN, {"AUTHORIZATION": None}):
            subject.send("GET", "/", headers=headers)
        expected = [["Bearer configured"], ["Bearer own"], []]
        assert expected == [request.get_list("authorization") for request in origin.requests]

    @rule("SEC-2")
    def test_no_call_has_what_another_was_given(self, subject: Subject, origin: Origin) -> None:
        """Credentials of a URL, headers and bodies are for one call."""
        url = origin.url("/")
        attempt(subject.send, "POST", url.replace("//", "//user:planted@"), json={"a": 1}, headers={"X-Own": "planted"})
        attempt(read_all, subject, "POST", url, headers=OWN)
        subject.send("GET", url)
        last = origin.requests[-1]
        left = [name for name in ("authorization", "content-type", "x-own") if last.get_list(name)]
        assert ("GET", b"", []) == (last.method, last.body, left)

    @rule("SEC-2")
    def test_the_header_lives_through_a_redirect(self, new_subject: NewSubject, origin: Origin) -> None:
        """On its origin, whatever the Location has."""
        origin.on("/", redirect(origin.url("/next").replace("//", "//user:planted@")))
        attempt(new_subject(follow_redirects=True).send, "GET", origin.url("/"), headers=OWN)
        assert [["Bearer own"]] * len(origin.requests) == [r.get_list("authorization") for r in origin.requests]

    @rule("SEC-2")
    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_a_challenge_is_not_answered(self, method: str, subject: Subject, origin: Origin) -> None:
        """With credentials that were not asked to go out; the 401 is the answer."""
        origin.on("/", response(401, [("WWW-Authenticate", 'Basic realm="a"')]))
        url = origin.url("/").replace("//", "//user:planted@")
        attempt(subject.send, method, url, headers=OWN)
        assert [["Bearer own"]] * len(origin.requests) == [r.get_list("authorization") for r in origin.requests]

    @rule("SEC-5")
    @pytest.mark.parametrize("place", REFUSED.values(), ids=REFUSED)
    def test_what_would_end_a_line_ends_none(self, place: Any, subject: Subject, origin: Origin) -> None:
        """It is refused; should anything be sent, it is one request, and has nothing of what was planted."""
        for text in BREAKS.values():
            options = {"method": "POST", **place(text)}
            attempt(subject.send, options.pop("method"), origin.url("/"), **options)
        assert [] == planted_in(origin)

    @rule("SEC-5")
    def test_configured_headers_end_no_line(self, new_subject: NewSubject, origin: Origin) -> None:
        """They are refused, like those of a call."""
        for text in BREAKS.values():
            for headers in ({"X-Own": text}, {text: "1"}):
                attempt(lambda headers=headers: new_subject(headers=headers).send("POST", origin.url("/")))
        assert [] == planted_in(origin)

    @rule("SEC-5")
    @pytest.mark.parametrize("place", ESCAPED.values(), ids=ESCAPED)
    def test_what_may_hold_anything_is_escaped(self, place: Any, subject: Subject, origin: Origin) -> None:
        """It arrives inside of what it belongs to."""
        origin.on("/", OK)
        for text in BREAKS.values():
            attempt(subject.send, "POST", origin.url("/"), **place(text))
        assert [] == planted_in(origin)

    @rule("SEC-5")
    @pytest.mark.parametrize("part", ["/{}", "/?a={}", "/#{}", "@{}"])
    def test_a_url_adds_nothing(self, part: str, subject: Subject, origin: Origin) -> None:
        """It is refused, or escaped if what would end a line there is none for HTTP."""
        origin.on("/", OK)
        for text in BREAKS.values():
            attempt(subject.send, "GET", origin.url() + part.format(text))
        assert [] == planted_in(origin)

    @rule("SEC-5")
    @needs(Capability.COOKIES)
    @pytest.mark.parametrize("text", BREAKS.values(), ids=BREAKS)
    def test_a_cookie_of_a_server_adds_nothing(self, text: str, new_subject: NewSubject, origin: Origin) -> None:
        """What is kept of it, if anything, is sent as a cookie."""
        cookie = text.encode("latin-1", errors="replace")
        origin.on("/", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: b=" + cookie + b"\r\n\r\nok", OK)
        subject = new_subject(cookies=True)
        for _ in range(2):
            attempt(subject.send, "GET", origin.url("/"))
        assert [] == planted_in(origin)
