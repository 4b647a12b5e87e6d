"""Parameters that are options of the call: by their name and their type, without a marker."""

from __future__ import annotations

from typing import Any

import pytest

from clientele.api import APIClient, ConfigurationError
from clientele.http import FakeHTTPBackend


@pytest.fixture
def fake() -> FakeHTTPBackend:
    return FakeHTTPBackend(default_content={"id": 1})


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url="https://api.example.com/v1", http_backend=fake)


def sent(fake: FakeHTTPBackend) -> dict[str, Any]:
    options: dict[str, Any] = fake.requests[-1]["kwargs"]
    return options


def test_they_are_options_where_the_function_declares_them(api: APIClient, fake: FakeHTTPBackend) -> None:
    """They win over those of the decorator; none of them is a query value."""

    @api.get("/users", headers={"X-A": "1", "X-B": "1"}, timeout=1.0)
    def find(
        result: Any,
        words: str,
        *,
        timeout: float | None = None,
        headers: dict[str, str] | None = None,
        query: dict[str, Any] | None = None,
        follow_redirects: bool | None = None,
    ) -> Any:
        return result

    query = {"words": "b", "page": 2, "size": None}
    find("a", timeout=3, headers={"x-a": "2"}, query=query, follow_redirects=True)
    assert sent(fake) == {
        "headers": {"x-a": "2", "X-B": "1"},
        "timeout": 3,
        "params": {"words": "b", "page": 2},
        "follow_redirects": True,
    }


def test_none_leaves_an_option_as_it_is(api: APIClient, fake: FakeHTTPBackend) -> None:
    """As everywhere: an argument of None isn't given."""

    @api.get("/users", timeout=1.0)
    def find(result: Any, timeout: float | None = None, query: dict[str, Any] | None = None) -> Any:
        return result

    find()
    assert 1.0 == sent(fake)["timeout"].read
    assert {"timeout"} == set(sent(fake))


def test_values_of_other_types_are_query_values(api: APIClient, fake: FakeHTTPBackend) -> None:
    """Many a search has a `query`."""

    @api.get("/search")
    def search(result: Any, query: str, headers: list[str], timeout: str, follow_redirects: int) -> Any:
        return result

    search("tea", ["a"], "7s", 3)
    assert sent(fake) == {"params": {"query": "tea", "headers": ["a"], "timeout": "7s", "follow_redirects": 3}}


@pytest.mark.parametrize(("name", "value"), [("timeout", -1), ("timeout", True), ("follow_redirects", 3)])
def test_a_bad_value_is_refused_before_it_is_sent(name: str, value: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """The error names the option."""

    @api.get("/users")
    def find(result: Any, timeout: float = 1.0, follow_redirects: bool = False) -> Any:  # noqa: FBT001, FBT002
        return result

    arguments: dict[str, Any] = {name: value}
    with pytest.raises(ConfigurationError, match=rf"{name}=\.\.\."):
        find(**arguments)
    assert fake.requests == []
