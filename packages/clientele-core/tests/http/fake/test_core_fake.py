"""The fake: the seed's form, and real encoding and decoding around it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import BaseModel

from clientele.http import FakeHTTPBackend, Response, fake
from clientele.http.errors import ConfigurationError, HTTPStatusError, InvalidBody, InvalidHeader


class Model(BaseModel):
    id: int


def test_the_documented_example_works() -> None:
    """Default answer, queued answer, recorded calls, reset."""
    backend = fake.FakeHTTPBackend(default_status=200, default_content={"message": "success"})
    backend.queue_response(status=201, content={"id": 123, "created": True})

    created = backend.send_sync_request("POST", "/users", json={"name": "Ada"})
    assert (created.status_code, created.json()) == (201, {"id": 123, "created": True})
    usual = backend.send_sync_request("GET", "/users")
    assert (usual.status_code, usual.json()) == (200, {"message": "success"})
    assert backend.requests == [
        {"method": "POST", "url": "/users", "kwargs": {"json": {"name": "Ada"}}},
        {"method": "GET", "url": "/users", "kwargs": {}},
    ]

    backend.queue_response(status=500)
    backend.reset()
    assert backend.requests == []
    assert backend.send_sync_request("GET", "/users").status_code == 200


def test_a_fake_responds_with_200_and_no_content_by_default() -> None:
    """The seed's default."""
    response = FakeHTTPBackend().send_sync_request("GET", "/")
    assert (response.status_code, response.content, response.headers) == (200, b"", {"content-length": "0"})


def test_queued_responses_are_used_in_order_in_both_modes() -> None:
    """Sync and async calls share one queue."""
    backend = FakeHTTPBackend(default_status=204)
    for status in (201, 202):
        backend.queue_response(status=status)
    assert backend.send_sync_request("GET", "/").status_code == 201
    assert asyncio.run(backend.send_async_request("GET", "/")).status_code == 202
    assert asyncio.run(backend.send_async_request("GET", "/")).status_code == 204


@pytest.mark.parametrize(
    ("content", "content_type", "body"),
    [
        ({"a": 1}, "application/json", b'{"a":1}'),
        (["é"], "application/json", '["é"]'.encode()),
        (Model(id=1), "application/json", b'{"id":1}'),
        (7, "application/json", b"7"),
        ("text é", "text/plain; charset=utf-8", "text é".encode()),
        (b"\x00", "application/octet-stream", b"\x00"),
        (None, None, b""),
    ],
)
def test_content_is_encoded_by_its_type(content: Any, content_type: str | None, body: bytes) -> None:
    """JSON for values, text for str, bytes as they are."""
    response = FakeHTTPBackend(default_content=content).send_sync_request("GET", "/")
    assert (content_type, body) == (response.headers.get("content-type"), response.content)
    assert str(len(body)) == response.headers["content-length"]


def test_head_has_no_body() -> None:
    """RSP-7 but it has the length that the body would have."""
    response = FakeHTTPBackend(default_content="12345").send_sync_request("HEAD", "/")
    assert (response.content, response.headers["content-length"]) == (b"", "5")


@pytest.mark.parametrize(
    ("content", "kind", "items"),
    [
        ([{"id": 1}, {"id": 2}], Model, [Model(id=1), Model(id=2)]),
        ([{"id": 1}], dict, [{"id": 1}]),
        (["a", "", "b"], str, ["a", "", "b"]),
        ("a\r\nb", str, ["a", "b"]),
        (b"\x00\xff", bytes, [b"\x00\xff"]),
        (None, dict, []),
        (None, bytes, []),
    ],
)
def test_streams_give_the_items_of_the_content(content: Any, kind: Any, items: list[Any]) -> None:
    """A list is a line for each of its items; anything else is the body."""
    backend = FakeHTTPBackend(default_content=content)

    async def collect() -> list[Any]:
        return [item async for item in backend.handle_async_stream("GET", "/", kind)]

    assert items == list(backend.handle_sync_stream("GET", "/", kind)) == asyncio.run(collect())
    assert len(backend.requests) == 2


def test_a_stream_with_an_error_status_raises_before_the_first_item() -> None:
    """STM-6 and the body of the error can be read."""
    backend = FakeHTTPBackend(default_status=503, default_content={"retry": True})
    with pytest.raises(HTTPStatusError) as caught:
        next(backend.handle_sync_stream("GET", "/", dict))
    assert caught.value.response.json() == {"retry": True}


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"headers": {"X": "a\nb"}}, InvalidHeader),
        ({"json": float("nan")}, InvalidBody),
        ({"json": 1, "content": b""}, TypeError),
        ({"retries": 1}, TypeError),
    ],
)
def test_an_invalid_call_raises_as_with_a_real_backend(options: dict[str, Any], error: type[Exception]) -> None:
    """What the fake lets through, a library would have to send. Nothing was sent, so nothing is recorded."""
    backend = FakeHTTPBackend()
    with pytest.raises(error):
        backend.send_sync_request("POST", "/", **options)
    assert backend.requests == []


@pytest.mark.parametrize("status", [99, 100, 1000])
def test_an_informational_status_raises(status: int) -> None:
    """RSP-8 a 1xx is never an answer."""
    with pytest.raises(ConfigurationError, match=f"status: {status} is not a final status"):
        FakeHTTPBackend().queue_response(status=status)


def test_convert_to_response_takes_a_response_only() -> None:
    """The fake has no native response of another kind."""
    response = Response(status_code=200)
    assert response is FakeHTTPBackend.convert_to_response(response)
    with pytest.raises(TypeError, match="is a Response, not dict"):
        FakeHTTPBackend.convert_to_response({})
