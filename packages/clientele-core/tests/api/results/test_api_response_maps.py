"""`response_map`: a type for each status."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypeAliasType, TypedDict

from clientele.api import APIClient, APIException, HTTPStatusError, ResponseValidationError
from clientele.http import FakeHTTPBackend, Response


class User(BaseModel):
    id: int


class Admin(User):
    level: int


class Problem(BaseModel):
    title: str


class Movie(TypedDict):
    title: str


class Cat(BaseModel):
    kind: Literal["cat"]


class Dog(BaseModel):
    kind: Literal["dog"]


Animal = Annotated[Cat | Dog, Field(discriminator="kind")]
Answer = TypeAliasType("Answer", User | Problem)


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url="https://api.example.com", http_backend=fake)


EVERYTHING: dict[int, Any] = {
    200: User,
    201: list[User],
    202: str,
    203: bytes,
    204: None,
    302: Response,
    400: Problem | None,
    404: Movie,
    409: Animal,
    500: Any,
}


@pytest.mark.parametrize(
    ("status", "content", "expected"),
    [
        (200, {"id": 1}, User(id=1)),
        (201, [{"id": 1}], [User(id=1)]),
        (202, "text", "text"),
        (203, b"\xff", b"\xff"),
        (204, None, None),
        (400, {"title": "t"}, Problem(title="t")),
        (400, None, None),
        (404, {"title": "t"}, {"title": "t"}),
        (409, {"kind": "dog"}, Dog(kind="dog")),
        (500, [1], [1]),
    ],
)
def test_the_status_says_what_the_body_is(
    status: int, content: Any, expected: Any, api: APIClient, fake: FakeHTTPBackend
) -> None:
    """Of any type that a result may have, errors and redirects included; sync and async, and for a request."""

    @api.get("/x", response_map=EVERYTHING)
    def call(result: Any, response: Response) -> Any:
        return response.status_code, result

    @api.get("/x", response_map=EVERYTHING)
    async def acall(result: Any, response: Response) -> Any:
        return response.status_code, result

    for _ in range(3):
        fake.queue_response(status=status, content=content)
    assert (status, expected) == call() == asyncio.run(acall())
    assert expected == api.request("GET", "/x", response_map=EVERYTHING)


def test_a_redirect_may_be_mapped(api: APIClient, fake: FakeHTTPBackend) -> None:
    """Then it isn't followed, and is no error."""
    fake.queue_response(status=302)
    response = api.request("GET", "/x", response_map=EVERYTHING)
    assert isinstance(response, Response)
    assert 302 == response.status_code


@pytest.mark.parametrize(
    ("status", "error", "message"),
    [
        (404, HTTPStatusError, "^404 Not Found: GET"),
        (500, HTTPStatusError, "^500 Internal Server Error: GET"),
        (201, APIException, "^201 Created is not in response_map, which has 200, 409: GET"),
        (204, APIException, "^204 No Content is not in response_map"),
        (304, APIException, "^304 Not Modified is not in response_map"),
    ],
)
def test_a_status_that_is_not_mapped(
    status: int, error: type[APIException], message: str, api: APIClient, fake: FakeHTTPBackend
) -> None:
    """An error has the response, whatever the status is."""

    @api.get("/x", response_map={200: User, HTTPStatus.CONFLICT: Problem})
    def call(result: User | Problem) -> User | Problem:
        return result

    fake.queue_response(status=status)
    with pytest.raises(APIException, match=message) as caught:
        call()
    assert error is type(caught.value)
    assert status == caught.value.response.status_code


def test_a_redirect_that_is_not_mapped_says_how_to_follow_it() -> None:
    """As it does without a map."""

    class Redirecting(FakeHTTPBackend):
        def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Response:
            return Response(status_code=302, headers={"Location": "/y"})

    api = APIClient(http_backend=Redirecting())
    with pytest.raises(APIException, match="302 Found redirects to /y; set follow_redirects=True"):
        api.request("GET", "/x", response_map={200: User})


def test_a_mapped_body_that_is_not_what_the_map_has(api: APIClient, fake: FakeHTTPBackend) -> None:
    """The error is one of validation, also for a 404."""
    fake.queue_response(status=404, content={"name": "s3cret"})
    with pytest.raises(ResponseValidationError, match="title: Field required") as caught:
        api.request("GET", "/x", response_map={404: Problem})
    assert 404 == caught.value.response.status_code


@pytest.mark.parametrize(
    ("declared", "response_map"),
    [
        (User | Problem, {200: User, 404: Problem}),
        (Answer, {200: User, 404: Problem}),
        (User | Problem | None, {200: User, 404: Problem | None}),
        (User | Problem | None, {200: User, 204: None}),
        (User, {200: Admin, 201: User}),
        (BaseModel, {200: User, 404: Problem}),
        (list[User] | dict[str, int], {200: list[User], 404: dict[str, int]}),
        (list | Problem, {200: list[User], 404: Problem}),
        (Cat | Dog | Problem, {200: Animal, 404: Problem}),
        (Animal, {200: Cat, 201: Dog}),
        (Movie | None, {200: Movie, 404: None}),
        (Any, {200: User, 404: str}),
        (object, {200: User, 404: str}),
        (User | str | bytes | Response, {200: User, 201: str, 202: bytes, 404: Response}),
    ],
)
def test_the_result_is_the_union_of_the_map(declared: Any, response_map: Any, api: APIClient) -> None:
    """Or wider: it only must not leave anything out."""

    def call(result: Any) -> Any:
        return result

    call.__annotations__["result"] = declared
    assert api.get("/x", response_map=response_map)(call).__name__ == "call"
