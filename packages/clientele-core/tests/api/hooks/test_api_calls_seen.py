"""What hooks, logs and errors say of the call that they are about: its function, its template, its fields."""

from __future__ import annotations

import asyncio
import logging
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel

from clientele.api import (
    APIClient,
    APIException,
    AsyncStream,
    ReadTimeout,
    Response,
    ResponseValidationError,
    Stream,
    TransportError,
    get,
)
from clientele.http import Call, FakeHTTPBackend
from clientele.http.backends.kinds import innermost
from clientele.http.fake import Lines, Reply
from clientele.http.retrying import RetryBackend
from clientele_conformance.servers import Origin, redirect, response

BASE = "https://api.example.com"


class User(BaseModel):
    id: int


class Users(APIClient):
    @get("/users/{user_id}")
    def user(self, result: User, user_id: int) -> User:
        return result

    @get("/users/{user_id}")
    async def auser(self, result: User, user_id: int) -> User:
        return result

    @get("/users/{user_id}/lines", streaming_response=True)
    def lines(self, result: Stream[int], user_id: int) -> Stream[int]:
        return result

    @get("/users/{user_id}/lines", streaming_response=True)
    async def alines(self, result: AsyncStream[int], user_id: int) -> AsyncStream[int]:
        return result


def taken(users: Users, user_id: int) -> None:
    with users.lines(user_id) as stream:
        for _ in stream:
            pass


async def ataken(users: Users, user_id: int) -> None:
    async with await users.alines(user_id) as stream:
        async for _ in stream:
            pass


Ask = Callable[[Users, int], object]
CALLS: dict[str, tuple[Ask, str]] = {
    "Users.user": (lambda users, user_id: users.user(user_id), "/users/{user_id}"),
    "Users.auser": (lambda users, user_id: asyncio.run(users.auser(user_id)), "/users/{user_id}"),
    "Users.lines": (taken, "/users/{user_id}/lines"),
    "Users.alines": (lambda users, user_id: asyncio.run(ataken(users, user_id)), "/users/{user_id}/lines"),
}
LATE = Reply(200, Lines([1, 2], delay=3600.0))


