"""Settings of an endpoint: which wrappers receive them, and what raises."""

from __future__ import annotations

import asyncio
import logging
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from clientele.api import APIClient, APIException, AsyncStream, Stream, get
from clientele.http import Call, FakeHTTPBackend, Flow, HTTPBackend, Wrapper
from clientele.http.errors import ConfigurationError, TransportError
from clientele.http.fake import Reply
from clientele.http.httpx_backend import HttpxHTTPBackend
from clientele.http.retrying import Retry, RetryBackend
from clientele.testing import use_backend
from clientele_conformance.servers import Origin, Reset, response

BASE = "https://api.example.com"


class Seen(Wrapper):
    """Keeps the calls that it sees."""

    takes = frozenset({"mark"})

    def __init__(self, inner: HTTPBackend | str) -> None:
        super().__init__(inner)
        self.calls: list[Call] = []

    def flow(self, call: Call) -> Flow:
        self.calls.append(call)
        return (yield call)


class Users(APIClient):
    @get("/users/{user_id}", settings={"mark": "declared"}, retry=Retry(attempts=2))
    def user(self, result: Any, user_id: int) -> Any:
        return result

    @get("/users/{user_id}", settings={"mark": "declared"})
    def lines(self, result: Any, user_id: int) -> Any:
        return result

    @get("/lines", streaming_response=True, settings={"mark": "stream"}, retry=Retry(attempts=1))
    def stream(self, result: Stream[int]) -> Stream[int]:
        return result


def taken(users: Users) -> None:
    with users.stream() as items:
        list(items)


async def ataken(users: Users) -> None:
    async with await users.stream.aio() as items:
        assert isinstance(items, AsyncStream)
        async for _ in items:
            pass


ASKED: dict[str, tuple[Callable[[Users], object], tuple[str, str, str]]] = {
    "call": (lambda users: users.user(7), ("Users.user", "/users/{user_id}", "declared")),
    "aio": (lambda users: asyncio.run(users.user.aio(7)), ("Users.user", "/users/{user_id}", "declared")),
    "stream": (taken, ("Users.stream", "/lines", "stream")),
    "astream": (lambda users: asyncio.run(ataken(users)), ("Users.stream", "/lines", "stream")),
}


@pytest.mark.parametrize("hooks", [{}, {"on_request": lambda _: None}], ids=["", "hooks"])
@pytest.mark.parametrize("kind", ASKED)
def test_wrappers_receive_the_declaration(kind: str, hooks: Any) -> None:
    """Each of several, with the base URL."""
    ask, said = ASKED[kind]
    inner = Seen(FakeHTTPBackend(default_content=[1]))
    outer = Seen(RetryBackend(inner))
    ask(Users(base_url=BASE, http_backend=outer, **hooks))
    for (call,) in (outer.calls, inner.calls):
        assert said == (call.name, call.template, call.settings["mark"])
        assert (BASE, "stream" in kind) == (call.home, call.is_stream)


def test_a_wrapped_fake_receives_the_same_options() -> None:
    """A test that looks at the options need not know of wrappers."""
    alone, inside = FakeHTTPBackend(), FakeHTTPBackend()
    for backend in (alone, Seen(RetryBackend(inside))):
        api = APIClient(base_url=BASE, http_backend=backend)
        api.request("POST", "/x", json={"a": 1}, headers={"X-A": "1"}, timeout=2.0)
        api.request("GET", "https://other.example.com/x")
    assert alone.requests == inside.requests


def test_a_direct_call_has_no_declaration() -> None:
    """And no settings."""
    backend = Seen(FakeHTTPBackend())
    APIClient(base_url=BASE, http_backend=backend).request("GET", "/x")
    (call,) = backend.calls
    assert (None, None, {}, BASE) == (call.name, call.template, call.settings, call.home)


def test_with_options_overrides_settings() -> None:
    """Of a single setting; the others stay."""
    backend = Seen(RetryBackend(FakeHTTPBackend()))
    users = Users(base_url=BASE, http_backend=backend)
    users.user.with_options(settings={"mark": "called"})(7)
    users.user.with_options(retry=None)(7)
    first, second = backend.calls
    assert ("called", True) == (first.settings["mark"], isinstance(first.settings["retry"], Retry))
    assert {"mark": "declared", "retry": None} == dict(second.settings)


