"""RetryBackend around every installed backend, against servers that fail before they answer."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from clientele.api import APIClient, BaseConfig
from clientele.http import FakeHTTPBackend, Response, Timeout, retrying
from clientele.http.errors import (
    ConfigurationError,
    ConnectError,
    DeadlineExceeded,
    HTTPStatusError,
    ReadError,
    TransportError,
)
from clientele.http.retrying import RetryBackend
from clientele_conformance.installed import CLASSES, MODES, each
from clientele_conformance.servers import (
    Origin,
    Reset,
    Stall,
    chunk,
    chunked_head,
    chunked_response,
    head,
    refusing,
    response,
)
from clientele_conformance.subject import AsyncSubject, Mode, Subject, SyncSubject

OK = response(200, body=b"ok")


class New:
    """Makes retrying backends, each around a new one of the kind under test."""

    def __init__(self, name: str, mode: Mode, runner: asyncio.Runner) -> None:
        self._inner = CLASSES[name]
        self._mode = mode
        self._runner = runner
        self.made: list[Subject] = []

    def __call__(self, *, inner: dict[str, Any] | None = None, **options: Any) -> Subject:
        given: dict[str, Any] = {"backoff": 0.01, **options}
        backend = RetryBackend(self._inner(**inner or {}), **given)
        self.made.append(SyncSubject(backend) if self._mode == "sync" else AsyncSubject(backend, self._runner))
        return self.made[-1]


@pytest.fixture(params=each(MODES))
def new(request: pytest.FixtureRequest) -> Iterator[New]:
    """Makes a retrying backend; all are closed in the end."""
    name, mode = request.param
    with asyncio.Runner() as runner:
        made = New(name, mode, runner)
        yield made
        for subject in made.made:
            subject.close()


def test_a_reset_is_retried(new: New, origin: Origin) -> None:
    """The third attempt is answered, and that is the answer."""
    origin.on("/", Reset(), Reset(), OK)
    assert b"ok" == new().send("GET", origin.url()).content
    assert 3 == len(origin.requests)


def test_a_status_is_retried(new: New, origin: Origin) -> None:
    """503 is one that may."""
    origin.on("/", response(503), OK)
    assert 200 == new().send("GET", origin.url()).status_code


def test_the_last_error_is_raised(new: New, origin: Origin) -> None:
    """When no attempt is left: as it is, not inside another."""
    origin.on("/", Reset())
    with pytest.raises(ReadError) as caught:
        new(attempts=2).send("GET", origin.url())
    assert "GET" == caught.value.request_method
    assert 2 == len(origin.requests)


def test_the_last_response_is_returned(new: New, origin: Origin) -> None:
    """When no attempt is left: the caller sees the status."""
    origin.on("/", response(503, body=b"1"), response(503, body=b"2"), response(503, body=b"3"), OK)
    answer = new().send("GET", origin.url())
    assert (503, b"3") == (answer.status_code, answer.content)


@pytest.mark.parametrize("answer", [Reset(), response(503)], ids=["reset", "503"])
def test_a_post_is_sent_once(new: New, origin: Origin, answer: Any) -> None:
    """The server may have done what it asks."""
    origin.on("/", answer, OK)
    subject = new()
    if isinstance(answer, Reset):
        with pytest.raises(TransportError):
            subject.send("POST", origin.url(), json={})
    else:
        assert 503 == subject.send("POST", origin.url(), json={}).status_code
    assert 1 == len(origin.requests)


def test_a_post_with_a_key_is_repeated(new: New, origin: Origin) -> None:
    """Byte for byte: the server knows it by its key, also where the headers are an iterator."""
    origin.on("/", Reset(), OK)
    headers = iter([("Idempotency-Key", "k1")])
    assert 200 == new().send("POST", origin.url(), json={"a": 1}, headers=headers).status_code
    assert [(b'{"a":1}', "k1")] * 2 == [(each.body, each.header("idempotency-key")) for each in origin.requests]


def test_a_configured_method_is_retried(new: New, origin: Origin) -> None:
    """With the same body."""
    origin.on("/", Reset(), OK)
    assert 200 == new(methods=["post"]).send("POST", origin.url(), data={"a": "1"}).status_code
    assert [b"a=1"] * 2 == [each.body for each in origin.requests]


def test_a_body_that_is_read_once_is_sent_once(new: New, origin: Origin) -> None:
    """It would be another one the second time."""
    origin.on("/", Reset(), OK)
    with pytest.raises(TransportError):
        new(methods=["PUT"]).send("PUT", origin.url(), content=io.BytesIO(b"once"))
    assert 1 == len(origin.requests)


def test_a_refused_connection_is_retried_for_any_method(new: New, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing was sent. Each retry is in the log, without what is secret."""
    with refusing() as (host, port), caplog.at_level(logging.INFO, "clientele.retries"), pytest.raises(ConnectError):
        new(attempts=3).send(
            "POST", f"http://user:hunter2@{host}:{port}/?token=hunter2", headers={"X-Key": "hunter2"}, json="hunter2"
        )
    messages = [record.getMessage() for record in caplog.records if record.name == "clientele.retries"]
    assert ["attempt 1 of 3", "attempt 2 of 3"] == [message.split(": ")[1][:14] for message in messages]
    assert all(message.startswith("POST ") and "ConnectError" in message for message in messages)
    assert "hunter2" not in caplog.text


