"""What decorators say for wrappers, what wrappers know of declared calls, and what is known of them afterwards."""

from __future__ import annotations

import asyncio
import logging
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clientele.api import APIClient, APIException, AsyncStream, BearerAuth, Request, Response, Stream, get
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
def test_wrappers_know_the_declaration(kind: str, hooks: Any) -> None:
    """Each of several, with the base URL."""
    ask, said = ASKED[kind]
    inner = Seen(FakeHTTPBackend(default_content=[1]))
    outer = Seen(RetryBackend(inner))
    ask(Users(base_url=BASE, http_backend=outer, **hooks))
    for (call,) in (outer.calls, inner.calls):
        assert said == (call.name, call.template, call.settings["mark"])
        assert (BASE, "stream" in kind) == (call.home, call.is_stream)


def test_a_fake_inside_gets_what_it_gets_alone() -> None:
    """A test that looks at the options need not know of wrappers."""
    alone, inside = FakeHTTPBackend(), FakeHTTPBackend()
    for backend in (alone, Seen(RetryBackend(inside))):
        api = APIClient(base_url=BASE, http_backend=backend)
        api.request("POST", "/x", json={"a": 1}, headers={"X-A": "1"}, timeout=2.0)
        api.request("GET", "https://other.example.com/x")
    assert alone.requests == inside.requests


def test_a_call_by_hand_has_no_declaration() -> None:
    """And no settings."""
    backend = Seen(FakeHTTPBackend())
    APIClient(base_url=BASE, http_backend=backend).request("GET", "/x")
    (call,) = backend.calls
    assert (None, None, {}, BASE) == (call.name, call.template, call.settings, call.home)


def test_with_options_says_otherwise() -> None:
    """Of a single setting; the others stay."""
    backend = Seen(RetryBackend(FakeHTTPBackend()))
    users = Users(base_url=BASE, http_backend=backend)
    users.user.with_options(settings={"mark": "called"})(7)
    users.user.with_options(retry=None)(7)
    first, second = backend.calls
    assert ("called", True) == (first.settings["mark"], isinstance(first.settings["retry"], Retry))
    assert {"mark": "declared", "retry": None} == dict(second.settings)


def test_hooks_and_errors_know_settings_and_attempt(caplog: pytest.LogCaptureFixture) -> None:
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


def test_an_error_of_the_transport_knows_its_attempt(caplog: pytest.LogCaptureFixture) -> None:
    """That of the last one, as its log record does."""
    with Origin() as origin:
        origin.on("/users/7", Reset())
        backend = RetryBackend("httpx", backoff=0.01)
        with pytest.raises(TransportError) as caught:
            Users(base_url=origin.url(), http_backend=Seen(backend)).user(7)
        backend.close()
    assert ("Users.user", 2) == (caught.value.call.name, caught.value.call.attempt)
    assert [2] == [vars(record)["call_attempt"] for record in caplog.records if record.name == "clientele"]


# What is refused.


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
def test_a_setting_that_nothing_takes_is_refused(kind: str, backend: Callable[[], HTTPBackend], message: str) -> None:
    """At the call, before anything is sent."""
    users = Users(base_url="http://127.0.0.1:9", http_backend=backend())
    with pytest.raises(ConfigurationError, match=message):
        ASKED[kind][0](users)


def test_a_setting_of_none_asks_for_nothing() -> None:
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
def test_a_wrong_setting_is_refused_at_decoration(options: Any, message: str) -> None:
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


# Credentials are applied to each attempt.


