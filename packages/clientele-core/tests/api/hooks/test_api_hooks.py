"""Hooks: who is told what, in which order, and what becomes of what they raise."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from clientele.api import (
    APIClient,
    APIException,
    ConfigurationError,
    HTTPStatusError,
    ReadError,
    Request,
    Response,
    ResponseValidationError,
    TransportError,
)
from clientele.api.hooks.awaiting import run
from clientele.http import FakeHTTPBackend

BASE = "https://api.example.com"

Ask = Callable[..., Any]


class User(BaseModel):
    id: int


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def ask(mode: str) -> Iterator[Ask]:
    """`request` of a client, in either mode."""
    with asyncio.Runner() as runner:

        def asked(api: APIClient, path: str = "/x", method: str = "GET", **options: Any) -> Any:
            if mode == "sync":
                return api.request(method, path, **options)
            return runner.run(api.arequest(method, path, **options))

        yield asked


class Broken(FakeHTTPBackend):
    """A backend whose every call ends in `error`."""

    error: BaseException = ReadError("the connection broke")

    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Response:
        raise self.error

    async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Response:
        raise self.error


def test_hooks_are_called_in_order(fake: FakeHTTPBackend, ask: Ask) -> None:
    """Those of a kind as they were given, and each once for a call."""
    told: list[Any] = []
    api = APIClient(
        base_url=BASE,
        http_backend=fake,
        on_request=[lambda r: told.append(("first", r.method)), lambda r: told.append(("second", r.url))],
        on_response=[lambda r: told.append(("third", r.status_code)), lambda r: told.append(("fourth", r.content))],
        on_error=told.append,
    )
    fake.queue_response(status=201, content=b"new")
    ask(api, method="POST")
    assert [("first", "POST"), ("second", f"{BASE}/x"), ("third", 201), ("fourth", b"new")] == told


def test_async_hooks_are_awaited_in_order(fake: FakeHTTPBackend) -> None:
    """Each to its end before the next one, whichever kind that is."""
    told: list[str] = []

    async def slow(_: object) -> None:
        await asyncio.sleep(0.01)
        told.append("slow")

    async def fail(_: object) -> None:
        await asyncio.sleep(0)
        told.append("error")

    def plain(_: object) -> None:
        told.append("plain")

    hooks: Any = [slow, plain, functools.partial(slow)]
    api = APIClient(base_url=BASE, http_backend=fake, on_request=hooks, on_response=hooks, on_error=fail)
    fake.queue_response(status=404)
    with pytest.raises(HTTPStatusError):
        asyncio.run(api.arequest("GET", "/"))
    assert ["slow", "plain", "slow"] * 2 + ["error"] == told


class AsyncCallable:
    """An object that is called like an `async def`."""

    async def __call__(self, _: object) -> None:
        raise AssertionError("it was called")


async def an_async_hook(_: object) -> None:
    raise AssertionError("it was called")


@pytest.mark.parametrize("kind", ["on_request", "on_response", "on_error"])
@pytest.mark.parametrize("hook", [an_async_hook, functools.partial(an_async_hook), AsyncCallable()])
def test_a_sync_call_has_no_async_hooks(kind: str, hook: Any, fake: FakeHTTPBackend) -> None:
    """That shows before any I/O, and before another hook is called."""
    told: list[Any] = []
    hooks: Any = {"on_request": told.append, kind: [told.append, hook]}
    with pytest.raises(ConfigurationError, match=r"the hook .* is asynchronous, and this call isn't"):
        APIClient(base_url=BASE, http_backend=fake, **hooks).request("GET", "/")
    assert (fake.requests, told) == ([], [])


@pytest.mark.parametrize("kind", ["on_request", "on_response"])
def test_a_coroutine_that_cannot_be_awaited_is_closed(kind: str, fake: FakeHTTPBackend) -> None:
    """What returns one without saying so is found out when it does."""
    hooks: Any = {kind: lambda seen: an_async_hook(seen) if seen else None}
    with pytest.raises(ConfigurationError, match="is asynchronous"):
        APIClient(base_url=BASE, http_backend=fake, **hooks).request("GET", "/")
    assert (0 if kind == "on_request" else 1) == len(fake.requests)


def test_what_waits_in_a_synchronous_call_is_a_mistake_of_ours() -> None:
    """It is found at once, and left in no half-done state."""
    with pytest.raises(RuntimeError, match="has to be awaited"):
        run(asyncio.sleep(0))


@pytest.mark.parametrize("kind", ["on_request", "on_response", "on_error"])
@pytest.mark.parametrize("error", [LookupError("mine"), ReadError("mine"), KeyboardInterrupt()])
def test_what_a_hook_raises_is_what_the_caller_gets(
    kind: str, error: BaseException, fake: FakeHTTPBackend, ask: Ask
) -> None:
    """The same object, whatever it is; hooks after it aren't told."""

    def hook(_: object) -> None:
        raise error

    told: list[Any] = []
    hooks: Any = {kind: [hook, told.append]}
    fake.queue_response(status=500)
    with pytest.raises(type(error)) as caught:
        ask(APIClient(base_url=BASE, http_backend=fake, **hooks))
    assert error is caught.value
    assert not told


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [(404, None, HTTPStatusError), (304, None, APIException), (200, {"id": "x"}, ResponseValidationError)],
)
def test_an_error_hook_receives_a_validation_error(
    status: int, content: Any, kind: type[APIException], fake: FakeHTTPBackend, *, declared: bool, ask: Ask, mode: str
) -> None:
    """After the response hook, of the very error that the caller gets; what it returns changes nothing."""
    told: list[Any] = []

    def swallow(error: Exception) -> bool:
        told.append(error)
        return True

    api = APIClient(
        base_url=BASE, http_backend=fake, on_response=lambda r: told.append(r.status_code), on_error=swallow
    )

    @api.get("/x")
    def user(result: User) -> User:
        return result

    @api.get("/x")
    async def auser(result: User) -> User:
        return result

    ways: dict[str, Callable[[], object]] = {
        "request": lambda: ask(api, result=User),
        "sync": user,
        "async": lambda: asyncio.run(auser()),
    }
    fake.queue_response(status=status, content=content)
    with pytest.raises(kind) as caught:
        ways[mode if declared else "request"]()
    assert [status, caught.value] == told
    assert kind is type(caught.value)