def test_retry_after_is_waited_for(new: New, origin: Origin) -> None:
    """A second is a second."""
    origin.on("/", response(429, [("Retry-After", "1")]), OK)
    started = time.monotonic()
    assert 200 == new().send("GET", origin.url()).status_code
    assert 1.0 <= time.monotonic() - started < 15.0


def test_a_longer_retry_after_ends_the_call(new: New, origin: Origin) -> None:
    """At once, with the response that says so."""
    origin.on("/", response(429, [("Retry-After", "3600")]), OK)
    assert 429 == new().send("GET", origin.url()).status_code
    assert 1 == len(origin.requests)


@pytest.mark.parametrize("where", ["backend", "call", "inner"])
def test_the_total_is_for_all_attempts(new: New, origin: Origin, where: str) -> None:
    """The second attempt gets what the first has left, whoever has set the total."""

    def attempts(seconds: float) -> int:
        origin.on("/", Reset(), Stall())
        total, before = Timeout(total=seconds), len(origin.requests)
        inner = {"timeout": total} if where == "inner" else {}
        subject = new(total=seconds if where == "backend" else None, attempts=9, inner=inner)
        started = time.monotonic()
        with pytest.raises(DeadlineExceeded) as caught:
            subject.send("GET", origin.url(), **({"timeout": total} if where == "call" else {}))
        assert time.monotonic() - started < seconds + 15
        assert caught.value.call.attempt >= len(origin.requests) - before
        return len(origin.requests) - before

    # On a busy machine, the first attempt alone may take a second.
    assert any(2 == attempts(seconds) for seconds in (1.5, 5.0, 16.0))


def test_a_stream_is_repeated_before_its_first_item(new: New, origin: Origin) -> None:
    """After a reset, after a status that may pass, after a head with nothing behind it."""
    origin.on("/", Reset(), response(503), [chunked_head(), Reset()], chunked_response(b"one\ntwo\n"))
    with new(attempts=4).stream("GET", origin.url(), str) as items:
        assert ["one", "two"] == list(items)
    assert 4 == len(origin.requests)


def test_a_stream_is_not_repeated_behind_its_first_item(new: New, origin: Origin) -> None:
    """The caller would see it twice."""
    origin.on("/", [chunked_head(), chunk(b"one\n"), Reset()], chunked_response(b"one\ntwo\n"))
    seen: list[str] = []
    with new().stream("GET", origin.url(), str) as items, pytest.raises(ReadError):
        seen.extend(items)
    assert 1 == len(origin.requests)


