"""`response_parser`: the user's own way from a Response to a result."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import BaseModel

from clientele.api import APIClient, APIException, HTTPStatusError, ResponseValidationError
from clientele.http import FakeHTTPBackend, Response

SECRET = "s3cret"


class User(BaseModel):
    id: int


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url="https://api.example.com", http_backend=fake)


def test_a_parser_gets_the_response(api: APIClient, fake: FakeHTTPBackend) -> None:
    """Its value is the result, whatever the annotation says of types that Pydantic doesn't know."""

    @api.get("/x", response_parser=lambda response: response.content.split(b","))
    def split(result: FakeHTTPBackend, response: Response, last: int = 1) -> Any:
        return result, response.status_code

    @api.get("/x", response_parser=lambda response: response.text)
    async def text(result: str) -> str:
        return result

    fake.queue_response(status=201, content=b"a,b")
    assert ([b"a", b"b"], 201) == split()
    fake.queue_response(content="text")
    assert asyncio.run(text()) == "text"


@pytest.mark.parametrize(("status", "error"), [(404, HTTPStatusError), (302, APIException)])
def test_a_parser_is_called_for_2xx_only(
    status: int, error: type[APIException], api: APIClient, fake: FakeHTTPBackend
) -> None:
    """The others raise as they do without it."""
    seen: list[Response] = []

    @api.get("/x", response_parser=seen.append)
    def parsed(result: None) -> None:
        return result

    fake.queue_response(status=status)
    with pytest.raises(error):
        parsed()
    assert seen == []


@pytest.mark.parametrize(
    ("parser", "content", "problem"),
    [
        (
            lambda response: User.model_validate_json(response.content),
            {"id": SECRET},
            "the parser: *: Input should",
        ),
        (lambda response: response.json(), b"{", "the parser: the body is not JSON"),
    ],
)
def test_a_parser_that_fails_raises_a_validation_error(
    parser: Any, content: Any, problem: str, api: APIClient, fake: FakeHTTPBackend
) -> None:
    """The errors of validation and of JSON become ours."""

    @api.get("/x", response_parser=parser)
    def parsed(result: Any) -> Any:
        return result

    fake.queue_response(content=content)
    with pytest.raises(ResponseValidationError) as caught:
        parsed()
    assert f"the response is not what `result` declares: {problem}" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_errors_of_a_parser_reach_the_caller(api: APIClient) -> None:
    """They reach the caller as they are."""

    def parse(response: Response) -> Any:
        raise LookupError(response.status_code)

    @api.get("/x", response_parser=parse)
    def parsed(result: Any) -> Any:
        return result

    with pytest.raises(LookupError, match="200"):
        parsed()
