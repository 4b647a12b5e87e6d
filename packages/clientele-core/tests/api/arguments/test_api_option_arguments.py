"""Parameters that have the names of options: they are the API's, as any others."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import pytest

from clientele.api import APIClient, ConfigurationError, Header, Path, Timeout
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


def test_they_are_values_of_the_query(api: APIClient, fake: FakeHTTPBackend) -> None:
    """Of any type; options of the same names are those of the decorator, and of `with_options`."""

    @api.get("/search", headers={"X-A": "1"}, timeout=1.0)
    def search(
        result: Any,
        query: str,
        headers: list[str],
        timeout: float | None,
        *,
        follow_redirects: bool,
        params: int = 1,
    ) -> Any:
        return result

    values = {"query": "tea", "headers": ["a"], "timeout": 30.0, "follow_redirects": True, "params": 1}
    search("tea", ["a"], 30.0, follow_redirects=True)
    assert (values, {"X-A": "1"}, 1.0) == (sent(fake)["params"], sent(fake)["headers"], sent(fake)["timeout"].read)
    changed = search.with_options(timeout=7.0, query={"query": "coffee"}, follow_redirects=False)
    changed("tea", ["a"], None, follow_redirects=True)
    assert {**values, "query": "coffee"} == {**sent(fake)["params"], "timeout": 30.0}
    assert (7.0, False) == (sent(fake)["timeout"].read, sent(fake)["follow_redirects"])
    asyncio.run(search.aio("tea", ["a"], timeout=30.0, follow_redirects=True))
    assert values == sent(fake)["params"]


def test_they_may_be_marked_and_in_the_path(api: APIClient, fake: FakeHTTPBackend) -> None:
    """Wherever an argument may go."""

    @api.get("/{query}/{timeout}")
    def find(
        result: Any, query: str, limit: Annotated[int, Path("timeout")], headers: Annotated[str, Header("X-Headers")]
    ) -> Any:
        return result

    find("a", 3, "h")
    assert "https://api.example.com/v1/a/3" == fake.requests[-1]["url"]
    assert {"headers": {"X-Headers": "h"}} == sent(fake)


@pytest.mark.parametrize(
    ("name", "kind", "option"),
    [
        ("headers", dict[str, str] | None, "headers"),
        ("query", dict[str, Any], "query"),
        ("params", dict[str, Any], "query"),
        ("timeout", float | Timeout, "timeout"),
    ],
)
def test_an_argument_named_like_an_option_raises(
    name: str, kind: Any, option: str, api: APIClient, fake: FakeHTTPBackend
) -> None:
    """Since it can't be written in a query anyway."""
    block: dict[str, Any] = {"kind": kind}
    exec(f"def find(result: dict, {name}: kind) -> dict: return result", block)  # noqa: S102
    says = rf"`{name}` is a value of the query.*use with_options\({option}=\.\.\.\)"
    with pytest.raises(ConfigurationError, match=says):
        api.get("/x")(block["find"])
    assert [] == fake.requests
