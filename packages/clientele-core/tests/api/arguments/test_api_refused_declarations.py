"""Declarations that would have no effect, or that no request can be made from, are refused when they are decorated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

import fastapi
import pytest
from pydantic import BaseModel, Field

from clientele.api import APIClient, ConfigurationError, Form, Header, Query
from clientele.http import FakeHTTPBackend


class Marked(BaseModel):
    key: Annotated[str, Header("X-Key")]


@dataclass
class MarkedData:
    key: Annotated[str, Header("X-Key")]


class MarkedDict(TypedDict):
    key: Annotated[str, Header("X-Key")]


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url="https://api.example.com", http_backend=fake)


REFUSED = {
    "a marker of another library": (
        Annotated[str, fastapi.Query()],
        r"fastapi\.params\.Query, which is not a marker of clientele\.api; import Query from there",
    ),
    "an alias of Pydantic's": (Annotated[str, Field(alias="pageSize")], r"write Query\('pageSize'\)"),
    "a marker as a type": (Query("q"), r"write value: Annotated\[Type, Query\(alias='q'\)\]"),
    "a model with a marked field": (Annotated[Marked, Query()], r"'key' of Marked is marked Header\(alias='X-Key'\)"),
    "a dataclass with one": (Annotated[MarkedData, Query()], r"'key' of MarkedData is marked Header\(alias='X-Key'\)"),
    "a TypedDict with one": (Annotated[MarkedDict, Form()], r"'key' of MarkedDict is marked Header\(alias='X-Key'\)"),
    "a set": (set[int], r"take a list, as in list\[int\]"),
    "a set without a type": (set, r"take a list, as in list\[str\]"),
    "an iterator": (Iterator[str], r"take a list, as in list\[str\]"),
    "a list of lists": (list[list[int]], "a list in a list can't be written in a query"),
    "an optional list of tuples": (list[tuple[str, int] | None], "a list in a list can't be written in a query"),
}


@pytest.mark.parametrize(("annotation", "message"), REFUSED.values(), ids=REFUSED)
def test_a_parameter_that_would_not_be_sent_as_declared_is_refused(
    annotation: Any, message: str, api: APIClient
) -> None:
    """The message names the function and the parameter, and what to write instead."""

    def search(result: Any, value: Any) -> Any:
        return result, value

    search.__annotations__["value"] = annotation
    with pytest.raises(ConfigurationError, match=rf"(?s)search.*value.*{message}"):
        api.post("/search")(search)


@pytest.mark.parametrize(
    ("default", "written"),
    [(Query("q"), "Query(alias='q')]"), (Query(), "Query()]"), (Query(10), "Query()] = 10")],  # type: ignore[arg-type]
)
def test_a_marker_for_a_default_is_refused(default: Any, written: str, api: APIClient) -> None:
    """As FastAPI allows it: what the default of a marker was meant to be, is written after the annotation."""

    def search(result: Any, q: Any = default) -> Any:
        return result, q

    with pytest.raises(ConfigurationError) as caught:
        api.get("/search")(search)
    assert str(caught.value).endswith(f"write q: Annotated[Type, {written}")
