"""`with_options`: options for a single call of a decorated function."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from clientele.api import APIClient, ConfigurationError, Header, InvalidHeader, Query, Timeout
from clientele.http import FakeHTTPBackend


class User(BaseModel):
    id: int


@pytest.fixture
def fake() -> FakeHTTPBackend:
    return FakeHTTPBackend(default_content={"id": 1})


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(
        base_url="https://a", http_backend=fake, headers={"X-A": "client", "X-B": "client", "X-C": "client"}
    )


def sent(fake: FakeHTTPBackend) -> dict[str, Any]:
    options: dict[str, Any] = fake.requests[-1]["kwargs"]
    return options


def test_they_win_over_everything_else(api: APIClient, fake: FakeHTTPBackend) -> None:
    """Over the arguments, the decorator and the client; None takes a header or a query value away."""

    @api.get("/users/{user_id}", headers={"x-b": "decorator"}, timeout=1.0, follow_redirects=False)
    def find(
        result: Any,
        user_id: int,
        page: int,
        size: Annotated[int, Query("pageSize")],
        trace: Annotated[str, Header("X-Trace")],
    ) -> Any:
        return result

    changed = find.with_options(
        headers={"X-B": "call", "x-c": None, "x-trace": "call"},
        query={"pageSize": 9, "page": None, "more": [1, 2]},
        timeout=Timeout(read=7.0),
        follow_redirects=True,
    )
    changed(7, 1, 2, "argument")
    assert "https://a/users/7" == fake.requests[-1]["url"]
    assert sent(fake) == {
        "headers": {"X-A": "client", "X-B": "call", "x-c": None, "x-trace": "call"},
        "params": {"pageSize": 9, "more": [1, 2]},
        "timeout": Timeout(read=7.0),
        "follow_redirects": True,
    }


def test_the_function_itself_stays_as_it_is(api: APIClient, fake: FakeHTTPBackend) -> None:
    """A changed one is another function."""

    @api.get("/users")
    def find(result: Any, page: int = 1) -> Any:
        return result

    changed = find.with_options(query={"a": 1})
    assert changed is not find
    assert type(changed) is type(find)
    changed()
    assert sent(fake)["params"] == {"page": 1, "a": 1}
    find()
    assert sent(fake)["params"] == {"page": 1}


def test_they_can_be_said_one_after_the_other(api: APIClient, fake: FakeHTTPBackend) -> None:
    """The later ones win; what they say nothing of stays."""

    @api.get("/users")
    def find(result: Any) -> Any:
        return result

    find.with_options(timeout=1, query={"a": 1, "b": 1}).with_options(query={"b": 2}, headers={"X-B": "call"})()
    assert sent(fake)["params"] == {"a": 1, "b": 2}
    assert (1.0, "call") == (sent(fake)["timeout"].read, sent(fake)["headers"]["X-B"])


def test_query_and_headers_may_be_pairs(api: APIClient, fake: FakeHTTPBackend) -> None:
    """From a generator too, though the function is called several times; a name that is repeated stays so."""

    @api.get("/users")
    def find(result: Any, a: int = 0, b: int = 0) -> Any:
        return result

    pairs = [("a", 1), ("a", 2)]
    changed = find.with_options(query=(pair for pair in pairs), headers=(pair for pair in [("X-B", "1"), ("x-b", "2")]))
    for _ in range(2):
        changed()
        assert sent(fake)["params"] == [("b", 0), *pairs]
        assert "1, 2" == {name.lower(): value for name, value in sent(fake)["headers"].items()}["x-b"]


def test_async_functions_and_streams(api: APIClient, fake: FakeHTTPBackend) -> None:
    """They have it, too."""

    @api.get("/users")
    async def afind(result: User) -> User:
        return result

    @api.get("/lines", streaming_response=True)
    def lines(result: Iterator[User]) -> Iterator[User]:
        return result

    assert User(id=1) == asyncio.run(afind.with_options(query={"a": 1})())
    fake.queue_response(content=[{"id": 2}])
    assert [User(id=2)] == list(lines.with_options(query={"a": 2})())
    assert [{"a": 1}, {"a": 2}] == [request["kwargs"]["params"] for request in fake.requests]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        (
            {"retries": 3},
            TypeError,
            r"find\.with_options: unknown option 'retries'; wrap the backend in a RetryBackend",
        ),
        ({"json": {}}, TypeError, "unknown option 'json'"),
        ({"timeout": 0}, ConfigurationError, r"find\.with_options\(timeout=\.\.\.\): 0 is not a time limit"),
        ({"follow_redirects": "no"}, ConfigurationError, r"with_options\(follow_redirects=\.\.\.\): use True or False"),
        ({"headers": {"a b": "c"}}, InvalidHeader, r"find\.with_options: headers: 'a b' is not a header name"),
        ({"headers": {"a": "s3cret\n"}}, InvalidHeader, r"find\.with_options: headers\['a'\]: a header value is "),
        ({"query": {"a": {"s3cret"}}}, TypeError, r"find\.with_options: query\['a'\]: set can't be written as text"),
        ({"query": "a=s3cret"}, TypeError, r"find\.with_options: query: use a mapping or a list of pairs, not str; "),
        ({"qeury": {}}, TypeError, r"find\.with_options: unknown option 'qeury'; did you mean 'query'\?"),
        ({"zeal": 1}, TypeError, r"unknown option 'zeal'; known are cache, .*headers, .*query, .*timeout$"),
    ],
)
def test_a_bad_option_shows_at_once(
    options: Any, error: type[Exception], message: str, api: APIClient, fake: FakeHTTPBackend
) -> None:
    """Before the call, and without the value."""

    @api.get("/users")
    def find(result: Any) -> Any:
        return result

    with pytest.raises(error, match=message) as caught:
        find.with_options(**options)
    assert "s3cret" not in str(caught.value)
    assert fake.requests == []


def test_they_may_be_given_before_annotations_are_defined(api: APIClient, fake: FakeHTTPBackend) -> None:
    """The copy is compiled when it is called first, as the function would be."""
    changed = api.get("/x")(_forward).with_options(query={"a": 1})
    with pytest.raises(TypeError, match="unknown option 'b'"):
        changed.with_options(b=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    globals()["DefinedLater"] = User
    try:
        assert User(id=1) == changed()
    finally:
        del globals()["DefinedLater"]
    assert {"a": 1} == sent(fake)["params"]


def test_callers_see_the_same_signature(api: APIClient) -> None:
    """And the same name."""

    @api.get("/users/{user_id}")
    def find(result: Any, user_id: int, *, page: int = 1) -> Any:
        return result

    changed = find.with_options(timeout=1)
    assert inspect.signature(find) == inspect.signature(changed)
    assert find.__qualname__ == changed.__qualname__


def _forward(result: DefinedLater) -> DefinedLater:  # type: ignore[name-defined]  # noqa: F821  # pyright: ignore[reportUndefinedVariable]
    return result
