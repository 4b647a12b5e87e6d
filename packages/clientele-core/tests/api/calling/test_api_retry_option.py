"""`retry` of an endpoint: attempts, idempotency keys and credentials."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from clientele.api import APIClient, BearerAuth, Request, Response, Stream
from clientele.http import Call, Flow, Wrapper
from clientele.http.errors import ConfigurationError, TransportError
from clientele.http.retrying import Retry, RetryBackend
from clientele_conformance.servers import Origin, Reset, response


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


def test_a_call_has_one_idempotency_key(payments: Origin) -> None:
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
def test_an_explicit_idempotency_key_is_kept(payments: Origin, value: str | None) -> None:
    """Or that there is none."""
    payments.on("/", response(503), response(200))
    backend = RetryBackend("httpx", backoff=0.01, idempotency_keys=True)
    answer: Response = backend.send_sync_request("POST", payments.url(), headers={"idempotency-KEY": value})
    backend.close()
    assert [value] * (2 if value else 1) == keys(payments)
    assert (200 if value else 503) == answer.status_code


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE"])
def test_safe_methods_have_no_idempotency_key(payments: Origin, method: str) -> None:
    """It may be repeated anyway."""
    payments.on("/", response(200))
    backend = RetryBackend("httpx", idempotency_keys=True)
    backend.send_sync_request(method, payments.url())
    backend.close()
    assert [None] == keys(payments)


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
def test_the_retry_option_of_an_endpoint_applies(payments: Origin, options: Any, called: Any, attempts: int) -> None:
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


def test_statuses_do_not_retry_a_broken_connection(payments: Origin) -> None:
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
def test_invalid_values_raise(options: Any) -> None:
    """They are named."""
    with pytest.raises(ConfigurationError, match=next(iter(options)) if "NO" not in str(options) else "METHOD"):
        Retry(**options)


def test_an_unknown_option_raises() -> None:
    """With those that there are."""
    with pytest.raises(TypeError, match="Retry: unknown option 'attemps'; did you mean 'attempts'"):
        Retry(attemps=3)  # type: ignore[call-arg]
    assert "Retry(attempts=3, total=None)" == repr(Retry(attempts=3, total=None))
