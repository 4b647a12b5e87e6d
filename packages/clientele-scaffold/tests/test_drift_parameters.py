"""Parameters of the query, the path, the headers and cookies: which differences drift reports."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import BaseModel, PlainSerializer

from clientele.api import APIClient, Cursor, Header, Pages, Path, Query
from drifting import INTEGER, LIST, TEXT, answers, api, described, drift, parameter, with_parameters


class Filters(BaseModel):
    page: int = 1
    order: str | None = None


@api.get("/things")
def search(
    result: None,
    q: str,
    limit: int = 10,
    tags: Annotated[list[str] | None, Query("tag", style="pipeDelimited")] = None,
    x_trace: Annotated[str | None, Header()] = None,
) -> None:
    return result


SEARCH = [
    parameter("q", required=True),
    parameter("limit", schema={**INTEGER, "default": 10}),
    parameter("tag", schema=LIST, style="pipeDelimited", explode=False),
    parameter("X-Trace", "header"),
]


@pytest.mark.parametrize(
    ("index", "changed", "expected"),
    [
        (0, {"required": False}, ["query q: required: required / optional"]),
        (1, {"required": True}, ["query limit: required: optional / required"]),
        (1, {"schema": TEXT}, ["query limit: type: integer / string"]),
        (1, {"name": "size"}, ["query limit: name: 'limit' / 'size'"]),
        (1, {"in": "header"}, ["query limit: place: query / header"]),
        (2, {"style": "form"}, ["query tag: style: pipeDelimited / form"]),
        (2, {"explode": True}, ["query tag: style: pipeDelimited / pipeDelimited exploded"]),
        (2, {"schema": {"type": "array", "items": INTEGER}}, ["query tag[]: type: string / integer"]),
        (3, {"name": "x-trace"}, []),
        (3, {"name": "X-Other"}, ["header x-trace: name: 'x-trace' / 'x-other'"]),
    ],
    ids=str,
)
def test_a_parameter_that_differs_is_reported(index: int, changed: dict[str, Any], expected: list[str]) -> None:
    """With its location and the name that is sent."""
    parameters = [{**each, **(changed if position == index else {})} for position, each in enumerate(SEARCH)]
    assert [f"GET /things: {each}" for each in expected] == drift(described(with_parameters(*parameters)), search)


def test_parameters_of_one_side_only_are_gone_or_missing() -> None:
    """Except headers that OpenAPI ignores as parameters, and API keys of security schemes."""
    assert ["GET /things: header x-trace: gone: string or null / nothing"] == drift(
        described(with_parameters(*SEARCH[:3])), search
    )
    more = with_parameters(*SEARCH, parameter("Accept", "header"), parameter("more", required=True))
    assert ["GET /things: query more: missing: nothing / string, required"] == drift(described(more), search)
    document = described(with_parameters(*SEARCH[:3]))
    document["components"]["securitySchemes"] = {"key": {"type": "apiKey", "in": "header", "name": "X-Trace"}}
    assert [] == drift(document, search)


def test_values_that_are_always_sent_need_no_parameter() -> None:
    """Headers of the decorator and the configuration, a query in the path, and `**kwargs`."""
    client = APIClient(base_url="https://a", headers={"X-Configured": "1"})

    @client.get("/things?fixed=1", headers={"X-Version": "2"})
    def call(result: None, **more: str) -> None:
        return result

    headers = [parameter(name, "header") for name in ("X-Version", "X-Configured")]
    assert [] == drift(described(with_parameters(*headers, parameter("fixed"), parameter("any"))), call)


def test_a_model_in_the_query_counts_as_its_fields() -> None:
    """In the signature and in the description."""

    @api.get("/things")
    def call(result: None, filters: Annotated[Filters, Query()]) -> None:
        return result

    fields = {"page": INTEGER, "order": TEXT}
    assert [] == drift(
        described(with_parameters(*(parameter(name, schema=each) for name, each in fields.items()))), call
    )
    whole = parameter("filters", schema={"type": "object", "properties": {**fields, "page": TEXT}})
    assert ["GET /things: query page: type: integer / string"] == drift(described(with_parameters(whole)), call)
    deep = parameter("filters", schema={"type": "object", "properties": fields}, style="deepObject", explode=True)
    assert ["page", "order", "filters"] == [
        each.partition(": ")[2].split()[1].rstrip(":") for each in drift(described(with_parameters(deep)), call)
    ]


def test_cookies_are_the_fields_of_a_model_in_the_cookie_header() -> None:
    class Cookies(BaseModel):
        session: str

    written = PlainSerializer(lambda given: f"session={given.session}")

    @api.get("/things")
    def call(result: None, cookies: Annotated[Cookies, written, Header("Cookie")]) -> None:
        return result

    assert [] == drift(described(with_parameters(parameter("session", "cookie", required=True))), call)
    assert ["GET /things: cookie session: type: string / integer"] == drift(
        described(with_parameters(parameter("session", "cookie", INTEGER, required=True))), call
    )


@pytest.mark.parametrize("template", ["/things/{thing_id}", "https://a/v1/things/{thing_id}", "/v1/things/{thing_id}"])
def test_placeholders_of_a_path_may_have_different_names(template: str) -> None:
    """Their names aren't sent; a prefix of the path may be that of a server's URL."""

    @api.get(template)
    def call(result: None, thing_id: int) -> None:
        return result

    document = described(
        with_parameters(parameter("id", "path", INTEGER)), path="/things/{id}", servers=[{"url": "https://a/v1"}]
    )
    assert [] == drift(document, call)
    document["paths"]["/things/{id}"]["get"]["parameters"][0]["schema"] = TEXT
    assert [f"GET {template}: path id: type: integer / string"] == drift(document, call)


def test_a_path_parameter_may_have_a_marker() -> None:
    """The marker has the name of the placeholder."""

    @api.get("/things/{thing-id}")
    def call(result: None, thing: Annotated[int, Path("thing-id")]) -> None:
        return result

    assert [] == drift(described(with_parameters(parameter("id", "path", INTEGER)), path="/things/{id}"), call)


FIELDS = {"items": {"type": "array"}, "next": {"type": ["string", "null"]}}


PAGE = {"type": "object", "required": list(FIELDS), "properties": FIELDS}


class ItemPage(BaseModel):
    items: list[Any]
    next: str | None


@api.get("/things", pages=Cursor(items="items", next="next", param="cursor"))
def paged(result: Pages[ItemPage, Any]) -> Pages[ItemPage, Any]:
    return result


def test_the_parameter_of_pages_is_compared() -> None:
    """It is sent, although callers can't pass it."""
    cursor = {"name": "cursor", "in": "query", "schema": {"type": "string"}}
    assert [] == drift(described({"parameters": [cursor], **answers(PAGE)}), paged)
    gone = drift(described(answers(PAGE)), paged)
    assert ["GET /things: query cursor: gone: anything / nothing"] == gone
    renamed = drift(described({"parameters": [{**cursor, "name": "after"}], **answers(PAGE)}), paged)
    assert ["GET /things: query cursor: name: 'cursor' / 'after'"] == renamed