def test_hooks_and_errors_have_settings_and_attempt(caplog: pytest.LogCaptureFixture) -> None:
    """As the log does; what is pickled has the attempt."""
    caplog.set_level(logging.INFO, "clientele")
    seen: list[Call] = []
    hook: Any = lambda what: seen.append(what.call)  # noqa: E731 - of three kinds of arguments
    fake = FakeHTTPBackend(strict=True)
    fake.on("GET", "/users/7").reply_with(Reply(503), Reply(404))
    users = Users(
        base_url=BASE,
        http_backend=Seen(RetryBackend(fake, backoff=0.01)),
        on_request=hook,
        on_response=hook,
        on_error=hook,
    )
    with pytest.raises(APIException) as caught:
        users.user(7)
    assert [1, 2, 2] == [call.attempt for call in seen]
    assert {"declared"} == {call.settings["mark"] for call in [*seen, caught.value.call]}
    again = pickle.loads(pickle.dumps(caught.value)).call  # noqa: S301
    assert ("Users.user", 2, {}) == (again.name, again.attempt, again.settings)
    records = [vars(record) for record in caplog.records if record.name in {"clientele", "clientele.retries"}]
    assert [("Users.user", 1), ("Users.user", 2)] == [
        (record["call_name"], record["call_attempt"]) for record in records
    ]


def test_a_transport_error_has_its_attempt(caplog: pytest.LogCaptureFixture) -> None:
    """That of the last one, as its log record does."""
    with Origin() as origin:
        origin.on("/users/7", Reset())
        backend = RetryBackend("httpx", backoff=0.01)
        with pytest.raises(TransportError) as caught:
            Users(base_url=origin.url(), http_backend=Seen(backend)).user(7)
        backend.close()
    assert ("Users.user", 2) == (caught.value.call.name, caught.value.call.attempt)
    assert [2] == [vars(record)["call_attempt"] for record in caplog.records if record.name == "clientele"]


@pytest.mark.parametrize("kind", ASKED)
@pytest.mark.parametrize(
    ("backend", "message"),
    [
        (
            HttpxHTTPBackend,
            r"\(mark=\.\.\.\): no wrapper around HttpxHTTPBackend takes 'mark'; add the wrapper that does",
        ),
        (lambda: Seen(HttpxHTTPBackend()), r"takes 'retry'; write .*=RetryBackend\(HttpxHTTPBackend\(\.\.\.\)\)"),
    ],
)
def test_a_setting_without_a_wrapper_raises(kind: str, backend: Callable[[], HTTPBackend], message: str) -> None:
    """At the call, before anything is sent."""
    users = Users(base_url="http://127.0.0.1:9", http_backend=backend())
    with pytest.raises(ConfigurationError, match=message):
        ASKED[kind][0](users)


def test_a_setting_of_none_needs_no_wrapper() -> None:
    """So that nobody has to do it."""
    with Origin() as origin, APIClient(base_url=origin.url(), http_backend="httpx") as api:
        origin.on("/", response(200, body=b"1"))

        @api.get("/", retry=None)
        def ask(result: int) -> int:
            return result

        assert 1 == ask()


def test_tests_need_no_wrappers() -> None:
    """A fake stands for the server, `use_backend` for whatever the client has."""
    fake = FakeHTTPBackend(default_content=1)
    assert 1 == Users(base_url=BASE, http_backend=fake).user(7)
    with Origin() as origin:
        origin.on("/users/7", response(200, [("Content-Type", "application/json")], b"1"))
        users = Users(base_url=origin.url(), http_backend=Seen(RetryBackend("httpx")))
        with use_backend("requests"):
            assert 1 == users.user(7)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"retry": 3}, r"call\(retry=\.\.\.\): use Retry\(attempts=3\) or None, not int"),
        ({"retry": Retry}, r"call\(retry=\.\.\.\): use Retry\(attempts=3\) or None, not the class Retry"),
        ({"settings": [1]}, r"call\(settings=\.\.\.\): use a mapping of names to values, not list"),
        ({"settings": {"retry": None}}, r"call\(settings=\.\.\.\): 'retry' is a separate option; write retry="),
    ],
)
def test_an_invalid_setting_raises_at_decoration(options: Any, message: str) -> None:
    """And by `with_options`, with the name of the function."""
    api = APIClient(base_url=BASE)
    with pytest.raises(ConfigurationError, match=message):

        @api.get("/", **options)
        def call(result: Any) -> Any:
            return result

    @api.get("/")
    def other(result: Any) -> Any:
        return result

    with pytest.raises(ConfigurationError, match=message.replace("call", r"other\.with_options")):
        other.with_options(**options)