@pytest.fixture(params=["plain", "hooks", "wrapped", "logged"])
def fake(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> FakeHTTPBackend:
    """A fake; how it is used is `how`."""
    made = FakeHTTPBackend(strict=True)
    made.how = request.param  # type: ignore[attr-defined]
    caplog.set_level(logging.DEBUG if request.param == "logged" else logging.WARNING, "clientele")
    return made


def client(fake: Any) -> Users:
    how = fake.how
    backend: Any = RetryBackend(fake, attempts=1) if how == "wrapped" else fake
    assert innermost(backend) is fake
    hooks: Any = {"on_error": lambda _: None} if how == "hooks" else {}
    return Users(base_url=BASE, http_backend=backend, **hooks)


@pytest.mark.parametrize("name", CALLS)
def test_errors_know_their_call(name: str, fake: FakeHTTPBackend) -> None:
    """Errors of the transport, of the status and of the body, in both modes and of streams; pickled ones too."""
    ask, template = CALLS[name]
    for reply in (LATE, Reply(404), Reply(200, ["no number"])):
        fake.reset()
        fake.on("GET", None).reply_with(reply)
        with pytest.raises((TransportError, APIException)) as caught:
            ask(client(fake), 7)
        error: Any
        for error in (caught.value, pickle.loads(pickle.dumps(caught.value))):  # noqa: S301
            call = error.call
            assert (name, template, "GET") == (call.name, call.template, call.method)
            assert call.url.startswith(f"{BASE}/users/7")


@pytest.mark.parametrize("name", CALLS)
def test_a_failure_is_one_warning_with_fields(
    name: str, fake: FakeHTTPBackend, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever looks at warnings only sees what failed, by which function it was declared, and how long it took."""
    ask, template = CALLS[name]
    fake.on("GET", None).reply_with(LATE)
    with pytest.raises(ReadTimeout):
        ask(client(fake), 7)
    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    fields: dict[str, Any] = vars(record)
    assert ("GET", name, template, None, "ReadTimeout") == tuple(
        fields[key] for key in ("method", "call_name", "call_template", "status", "error")
    )
    assert fields["url"].startswith(f"{BASE}/users/7")
    assert 0 <= fields["seconds"] < 60


def test_a_body_that_does_not_fit_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    """The call was answered, and is of no use all the same. That a status raises is its receiver's to judge."""
    caplog.set_level(logging.INFO, "clientele")
    fake = FakeHTTPBackend(default_content={"id": "secret"})
    with pytest.raises(ResponseValidationError):
        Users(base_url=BASE, http_backend=fake).user(7)
    answered, refused = caplog.records
    assert (logging.INFO, 200) == (answered.levelno, vars(answered)["status"])
    assert (logging.WARNING, 200, "Users.user") == (
        refused.levelno, vars(refused)["status"], vars(refused)["call_name"],
    )  # fmt: skip
    assert "ResponseValidationError: the response is not what `result` declares: id: Input" in refused.getMessage()
    assert "secret" not in caplog.text


@pytest.mark.parametrize(("status", "level"), [(200, logging.INFO), (404, logging.INFO), (503, logging.WARNING)])
def test_a_server_that_fails_is_a_warning(status: int, level: int, caplog: pytest.LogCaptureFixture) -> None:
    """A status of 5xx."""
    caplog.set_level(logging.INFO, "clientele")
    api = APIClient(base_url=BASE, http_backend=FakeHTTPBackend(status))
    api.request("GET", "/x", response_map={status: Response})
    assert [(level, status, None)] == [
        (record.levelno, vars(record)["status"], vars(record)["call_name"]) for record in caplog.records
    ]


@pytest.mark.parametrize("name", CALLS)
def test_hooks_know_the_call(name: str) -> None:
    """All three of them."""
    ask, template = CALLS[name]
    seen: list[Call] = []
    fake = FakeHTTPBackend(strict=True)
    hook: Any = lambda what: seen.append(what.call)  # noqa: E731 - of three kinds of arguments
    users = Users(base_url=BASE, http_backend=fake, on_request=hook, on_response=hook, on_error=hook)
    fake.on("GET", None).reply(200, ["no number"])
    with pytest.raises(APIException):
        ask(users, 7)
    assert len(seen) >= 2
    assert {(name, template, "GET")} == {(call.name, call.template, call.method) for call in seen}


def test_a_call_by_hand_has_no_function() -> None:
    """And its URL is the one that was asked for, whatever redirects lead to."""
    with Origin() as origin:
        origin.on("/a", redirect("/b"))
        origin.on("/b", response(200))
        with APIClient(base_url=origin.url(), http_backend="httpx", follow_redirects=True) as api:
            call = api.request("GET", "/a?key=secret").call
    assert (None, None, "GET") == (call.name, call.template, call.method)
    assert call.url.endswith("/a?key=secret")
    assert "secret" not in repr(call)
    assert Response(status_code=200).call.name is None


@pytest.mark.parametrize("backend", ["httpx", "requests", "aiohttp", "niquests"])
def test_what_is_really_sent_is_logged_at_debug(backend: str, caplog: pytest.LogCaptureFixture) -> None:
    """Every request of the call, with the headers that core and `auth` add, cookies, and the whole query; no secret."""
    caplog.set_level(logging.DEBUG, "clientele")
    with Origin() as origin:
        origin.on("/a", redirect("/b", 302), redirect("/b", 302))
        origin.on("/b", response(200))

        async def ask(api: APIClient) -> None:
            async with api:
                await api.arequest("GET", "/a", params={"q": "s3cret"})

        def client() -> APIClient:
            return APIClient(
                base_url=origin.url(), http_backend=backend, follow_redirects=True, auth=("ada", "s3cret"),
            )  # fmt: skip

        if backend == "aiohttp":
            asyncio.run(ask(client()))
        else:
            with client() as api:
                api.request("GET", "/a", params={"q": "s3cret"})
    sent = [message for message in caplog.messages if ": request of " in message]
    assert [f"GET {origin.url()}/a?q=***", f"GET {origin.url()}/b"] == [message.split(": ")[0] for message in sent]
    assert all("'Authorization': '[hidden]'" in message and "'User-Agent': 'clientele/" in message for message in sent)
    assert "s3cret" not in caplog.text
