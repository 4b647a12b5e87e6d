"""Secrets: wherever they are given, they are shown nowhere."""

from __future__ import annotations

import base64
import logging
import pickle
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from clientele.http import Capability
from clientele.http.errors import HTTPStatusError
from clientele.http.transport import causes
from clientele_conformance.rules import rule
from clientele_conformance.servers import (
    Answer,
    Certificates,
    Close,
    HTTP2Origin,
    Origin,
    Reset,
    Stall,
    head,
    json_response,
    redirect,
    refusing,
    response,
)
from clientele_conformance.subject import Subject
from clientele_conformance.suite.attempts import attempt, read_all
from clientele_conformance.suite.base import NewSubject, Suite, needs

SECRETS = ["planted", base64.b64encode(b"user:planted").decode().rstrip("=")]
SECRET_LOCATION = "/next?token=planted#planted"

OPTIONS: dict[str, Any] = {
    "params": {"token": "planted"},
    "headers": {"Authorization": "Bearer planted", "X-Api-Key": "planted", "Cookie": "session=planted"},
    "json": {"password": "planted"},
}

FAULTS: dict[str, Answer] = {
    "reset": Reset(),
    "close": Close(),
    "stall": Stall(),
    "no http": [b"garbage\r\n\r\n", Close()],
    "bad header": [b"HTTP/1.1 200 OK\r\nSet-Cookie : planted\r\n\r\n", Close()],
    "a version": [b"HTTP/9.9 planted\r\n\r\n", Close()],
    "a chunk": [head(200, [("Transfer-Encoding", "chunked")]) + b"planted\r\n", Close()],
    "a length": [head(200, [("Content-Length", "planted")]), Close()],
    "cut body": [head(200, [("Content-Length", "9"), ("Set-Cookie", "planted")]) + b"planted", Close()],
    "coding": response(200, [("Content-Encoding", "gzip")], b"planted"),
    "too large": response(200, [], b"planted" * 1000),
    "loop": redirect("/a?token=planted"),
    "bad location": redirect("http://user:planted@127.0.0.1:0/?token=planted"),
    "no location": redirect("http://[planted/"),
    "other location": redirect("planted://user:planted@h/?token=planted"),
}


def secret(url: str) -> str:
    """`url` with secrets wherever a URL can have them."""
    return url.replace("//", "//user:planted@") + "?key=planted#planted"


def printed(error: Exception | None) -> str:
    """What a program prints of `error` that doesn't catch it, with all that lies beneath it."""
    return "" if error is None else "".join(traceback.format_exception(error))


@contextmanager
def without_answer(where: str, origin: Origin) -> Iterator[str]:
    """A URL with secrets, where no call is answered."""
    origin.on("/reset", Reset())
    origin.on("/noise", [b"noise\r\n\r\n", Close()])
    with refusing() as (host, port):
        urls = {"refused": f"http://{host}:{port}/a", "unknown": "http://example.test/a"}
        yield secret(urls.get(where) or origin.url(f"/{where}"))


def assert_silent(*texts: str) -> None:
    """Check that no text has a secret."""
    assert [] == [text for text in texts if any(planted in text for planted in SECRETS)]


def assert_kept(error: Exception | None) -> None:
    """Check that `error`, if there is one, keeps all secrets."""
    if error is None:
        return
    for each in causes(error):  # A debugger shows more of them than a traceback.
        shown = {name: value for name, value in vars(each).items() if not name.startswith("_")}
        assert_silent(str(each), repr(each), repr(each.args), repr(shown))
    assert_silent(repr(vars(error)))
    pickled: list[bytes] = []
    attempt(lambda: pickled.append(pickle.dumps(error)))  # That it can be pickled, ERR-4 says.
    assert_silent(*(data.decode("latin-1") for data in pickled))