def test_an_error_hook_receives_a_transport_error(ask: Ask) -> None:
    """There is no response then."""
    told: list[Any] = []
    api = APIClient(base_url=BASE, http_backend=Broken(), on_response=told.append, on_error=told.append)
    with pytest.raises(ReadError) as caught:
        ask(api)
    assert [caught.value] == told


def test_an_error_hook_may_raise_another_error(ask: Ask) -> None:
    """Which is how an SDK turns ours into its own."""

    class SDKError(Exception):
        pass

    def translate(error: TransportError | APIException) -> None:
        raise SDKError(type(error).__name__) from error

    with pytest.raises(SDKError, match="ReadError") as caught:
        ask(APIClient(base_url=BASE, http_backend=Broken(), on_error=translate))
    assert isinstance(caught.value.__cause__, ReadError)


@pytest.mark.parametrize("error", [asyncio.CancelledError(), KeyboardInterrupt(), LookupError("of the backend")])
def test_other_errors_pass_by(error: BaseException, ask: Ask) -> None:
    """A hook can't get between a caller and what ends it."""
    backend, told = Broken(), list[Any]()
    backend.error = error
    with pytest.raises(type(error)):
        ask(APIClient(base_url=BASE, http_backend=backend, on_error=told.append))
    assert not told


def test_a_mistake_calls_no_error_hook(fake: FakeHTTPBackend, ask: Ask) -> None:
    """A wrong call is the caller's affair; nothing was sent."""
    told: list[Any] = []
    with pytest.raises(ConfigurationError):
        ask(APIClient(base_url=BASE, http_backend=fake, on_error=told.append), json=object())
    assert not told


def test_configure_changes_hooks_of_decorated_functions(fake: FakeHTTPBackend) -> None:
    """As it does every other field."""
    told: list[Request] = []
    api = APIClient(base_url=BASE, http_backend=fake)

    @api.get("/x")
    def call(result: None) -> None: ...

    call()
    api.configure(on_request=told.append)
    call()
    api.configure(on_request=None)
    call()
    assert (3, 1) == (len(fake.requests), len(told))


def test_a_client_without_hooks_has_nothing_to_do_for_them(fake: FakeHTTPBackend) -> None:
    """That is decided once, when it is configured."""
    assert APIClient(base_url=BASE, http_backend=fake).state.around is None
    assert APIClient(base_url=BASE, http_backend=fake, on_error=print).state.around is not None