class Nonces:
    """Signs with a number that is never used again."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, request: Request) -> None:
        self.count += 1
        request.headers["X-Nonce"] = f"{self.count}:{request.headers.get('X-Call')}"
        request.query.append(("nonce", self.count))


class Numbered(Wrapper):
    def flow(self, call: Call) -> Flow:
        return (yield call.with_(headers={"X-Attempt": str(call.attempt)}))


@pytest.mark.parametrize("mode", ["sync", "async", "stream", "astream"])
def test_credentials_are_applied_to_each_attempt(mode: str) -> None:
    """In place of the old ones, and beside what wrappers have added."""
    with Origin() as origin:
        origin.on("/a", response(503), response(503), response(200))
        backend = RetryBackend(Numbered("httpx"), backoff=0.01)
        api = APIClient(base_url=origin.url(), http_backend=backend, auth=Nonces())

        @api.get("/a?b=1", streaming_response=True)
        def items(result: Stream[bytes], c: int) -> Stream[bytes]:
            return result

        async def main() -> None:
            if mode == "async":
                await api.arequest("GET", "/a?b=1", params={"c": 2}, headers=headers)
            else:
                async with await items.with_options(headers=headers).aio(2) as stream:
                    assert [] == [item async for item in stream]
            await backend.aclose()

        headers = {"X-Call": "mine", "X-Nonce": "own"}
        if mode == "sync":
            api.request("GET", "/a?b=1", params={"c": 2}, headers=headers)
        elif mode == "stream":
            with items.with_options(headers=headers)(2) as stream:
                assert [] == list(stream)
        else:
            asyncio.run(main())
        backend.close()
    assert [("1:mine", "1"), ("2:mine", "2"), ("3:mine", "3")] == [
        (request.header("x-nonce"), request.header("x-attempt")) for request in origin.requests
    ]
    assert [f"/a?b=1&c=2&nonce={number}" for number in (1, 2, 3)] == [request.target for request in origin.requests]


@pytest.fixture
def payments() -> Iterator[Origin]:
    with Origin() as origin:
        yield origin


def keys(origin: Origin) -> list[str | None]:
    return [request.header("idempotency-key") for request in origin.requests]


def test_one_key_for_all_that_is_sent_of_a_call(payments: Origin) -> None:
    """Also when new credentials are got in between: the first attempt may have been carried out."""
    payments.on("/", Reset(), response(401), response(200), response(200))
    backend = RetryBackend("httpx", backoff=0.01, idempotency_keys=True)
    api = APIClient(
        base_url=payments.url(), http_backend=backend, auth=BearerAuth("old", refresh=lambda: "new"),
    )  # fmt: skip
    api.request("POST", "/", json={})
    api.request("POST", "/", json={})
    backend.close()
    first, *_, last = keys(payments)
    assert [first] * 3 + [last] == keys(payments)
    assert None is not first != last


@pytest.mark.parametrize("value", ["order-7", None])
def test_a_key_of_the_user_stays(payments: Origin, value: str | None) -> None:
    """Or that there is none."""
    payments.on("/", response(503), response(200))
    backend = RetryBackend("httpx", backoff=0.01, idempotency_keys=True)
    answer: Response = backend.send_sync_request("POST", payments.url(), headers={"idempotency-KEY": value})
    backend.close()
    assert [value] * (2 if value else 1) == keys(payments)
    assert (200 if value else 503) == answer.status_code


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE"])
def test_what_changes_nothing_needs_no_key(payments: Origin, method: str) -> None:
    """It may be repeated anyway."""
    payments.on("/", response(200))
    backend = RetryBackend("httpx", idempotency_keys=True)
    backend.send_sync_request(method, payments.url())
    backend.close()
    assert [None] == keys(payments)


# Retries of an endpoint.


@pytest.mark.parametrize(
    ("options", "called", "attempts"),
    [
        ({}, {}, 1),
        ({"retry": Retry(attempts=2, statuses=[409, 503])}, {}, 2),
        ({"retry": Retry(attempts=5)}, {}, 1),
        ({"retry": Retry(methods=["POST"])}, {}, 3),
        ({"retry": Retry(idempotency_keys=True)}, {}, 3),
        ({"retry": Retry(statuses=[409, 503])}, {"retry": None}, 1),
        ({"retry": None}, {"retry": Retry(statuses=[503])}, 3),
    ],
)
def test_an_endpoint_says_what_is_tried_again(payments: Origin, options: Any, called: Any, attempts: int) -> None:
    """And what it doesn't say, the backend does; a call wins over both."""
    payments.on("/", response(503))
    backend = RetryBackend("httpx", backoff=0.01)
    api = APIClient(base_url=payments.url(), http_backend=backend)

    @api.post("/", response_map={503: Response}, **options)
    def pay(result: Response) -> Response:
        return result

    assert 503 == pay.with_options(**called)().status_code
    backend.close()
    assert attempts == len(payments.requests)


def test_a_connection_that_broke_off_is_not_for_statuses(payments: Origin) -> None:
    """The server may have done what a POST asks for."""
    payments.on("/", Reset())
    backend = RetryBackend("httpx", backoff=0.01)
    api = APIClient(base_url=payments.url(), http_backend=backend)

    @api.post("/", retry=Retry(statuses=[503]))
    def pay(result: Any) -> Any:
        return result

    with pytest.raises(TransportError):
        pay()
    backend.close()
    assert 1 == len(payments.requests)


@pytest.mark.parametrize(
    "options",
    [
        {"attempts": 0},
        {"backoff": -1},
        {"statuses": 503},
        {"statuses": "503"},
        {"statuses": ["503"]},
        {"statuses": [42]},
        {"methods": "POST"},
        {"methods": ["NO METHOD"]},
        {"idempotency_keys": 1},
        {"total": 0},
    ],
    ids=str,
)
def test_values_that_can_not_be_used(options: Any) -> None:
    """They are named."""
    with pytest.raises(ConfigurationError, match=next(iter(options)) if "NO" not in str(options) else "METHOD"):
        Retry(**options)


def test_an_unknown_option_is_named() -> None:
    """With those that there are."""
    with pytest.raises(TypeError, match="Retry: unknown option 'attemps'; did you mean 'attempts'"):
        Retry(attemps=3)  # type: ignore[call-arg]
    assert "Retry(attempts=3, total=None)" == repr(Retry(attempts=3, total=None))
