"""What a client is given that is of no use: it is said what and where, before anything is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pydantic import BaseModel

from clientele.api import APIClient, BaseConfig, ConfigurationError
from clientele.api.types.annotations import shown
from clientele.http import FakeHTTPBackend

M = TypeVar("M", bound=BaseModel)

OPEN: list[Any] = [M, list[M], BaseModel, dict[str, BaseModel]]  # type: ignore[valid-type]

FORMS = 'write {"name": "value"} or [("name", "value")]'
PAIRS: list[tuple[Any, str]] = [
    (7, f"use a mapping or a list of pairs, not int; {FORMS}"),
    ("ab", f"use a mapping or a list of pairs, not str; {FORMS}"),
    (["ab"], f"a pair is a tuple of a name and a value, not str; {FORMS}"),
    ([7], f"a pair is a tuple of a name and a value, not int; {FORMS}"),
    ([("a",)], "a pair is a tuple of a name and a value, not of 1"),
    ([("a", "b", "c")], "a pair is a tuple of a name and a value, not of 3"),
]
"""What is neither a mapping nor pairs of names and values."""


@pytest.fixture
def fake() -> FakeHTTPBackend:
    return FakeHTTPBackend(default_content=1)


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url="https://api.example.com", http_backend=fake)


def refused(call: Callable[[], object]) -> str:
    """What is said."""
    with pytest.raises((ConfigurationError, TypeError)) as caught:
        call()
    return str(caught.value)


@pytest.mark.parametrize(("given", "says"), PAIRS)
@pytest.mark.parametrize("option", ["headers", "params", "query"])
def test_values_that_are_not_pairs_raise(
    option: str, given: Any, says: str, api: APIClient, fake: FakeHTTPBackend
) -> None:
    """Wherever names and values are given, and with where they are."""

    def find(result: int) -> int:
        return result

    declared: Any = api.get("/x")(find)
    config: dict[str, Any] = {option: given}
    if option != "params":
        assert refused(lambda: declared.with_options(**config)).endswith(f"find.with_options: {option}: {says}")
    if option != "query":
        assert f"{option}: {says}" == refused(lambda: api.request("GET", "/x", **config))
    if option == "headers":
        assert f"BaseConfig(headers=...): {says}" == refused(lambda: BaseConfig(**config))
        assert refused(lambda: api.get("/x", headers=given)(find)).endswith(f"find: headers: {says}")
    assert [] == fake.requests


def test_a_form_that_is_not_pairs_raises(api: APIClient, fake: FakeHTTPBackend) -> None:
    """With files, and without."""
    data: Any = ["ab"]
    says = f"data: a pair is a tuple of a name and a value, not str; {FORMS}"
    assert says == refused(lambda: api.request("POST", "/x", data=data))
    assert says == refused(lambda: api.request("POST", "/x", data=data, files={"f": b"x"}))
    assert [] == fake.requests


@pytest.mark.parametrize("path", [7, None, b"/x"])
def test_a_path_that_is_not_a_str_raises(path: Any, api: APIClient, fake: FakeHTTPBackend, tmp_path: Path) -> None:
    """In all calls that take one."""
    says = f"the path is a str, not {type(path).__name__}"
    assert f"request: {says}" == refused(lambda: api.request("GET", path))
    assert f"arequest: {says}" == refused(lambda: asyncio.run(api.arequest("GET", path)))
    assert f"download: {says}" == refused(lambda: api.download(path, tmp_path / "f"))
    assert f"adownload: {says}" == refused(lambda: asyncio.run(api.adownload(path, tmp_path / "f")))
    assert [] == fake.requests


def test_a_type_that_is_not_defined_raises(api: APIClient, fake: FakeHTTPBackend) -> None:
    """A call has no block to look for it in."""
    says = "request: the type of the result names User, which isn't defined; pass types, not their names"
    kinds: Any = {200: "User"}
    assert says == refused(lambda: api.request("GET", "/x", result="User"))
    assert says == refused(lambda: api.request("GET", "/x", response_map=kinds))
    assert [] == fake.requests


@pytest.mark.parametrize("kind", OPEN)
def test_a_type_that_says_nothing_raises(kind: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """As in a declaration: Pydantic would fail on the body, in words of its own."""
    says = f"is {shown(kind)}, and "
    assert f"request: `result` {says}" in refused(lambda: api.request("GET", "/x", result=kind))
    assert f"request: response_map[200] {says}" in refused(lambda: api.request("GET", "/x", response_map={200: kind}))
    assert [] == fake.requests


@pytest.mark.parametrize(
    ("backend", "says"),
    [
        (7, "not int"),
        (FakeHTTPBackend, "not the class FakeHTTPBackend: call it"),
        (object(), "not object"),
    ],
)
def test_an_invalid_backend_raises(backend: Any, says: str) -> None:
    """Most often a class that was meant to be called."""
    assert f"BaseConfig(http_backend=...): use a backend, or the name of an installed one, {says}" == refused(
        lambda: APIClient(base_url="https://a", http_backend=backend)
    )


def test_an_invalid_config_raises(api: APIClient) -> None:
    """Most often a base URL that was meant to go by keyword; the old configuration stays."""
    url: Any = "https://b"
    says = "config is a BaseConfig, not str; pass its fields as keywords: base_url=..."
    assert f"APIClient: {says}" == refused(lambda: APIClient(url))
    assert f"configure: {says}" == refused(lambda: api.configure(url))
    assert "https://api.example.com" == api.config.base_url


def test_a_callback_that_is_not_callable_raises(api: APIClient, fake: FakeHTTPBackend, tmp_path: Path) -> None:
    """Before anything is sent, and before a file is made."""
    callback: Any = 7
    assert "download(progress=...): use a function, not int" == refused(
        lambda: api.download("/x", tmp_path / "f", progress=callback)
    )
    assert ([], []) == (fake.requests, list(tmp_path.iterdir()))
