"""Ranges of statuses and `"default"`, in a `response_map` and in `errors`: which of several counts."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from clientele.api import APIClient, APIException, ConfigurationError, HTTPStatusError, Response
from clientele.api.results.statuses import checked_map, found
from clientele.http import FakeHTTPBackend


class User(BaseModel):
    id: int


class NotFound(BaseModel):
    title: str


class Problem(BaseModel):
    title: str


class Other(BaseModel):
    title: str


ALL: dict[Any, Any] = {200: User, 404: NotFound, "4XX": Problem, "default": Other}


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url="https://api.example.com", http_backend=fake)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(200, User), (404, NotFound), (400, Problem), (499, Problem), (201, Other), (302, Other), (500, Other)],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_nearest_counts(status: int, kind: Any, turned: bool) -> None:  # noqa: FBT001
    """A status before its range, that before the default, in whatever order they are written."""
    by_status = dict(reversed(ALL.items())) if turned else ALL
    assert kind is found(by_status, status)


@pytest.mark.parametrize("status", [199, 200, 399, 500, 600, 999])
def test_what_is_left_out_is_left_out(status: int) -> None:
    """A range is a hundred statuses."""
    assert found({"4XX": Problem}, status) is None


@pytest.mark.parametrize(
    "key",
    [
        *["1XX", "6XX", "4xx", "XXX", "4X", "4XXX", "40X", "404", "*", "", "Default", " 4XX", "4XX ", "²XX", b"4XX"],
        *[199, 600, 404.0, -404, True, None, (404, 410), range(400, 500)],
    ],
)
def test_an_invalid_status_raises(key: Any) -> None:
    """It is named, and the error says what there is."""
    with pytest.raises(ConfigurationError) as caught:
        checked_map({200: User, key: Problem}, "response_map", "f")
    assert f"f: response_map has {key!r}, which is not a final status" in str(caught.value)
    assert 'use 200 to 599, "2XX" to "5XX", or "default"' in str(caught.value)


@pytest.mark.parametrize("key", [200, 302, 399, "2XX", "3XX", 600, "4xx"])
def test_a_status_that_is_not_an_error_raises(key: Any) -> None:
    """`errors` are of 4xx and 5xx."""
    with pytest.raises(ConfigurationError, match="which is not a status of an error; use 400 to 599"):
        APIClient(errors={key: Problem})


def test_a_range_is_read_as_its_type(api: APIClient, fake: FakeHTTPBackend) -> None:
    """As a status is."""

    @api.get("/x", response_map={"2XX": User, "4XX": Problem, "5XX": None})
    def call(result: User | Problem | None) -> User | Problem | None:
        return result

    fake.queue_response(status=206, content={"id": 1})
    fake.queue_response(status=418, content={"title": "t"})
    fake.queue_response(status=503, content=b"<html>")
    assert [User(id=1), Problem(title="t"), None] == [call(), call(), call()]


def test_the_default_leaves_nothing_out(api: APIClient, fake: FakeHTTPBackend) -> None:
    """Redirects, too, as OpenAPI has it."""
    for status in (302, 404, 500):
        fake.queue_response(status=status)
        response: Any = api.request("GET", "/x", response_map={200: User, "default": Response})
        assert isinstance(response, Response)
        assert status == response.status_code


def test_an_undeclared_status_raises(api: APIClient, fake: FakeHTTPBackend) -> None:
    """That names the keys."""
    fake.queue_response(status=302)
    with pytest.raises(APIException, match="302 Found is not in response_map, which has 200, 4XX"):
        api.request("GET", "/x", response_map={200: User, "4XX": Problem})
    fake.queue_response(status=500)
    with pytest.raises(HTTPStatusError, match="500 Internal Server Error"):
        api.request("GET", "/x", response_map={200: User, "4XX": Problem})
