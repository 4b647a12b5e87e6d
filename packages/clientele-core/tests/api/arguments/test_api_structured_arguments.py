"""Models, dataclasses, TypedDicts and dicts as queries, and lists in each style."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field, RootModel, SecretStr, computed_field, field_serializer
from typing_extensions import TypedDict

from clientele.api import APIClient, ConfigurationError, Query
from clientele.http import FakeHTTPBackend
from clientele_conformance.servers import Origin, response

BASE = "https://api.example.com"


class Sort(Enum):
    UP = "up"


class Filter(BaseModel):
    page_size: int = Field(default=20, alias="pageSize")
    sort: Sort | None = None
    tags: list[str] = []
    since: datetime | None = None
    done: bool | None = None
    key: SecretStr | None = None


class Narrow(Filter):
    city: str = "Rome"


class Joined(BaseModel):
    ids: list[int]

    @field_serializer("ids")
    def _join(self, ids: list[int]) -> str:
        return ",".join(map(str, ids))

    @computed_field
    def count(self) -> int:
        return len(self.ids)


class Ids(RootModel[list[int]]):
    pass


class Search(TypedDict, total=False):
    q: str
    limit: int | None


@dataclass
class Range:
    start: date
    end: date | None = None


class Inner(BaseModel):
    a: int
    b: list[str] = []


class Deep(BaseModel):
    name: str | None = None
    inner: Inner | None = None
    by_name: dict[str, Inner] = {}


@pytest.fixture(scope="module")
def origin() -> Iterator[Origin]:
    with Origin() as server:
        server.on("/x", response())
        yield server


@pytest.fixture(scope="module")
def api(origin: Origin) -> Iterator[APIClient]:
    with APIClient(base_url=origin.url(), http_backend="httpx") as client:
        yield client


def queried(api: APIClient, origin: Origin, kind: Any, value: Any) -> str:
    """What a server gets as the query of a call whose parameter `q` is of the type `kind`."""

    def find(result: None, q: Any) -> None:
        return result

    find.__annotations__["q"] = kind
    api.get("/x")(find)(value)
    return origin.requests[-1].target.partition("?")[2]


MARKED = Query()


COMMAS = Query(explode=False)


BLANKS = Query(style="spaceDelimited")


PIPES = Query(style="pipeDelimited")


DEEP = Query(style="deepObject")


@pytest.mark.parametrize(
    ("kind", "value", "query"),
    [
        (Annotated[Filter, MARKED], Filter(pageSize=5), "pageSize=5"),
        (Annotated[Filter, Query], Filter(), "pageSize=20"),
        (
            Annotated[Filter, MARKED],
            Filter(sort=Sort.UP, tags=["a", "b c"], since=datetime(2024, 2, 3, tzinfo=UTC), done=True),
            "pageSize=20&sort=up&tags=a&tags=b%20c&since=2024-02-03T00%3A00%3A00Z&done=true",
        ),
        (Annotated[Filter, MARKED], Filter(key=SecretStr("hush hush")), "pageSize=20&key=hush%20hush"),
        (Annotated[Filter, MARKED], Narrow(), "pageSize=20&city=Rome"),
        (Annotated[Filter | None, MARKED], None, ""),
        (Annotated[Filter, MARKED] | None, Filter(), "pageSize=20"),  # pyright: ignore[reportOperatorIssue]
        (Annotated[Joined, MARKED], Joined(ids=[1, 2]), "ids=1%2C2&count=2"),
        (Annotated[Ids, MARKED], Ids([1, 2]), "q=1&q=2"),
        (Annotated[Search, MARKED], {"q": "a", "limit": None}, "q=a"),
        (Annotated[Search, MARKED], {}, ""),
        (Annotated[Range, MARKED], Range(date(2024, 2, 3)), "start=2024-02-03"),
        (Annotated[dict[str, str], MARKED], {"a": "1", "b": "ü"}, "a=1&b=%C3%BC"),
        (Annotated[dict, MARKED], {"a": [1, None, 2]}, "a=1&a=2"),
        (Annotated[dict[str, Any] | list[int], MARKED], [1, 2], "q=1&q=2"),
        (Annotated[Filter, COMMAS], Filter(tags=[]), None),
        (Annotated[Range, COMMAS], Range(date(2024, 2, 3)), "q=start,2024-02-03"),
        (Annotated[dict[str, int | str], COMMAS], {"x": 1, "y": "a,b"}, "q=x,1,y,a%2Cb"),
        (Annotated[dict[str, int], BLANKS], {"x": 1, "y": 2}, "q=x%201%20y%202"),
        (Annotated[dict[str, int], PIPES], {"x": 1, "y": 2}, "q=x%7C1%7Cy%7C2"),
        (Annotated[dict[str, int], DEEP], {"x": 1, "y": 2}, "q%5Bx%5D=1&q%5By%5D=2"),
        (Annotated[dict[str, Any], Query("filter", style="deepObject")], {"a": {"b": 1}}, "filter%5Ba%5D%5Bb%5D=1"),
        (
            Annotated[Deep, DEEP],
            Deep(inner=Inner(a=1, b=["x", "y"]), by_name={"k": Inner(a=2)}),
            "q%5Binner%5D%5Ba%5D=1&q%5Binner%5D%5Bb%5D=x&q%5Binner%5D%5Bb%5D=y&q%5Bby_name%5D%5Bk%5D%5Ba%5D=2",
        ),
        (Annotated[Deep, DEEP], Deep(), ""),
        (list[int], [1, 2], "q=1&q=2"),
        (Annotated[list[int], MARKED], [1, 2], "q=1&q=2"),
        (Annotated[list[int], Query("ids", explode=True)], [1, 2], "ids=1&ids=2"),
        (Annotated[list[str], COMMAS], ["a", "b,c"], "q=a,b%2Cc"),
        (Annotated[list[str], BLANKS], ["a", "b"], "q=a%20b"),
        (Annotated[list[str], PIPES], ["a", "b"], "q=a%7Cb"),
        (Annotated[list[str], Query(style="spaceDelimited", explode=True)], ["a", "b"], "q=a&q=b"),
        (Annotated[list[str], Query(style="pipeDelimited", explode=True)], ["a", "b"], "q=a&q=b"),
        (Annotated[tuple[int, str], COMMAS], (1, "a"), "q=1,a"),
        (Annotated[list[Sort | None], COMMAS], [Sort.UP, None, Sort.UP], "q=up,up"),
        (Annotated[list[SecretStr], COMMAS], [SecretStr("a"), SecretStr("b")], "q=a,b"),
        *((Annotated[list[int], marker], [], "") for marker in (MARKED, COMMAS, BLANKS, PIPES)),
        *((Annotated[list[int] | None, marker], None, "") for marker in (MARKED, COMMAS, BLANKS, PIPES)),
        *((Annotated[int, marker], 7, "q=7") for marker in (MARKED, COMMAS, BLANKS, PIPES)),
        (Annotated[Any, COMMAS], [1, 2], "q=1,2"),
        (Annotated[Any, MARKED], SecretStr("hush"), "q=hush"),
        (Annotated[bool, PIPES], True, "q=true"),
    ],
)
def test_a_query(kind: Any, value: Any, query: str | None, api: APIClient, origin: Origin) -> None:
    """QRY-2, and the styles of OpenAPI: fields by alias, what is None or empty left out."""
    if query is None:
        with pytest.raises(TypeError, match="tags: list can't be written as text"):
            queried(api, origin, kind, value)
    else:
        assert query == queried(api, origin, kind, value)


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (Annotated[Deep, MARKED], Deep(inner=Inner(a=1)), "argument 'q': inner: a nested object needs Query"),
        (Annotated[dict, MARKED], {"a": [{"b": "s3cret"}]}, "argument 'q': a: dict can't be written as text"),
        (Annotated[dict, DEEP], {"a": [{"b": "s3cret"}]}, r"argument 'q': q\[a\]: dict can't be written as text"),
        (Annotated[Any, DEEP], [1], "argument 'q': style='deepObject' is for a model or a dict; use another"),
        (Annotated[dict, Query(style="pipeDelimited", explode=True)], {"a": 1}, "with explode=True is for lists"),
        (Annotated[list[str], PIPES], ["a", "s3|cret"], r"a value has '\|', which separates values"),
        (Annotated[Filter, MARKED], {"pageSize": "s3cret"}, "argument 'q': the value is not what .*Filter is expected"),
        (Annotated[Filter, MARKED], Filter, "argument 'q': Filter is a class; give an instance of it: Filter"),
        (Annotated[Filter, MARKED], Filter.model_construct, "argument 'q': model_construct is a function; give what"),
        (Annotated[dict[str, int], MARKED], {"a": "s3cret"}, r"not what dict\[str, int\] declares: int is expected"),
    ],
)
def test_an_invalid_query_raises(kind: Any, value: Any, message: str, api: APIClient, origin: Origin) -> None:
    """The error names function and parameter, and shows no value; nothing is sent."""
    count = len(origin.requests)
    with pytest.raises((TypeError, ConfigurationError), match=message) as caught:
        queried(api, origin, kind, value)
    assert "s3cret" not in f"{caught.value}{caught.value!r}"
    assert "find: argument 'q': " in str(caught.value)
    assert count == len(origin.requests)


def test_a_name_passed_twice_raises(api: APIClient) -> None:
    """By a parameter, and by a field of another."""

    @api.get("/x")
    def find(result: None, sort: str, filters: Annotated[Filter, Query()]) -> None:
        return result

    with pytest.raises(TypeError, match=r"find\(\) got multiple values for 'sort', one of them in 'filters'"):
        find("up", Filter(sort=Sort.UP))


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        (Query(style="matrix"), r"`q`: Query\(style='matrix'\): use one of 'form', 'spaceDelimited'"),  # type: ignore[arg-type]
        (Query(explode="no"), r"`q`: Query\(explode=\.\.\.\) is True, False or None, not str"),  # type: ignore[arg-type]
        (Query(style="deepObject", explode=False), "`q`: style='deepObject' has a name for each value"),
    ],
)
def test_an_unknown_style_raises(marker: Query, message: str, api: APIClient, origin: Origin) -> None:
    """Shows at decoration."""
    with pytest.raises(ConfigurationError, match=message):
        queried(api, origin, Annotated[list[int], marker], [1])


def test_other_backends_receive_plain_values() -> None:
    """Text, numbers and lists of them, which any library can write."""
    fake = FakeHTTPBackend()
    api = APIClient(base_url=BASE, http_backend=fake)

    @api.get("/x")
    def find(result: None, q: Annotated[Filter, Query()], ids: Annotated[list[int], Query(explode=False)]) -> None:
        return result

    find(Filter(key=SecretStr("hush"), tags=["a"]), [1, 2])
    params = fake.requests[-1]["kwargs"]["params"]
    assert params == {"pageSize": 20, "tags": ["a"], "key": "hush", "ids": "1,2"}
    assert json.dumps(params)
