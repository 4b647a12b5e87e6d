"""A user and a password in a URL: sent as Basic authorization, and shown nowhere."""

from __future__ import annotations

import base64
import logging
import traceback

import pytest

from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, echo, refusing
from clientele_conformance.subject import Subject
from clientele_conformance.suite.attempts import attempt, read_all
from clientele_conformance.suite.base import NewSubject, Suite

USER, PASSWORD = "johanna", "open-sesame"
SECRETS = (PASSWORD, base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode())


class UrlCredentialRules(Suite):
    """URL-6."""

    @rule("URL-6")
    @pytest.mark.parametrize(
        ("given", "sent"),
        [
            ("user:password", "user:password"),
            ("us%65r:p%40ss%3a%2Fword%25", "user:p@ss:/word%"),
            ("user", "user:"),
            ("user:", "user:"),
            (":password", ":password"),
            ("user:pass:word", "user:pass:word"),
            ("jos%C3%A9:\u00e9\u65e5", "jos\u00e9:\u00e9\u65e5"),
        ],
    )
    def test_they_become_basic_authorization(self, given: str, sent: str, subject: Subject, origin: Origin) -> None:
        """Decoded, in UTF-8 (RFC 7617), and in no other part of the request."""
        subject.send("GET", _with(given, origin.url("/a?b=c")))
        request = origin.requests[0]
        assert [f"Basic {base64.b64encode(sent.encode()).decode()}"] == request.get_list("authorization")
        assert "/a?b=c" == request.target
        assert [f"{origin.host}:{origin.port}"] == request.get_list("host")

    @rule("URL-6")
    @pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
    def test_an_authorization_header_wins(self, name: str, subject: Subject, origin: Origin) -> None:
        """The one that the call gives, however its name is written."""
        subject.send("GET", _with("user:password", origin.url()), headers={name: "Bearer token"})
        assert ["Bearer token"] == origin.requests[0].get_list("authorization")

    @rule("URL-6")
    def test_a_configured_authorization_header_wins(self, new_subject: NewSubject, origin: Origin) -> None:
        """The one that the backend was given."""
        subject = new_subject(headers={"Authorization": "Bearer token"})
        subject.send("GET", _with("user:password", origin.url()))
        assert ["Bearer token"] == origin.requests[0].get_list("authorization")

    @rule("URL-6")
    def test_those_of_the_base_url_are_sent_below_it(
        self, new_subject: NewSubject, origin: Origin, other_origin: Origin
    ) -> None:
        """And to no other origin."""
        subject = new_subject(base_url=_with(f"{USER}:{PASSWORD}", origin.url("/v2")))
        subject.send("GET", "/users")
        subject.send("GET", other_origin.url("/users"))
        assert [f"Basic {SECRETS[1]}"] == origin.requests[0].get_list("authorization")
        assert [] == other_origin.requests[0].get_list("authorization")

    @rule("URL-6")
    def test_no_response_shows_them(
        self, new_subject: NewSubject, origin: Origin, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Nor do the backend's repr and the logs of all libraries."""
        caplog.set_level(logging.DEBUG)
        origin.on("/v2/users", echo)
        subject = new_subject(base_url=_with(f"{USER}:{PASSWORD}", origin.url("/v2")))
        response = subject.send("GET", "/users")
        assert origin.url("/v2/users") == response.request_url
        _assert_hidden(repr(response), str(response), repr(subject.backend), str(subject.backend), caplog.text)

    @rule("URL-6")
    def test_no_transport_error_shows_them(self, subject: Subject, caplog: pytest.LogCaptureFixture) -> None:
        """Neither itself nor in a traceback with all its causes."""
        caplog.set_level(logging.DEBUG)
        with refusing() as (host, port):
            url = _with(f"{USER}:{PASSWORD}", f"http://{host}:{port}/a")
            error = attempt(subject.send, "GET", url)
        _assert_hidden(*_shown(error), caplog.text)

    @rule("URL-6")
    def test_no_status_error_shows_them(
        self, subject: Subject, origin: Origin, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Neither that of a response nor that of a stream."""
        caplog.set_level(logging.DEBUG)
        url = _with(f"{USER}:{PASSWORD}", origin.url("/missing"))
        raised = attempt(lambda: subject.send("GET", url).raise_for_status())
        streamed = attempt(read_all, subject, "GET", url)
        for error in (raised, streamed):
            response = getattr(error, "response", None)
            _assert_hidden(*_shown(error), str(getattr(response, "request_url", "")))
        _assert_hidden(caplog.text)

    @rule("URL-6")
    @pytest.mark.parametrize(
        "url",
        [
            "ftp://{user}@127.0.0.1/",
            "http://{user}@127.0.0.1:99999/",
            "http://{user}@127.0.0.1/a b",
            "http://{user}@/",
            "http://{user}@a@127.0.0.1/",
            "http://{user}@[::1/",
            "{user}@127.0.0.1",
            "//{user}@127.0.0.1/",
        ],
    )
    def test_no_refusal_shows_them(self, url: str, new_subject: NewSubject, caplog: pytest.LogCaptureFixture) -> None:
        """A URL that can't be used may hold a password all the same: in a call as in the configuration."""
        caplog.set_level(logging.DEBUG)
        bad = url.replace("{user}", f"{USER}:{PASSWORD}")
        called = attempt(new_subject().send, "GET", bad)
        configured = attempt(lambda: new_subject(base_url=bad).send("GET", "/"))
        _assert_hidden(*_shown(called), *_shown(configured), caplog.text)


def _with(userinfo: str, url: str) -> str:
    return url.replace("://", f"://{userinfo}@")


def _shown(error: Exception | None) -> list[str]:
    return [] if error is None else [str(error), repr(error), "".join(traceback.format_exception(error))]


def _assert_hidden(*texts: str) -> None:
    assert [] == [text for text in texts if any(secret in text for secret in SECRETS)]