class SecuritySecretRules(Suite):
    """SEC-3."""

    @rule("SEC-3")
    @pytest.mark.parametrize("broken_answer", FAULTS.values(), ids=FAULTS)
    def test_a_fault_keeps_secrets(
        self, broken_answer: Answer, new_subject: NewSubject, origin: Origin, caplog: pytest.LogCaptureFixture
    ) -> None:
        """In its text, its repr and its pickle, in what lies beneath it, and in every log."""
        origin.on("/a", broken_answer)
        subject = new_subject(timeout=0.3, follow_redirects=True)
        limit = {"max_response_bytes": 100} if broken_answer is FAULTS["too large"] else {}
        options = {**OPTIONS, "json": None, **limit}
        with caplog.at_level(logging.DEBUG):
            assert_kept(attempt(subject.send, "GET", secret(origin.url("/a")), **options))
        assert_silent(caplog.text)

    @rule("SEC-3")
    @pytest.mark.parametrize("where", ["refused", "unknown", "untrusted"])
    def test_a_failed_connection_keeps_secrets(self, where: str, subject: Subject, tls_origin: Origin) -> None:
        """As any other fault."""
        with refusing() as (host, port):
            urls = {
                "refused": f"http://{host}:{port}/a",
                "unknown": "http://example.test/a",
                "untrusted": tls_origin.url("/a"),
            }
            assert_kept(attempt(subject.send, "POST", secret(urls[where]), **OPTIONS))

    @rule("SEC-3")
    @pytest.mark.parametrize("where", ["refused", "unknown", "reset", "noise"])
    def test_a_printed_traceback_keeps_secrets(self, where: str, subject: Subject, origin: Origin) -> None:
        """Those of the causes as well: a library's own exception may have the whole URL."""
        with without_answer(where, origin) as url:
            error = attempt(subject.send, "POST", url, **OPTIONS)
        assert_silent(printed(error))

    @rule("SEC-3")
    @pytest.mark.parametrize("status", [404, 500])
    def test_an_error_status_keeps_secrets(self, status: int, subject: Subject, origin: Origin) -> None:
        """Its response is the caller's own, and complete as long as it stays in this process."""
        origin.on("/a", json_response({"password": "planted", "detail": "gone"}, status, [("Set-Cookie", "planted")]))
        with pytest.raises(HTTPStatusError) as raised:
            subject.send("POST", secret(origin.url("/a")), **OPTIONS).raise_for_status()
        answer = raised.value.response
        assert ("planted", "planted") == (answer.headers["set-cookie"], answer.json()["password"])
        assert_kept(raised.value)

    @rule("SEC-3")
    @pytest.mark.parametrize("status", [302, 404])
    def test_a_stream_that_fails_keeps_secrets(self, status: int, subject: Subject, origin: Origin) -> None:
        """Also those of a redirect that it doesn't follow."""
        origin.on("/a", response(status, [("Location", SECRET_LOCATION)], b"password=planted"))
        assert_kept(attempt(read_all, subject, "POST", secret(origin.url("/a")), **OPTIONS))

    @rule("SEC-3")
    @pytest.mark.parametrize(
        "mistake",
        [
            lambda new: new().send("GET", "http://user:planted@127.0.0.1:99999/?key=planted"),
            lambda new: new().send("GET", "ftp://user:planted@127.0.0.1/?key=planted"),
            lambda new: new().send("GET", "http://user:planted@[bad/?key=planted"),
            lambda new: new().send("GET", "http://user:pl anted:planted@h\\/?key=planted"),
            lambda new: new().send("GET", "http://127.0.0.1/", headers={"Authorization": "planted\r\n"}),
            lambda new: new().send("GET", "http://127.0.0.1/", headers={"X-Api-Key": "planté planted"}),
            lambda new: new(headers={"X-Api-Key": "planted\0"}),
            lambda new: new(headers={"X-Api-Key": b"planted"}),
            lambda new: new(base_url="http://user:planted@127.0.0.1:99999/"),
            lambda new: new(base_url="http://127.0.0.1/?key=planted"),
        ],
    )
    def test_a_mistake_keeps_secrets(self, mistake: Callable[[NewSubject], object], new_subject: NewSubject) -> None:
        """It says what is wrong without saying it all."""
        error = attempt(mistake, new_subject)
        assert_silent(str(error), repr(error))

    @rule("SEC-3")
    @pytest.mark.parametrize(
        "options",
        [{}, pytest.param({"cookies": True}, marks=needs(Capability.COOKIES))],
        ids=["without a jar", "with a jar"],
    )
    def test_no_repr_has_a_secret(self, options: dict[str, Any], new_subject: NewSubject, origin: Origin) -> None:
        """Neither that of a backend nor that of anything in a response."""
        origin.on("/a", redirect(SECRET_LOCATION, headers=[("Set-Cookie", "a=planted"), ("X-Token", "planted")]))
        origin.on("/next", response(200, [("Set-Cookie", "a=planted"), ("X-Token", "planted")], b"planted"))
        subject = new_subject(
            base_url=secret(origin.url("/")).partition("?")[0],
            headers=OPTIONS["headers"],
            follow_redirects=True,
            **options,
        )
        shown: list[object] = [subject.backend]

        def send() -> None:
            answer = subject.send("POST", "/a", params={"token": "planted"}, json={"password": "planted"})
            for step in (answer, *answer.history):
                shown.extend([step, step.headers])

        shown.append(attempt(send))
        assert_silent(*map(repr, shown), *map(str, shown), *map(format, shown))

    @rule("SEC-3")
    @pytest.mark.parametrize("url_of", [lambda origin: secret(origin.url("/a")), lambda origin: origin.url("/fault")])
    def test_no_log_has_a_secret(
        self, url_of: Callable[[Origin], str], caplog: pytest.LogCaptureFixture, new_subject: NewSubject, origin: Origin
    ) -> None:
        """Neither ours nor the library's, as applications use to keep them."""
        self._call(url_of(origin), new_subject, origin, caplog, logging.INFO)
        assert_silent(caplog.text)

    @rule("SEC-3")
    def test_no_log_for_debugging_has_a_secret(
        self, caplog: pytest.LogCaptureFixture, new_subject: NewSubject, origin: Origin
    ) -> None:
        """Neither the request's nor the response's, though a library traces all that it does."""
        self._call(secret(origin.url("/a")), new_subject, origin, caplog, logging.DEBUG)
        assert_silent(caplog.text)

    @rule("SEC-3")
    @pytest.mark.parametrize("way", ["send", "stream"])
    def test_no_log_of_frames_has_a_secret(
        self, way: str, caplog: pytest.LogCaptureFixture, over_http2: Subject, certificates: Certificates
    ) -> None:
        """HTTP/2 has heads of its own, and a library for them."""
        with HTTP2Origin(certificates) as server, caplog.at_level(logging.DEBUG):
            server.on("/a", b"ok", headers=[("Set-Cookie", "planted"), ("X-Token", "planted")])
            if way == "send":
                over_http2.send("POST", secret(server.url("/a")), **OPTIONS)
            else:
                read_all(over_http2, "POST", secret(server.url("/a")), **OPTIONS)
        assert_silent(*(record.getMessage() for record in caplog.records if record.thread == threading.get_ident()))

    def _call(
        self, url: str, new_subject: NewSubject, origin: Origin, caplog: pytest.LogCaptureFixture, level: int
    ) -> None:
        said = [("Set-Cookie", "planted"), ("X-Token", "planted")]
        origin.on("/a", redirect(SECRET_LOCATION, headers=said))
        origin.on("/next", response(404, said))
        origin.on("/fault", Reset())
        with caplog.at_level(level):
            subject = new_subject(follow_redirects=True)
            if (error := attempt(subject.send, "POST", url, **OPTIONS)) is not None:
                logging.getLogger("application").info("failed: %s", error)
            subject.close()