def test_a_stream_is_not_repeated_behind_its_head(new: New, origin: Origin) -> None:
    """If the caller was told of it."""
    origin.on("/", [chunked_head(), Reset()], chunked_response(b"one\n"))
    heads: list[Response] = []
    with new().stream("GET", origin.url(), str, on_head=heads.append) as items, pytest.raises(ReadError):
        list(items)
    assert [200] == [each.status_code for each in heads]
    assert 1 == len(origin.requests)


def test_a_stream_out_of_attempts_raises_its_last_error(new: New, origin: Origin) -> None:
    """With the response of the last attempt."""
    origin.on("/", response(503, body=b"1"), response(503, body=b"2"))
    with new(attempts=2).stream("GET", origin.url(), str) as items, pytest.raises(HTTPStatusError) as caught:
        list(items)
    assert b"2" == caught.value.response.content


def test_an_empty_stream_is_not_repeated(new: New, origin: Origin) -> None:
    """No item is an answer, too."""
    origin.on("/", chunked_response())
    with new().stream("GET", origin.url(), str) as items:
        assert [] == list(items)
    assert 1 == len(origin.requests)


def test_an_invalid_call_raises_without_a_retry(new: New, origin: Origin) -> None:
    """As by the backend inside, before anything is sent."""
    subject = new()
    for options in ({"nonsense": 1}, {"json": {}, "content": b""}):
        with pytest.raises(TypeError):
            subject.send("GET", origin.url(), **options)
    with pytest.raises(ConfigurationError):
        subject.send("GET", origin.url(), timeout=-1)
    assert [] == origin.requests


def test_a_truncated_response_is_retried(new: New, origin: Origin) -> None:
    """The body is a part of the answer."""
    origin.on("/", [head(200, [("Content-Length", "9")]), b"123", Reset()], OK)
    assert b"ok" == new().send("GET", origin.url()).content


def test_a_client_uses_the_wrapper(origin: Origin) -> None:
    """It has the base URL of the backend inside, and its retries."""
    origin.on("/users/7", response(503), response(200, [("Content-Type", "application/json")], b'{"id":7}'))
    backend = RetryBackend(CLASSES["httpx"](base_url=origin.url()), backoff=0.01)  # type: ignore[call-arg]
    api = APIClient(http_backend=backend)
    assert {"id": 7} == api.request("GET", "/users/7", result=dict)
    backend.close()


def test_an_option_of_the_backend_raises_at_the_client() -> None:
    """To the constructor of the backend inside."""
    with pytest.raises(ConfigurationError, match=r"FakeHTTPBackend\(verify="):
        APIClient(config=BaseConfig(http_backend=RetryBackend(FakeHTTPBackend()), verify=False))


@pytest.mark.parametrize(
    "options",
    [
        {"attempts": 0},
        {"attempts": True},
        {"attempts": 1.5},
        {"backoff": 0},
        {"max_backoff": -1},
        {"max_retry_after": float("inf")},
        {"total": 0},
        {"methods": ["NO METHOD"]},
    ],
    ids=str,
)
def test_invalid_values_raise(options: dict[str, Any]) -> None:
    """Are refused by name."""
    with pytest.raises(ConfigurationError):
        RetryBackend(FakeHTTPBackend(), **options)


def test_anything_but_a_backend_raises() -> None:
    """An instance: a class or a name is none."""
    with pytest.raises(ConfigurationError, match="wrap a backend"):
        RetryBackend(FakeHTTPBackend)  # type: ignore[arg-type]


def test_a_missing_library_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to install, and only when it is needed."""
    monkeypatch.setitem(sys.modules, "tenacity", None)
    assert retrying.RetryBackend is RetryBackend
    with pytest.raises(ImportError, match=r"pip install 'clientele-core\[retry\]'") as caught:
        RetryBackend(FakeHTTPBackend())
    assert "tenacity" == caught.value.name
