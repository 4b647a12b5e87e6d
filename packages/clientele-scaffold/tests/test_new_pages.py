"""Pages: the patterns that a description may show, and that all pages are asked for."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from clientele.api import declarations
from clientele.http import FakeHTTPBackend
from clientele.http.fake import Reply
from clientele.testing import use_backend
from clientele_scaffold.drift.calls import CallComparison
from clientele_scaffold.reading import parse_description
from drifting import JSON, described
from trying import New, new_in, source_of

TEXT = {"type": "string"}
MAYBE = {"type": ["string", "null"]}
NUMBER = {"type": "integer"}
LINK = {"type": ["string", "null"], "format": "uri"}
USER = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
USERS = {"type": "array", "items": {"$ref": "#/components/schemas/User"}}
NEXT = "https://api.example.com/things?after=b"


@pytest.fixture
def new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> New:
    return new_in(tmp_path, monkeypatch)


def page(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(fields), "properties": fields}


def listing(schema: Any, *names: str, kind: Any = NUMBER, headers: Any = None, **others: Any) -> dict[str, Any]:
    """A description of an operation that lists, with some parameters in the query."""
    answer = {"description": "", "content": {JSON: {"schema": schema}}, "headers": headers or {}}
    parameters = [{"name": name, "in": "query", "schema": kind} for name in names]
    operation = {"operationId": "listUsers", "parameters": parameters, "responses": {"200": answer}}
    servers = [{"url": "https://api.example.com"}]
    return described(operation, schemas={"User": USER}, servers=servers, **others)


def user(name: str) -> dict[str, str]:
    return {"id": name}


A, B = [user("a")], [user("b")]

CURSOR = page(data=USERS, meta=page(next_cursor=MAYBE))
HAS_MORE = page(data=USERS, has_more={"type": "boolean"})
HAL = page(items=USERS, _links={"type": "object", "properties": {"next": page(href=TEXT), "self": page(href=TEXT)}})

LAST_ID = (
    'Cursor(items="data", next=lambda page: page.data[-1].id if page.has_more and page.data else None, '
    'param="starting_after")'
)
PATTERNS: dict[str, tuple[dict[str, Any], str, list[Any], str]] = {
    "cursor": (
        listing(CURSOR, "cursor", kind=TEXT),
        'Cursor(items="data", next="meta.next_cursor", param="cursor")',
        [{"data": A, "meta": {"next_cursor": "n"}}, {"data": B, "meta": {"next_cursor": None}}],
        "cursor=n",
    ),
    "token": (
        listing(page(users=USERS, nextPageToken=TEXT), "pageToken", kind=TEXT),
        'Cursor(items="users", next="nextPageToken", param="pageToken")',
        [{"users": A, "nextPageToken": "n"}, {"users": B, "nextPageToken": ""}],
        "pageToken=n",
    ),
    "last id": (
        listing(page(data=USERS, has_more={"type": "boolean"}, last_id=MAYBE), "after", kind=TEXT),
        'Cursor(items="data", next=lambda page: page.last_id if page.has_more else None, param="after")',
        [{"data": A, "has_more": True, "last_id": "a"}, {"data": B, "has_more": False, "last_id": "b"}],
        "after=a",
    ),
    "id of the last item": (
        listing(HAS_MORE, "starting_after", kind=TEXT),
        LAST_ID,
        [{"data": A, "has_more": True}, {"data": B, "has_more": False}],
        "starting_after=a",
    ),
    "offset": (
        listing(page(results=USERS, total=NUMBER), "offset", "limit"),
        'Offset(items="results", total="total")',
        [{"results": A, "total": 2}, {"results": B, "total": 2}],
        "offset=1",
    ),
    "offset from 1": (
        listing(page(Resources=USERS, totalResults=NUMBER), "startIndex", kind={"type": "integer", "minimum": 1}),
        'Offset(items="Resources", param="startIndex", total="totalResults", start=1)',
        [{"Resources": A, "totalResults": 2}, {"Resources": B, "totalResults": 2}],
        "startIndex=2",
    ),
    "number": (
        listing(page(items=USERS, pagination=page(totalPages=NUMBER)), "page"),
        'PageNumber(items="items", last="pagination.totalPages")',
        [{"items": A, "pagination": {"totalPages": 2}}, {"items": B, "pagination": {"totalPages": 2}}],
        "page=2",
    ),
    "number from 0": (
        listing(page(content=USERS, totalPages=NUMBER), "page", kind={"type": "integer", "default": 0}),
        'PageNumber(items="content", start=0)',
        [{"content": A, "totalPages": 2}, {"content": B, "totalPages": 2}, {"content": [], "totalPages": 2}],
        "page=1",
    ),
    "numbers of lists": (listing(USERS, "page"), "PageNumber()", [A, B, []], "page=2"),
    "URL": (
        listing(page(count=NUMBER, next=LINK, previous=LINK, results=USERS), "page"),
        'NextURL(items="results", next="next")',
        [
            {"count": 2, "next": NEXT, "previous": None, "results": A},
            {"count": 2, "next": None, "previous": NEXT, "results": B},
        ],
        "after=b",
    ),
    "links": (
        listing(HAL),
        'NextURL(items="items", next="_links.next.href")',
        [{"items": A, "_links": {"next": {"href": "/things?after=b"}}}, {"items": B, "_links": {}}],
        "after=b",
    ),
    "Link header": (listing(USERS, "page", headers={"Link": {"schema": TEXT}}), "LinkHeader()", [A, B], "after=b"),
}


def written(text: str) -> str:
    """A source without what only formatting says."""
    return "".join(text.split()).replace(",)", ")").replace("'", '"')


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("style", ["functions", "async methods"])
def test_all_pages_are_asked_for(name: str, style: str, new: New) -> None:
    """The second page is asked for with what the first one says, and drift is empty."""
    document, strategy, answers, second = PATTERNS[name]
    is_class = style != "functions"
    package = new(document, is_class=is_class, is_async=is_class)
    assert f"pages={written(strategy)}" in written(source_of(package.endpoints))
    fake = FakeHTTPBackend()
    links = {"Link": f'<{NEXT}>; rel="next"'} if strategy == "LinkHeader()" else {}
    fake.on("GET", "/things").reply_with(Reply(200, answers[0], links), *(Reply(200, each) for each in answers[1:]))
    with use_backend(fake):
        if is_class:
            assert ["a", "b"] == asyncio.run(ids_of(package))
        else:
            assert ["a", "b"] == [each.id for each in package.endpoints.list_users()]
    asked = fake.requests[1]
    assert second in f"{asked['url']} {'&'.join(f'{key}={value}' for key, value in pairs(asked))}"
    assert [] == CallComparison(declarations(package.endpoints), parse_description(document)).differences()


def pairs(request: Any) -> list[Any]:
    params = request["kwargs"].get("params") or []
    return list(params.items()) if isinstance(params, dict) else list(params)


async def ids_of(package: Any) -> list[str]:
    (client,) = [getattr(package, name)() for name in package.__all__]
    return [each.id async for each in await client.list_users()]


def test_a_cursor_may_be_in_the_body(new: New) -> None:
    document = listing(page(results=USERS, next_cursor=MAYBE), method="post")
    schema = {"type": "object", "properties": {"start_cursor": TEXT, "page_size": NUMBER}}
    document["paths"]["/things"]["post"]["requestBody"] = {"required": True, "content": {JSON: {"schema": schema}}}
    package = new(document)
    fake = FakeHTTPBackend()
    pages = {"results": A, "next_cursor": "n"}, {"results": B, "next_cursor": None}
    fake.on("POST", "/things").reply_with(*(Reply(200, each) for each in pages))
    with use_backend(fake):
        found = package.endpoints.list_users(data=package.models.ListUsersBody(page_size=1))
        assert ["a", "b"] == [each.id for each in found]
    assert {"page_size": 1, "start_cursor": "n"} == fake.requests[1]["kwargs"]["json"]


def test_items_without_a_name_are_one_model(new: New) -> None:
    """That of the page, and that of the items."""
    item = {"type": "object", "required": ["id"], "properties": {"id": TEXT}}
    package = new(listing(page(data={"type": "array", "items": item}), "page"))
    models = package.models
    assert list[models.ListUsersItem] == models.ListUsersResult.model_fields["data"].annotation  # type: ignore[name-defined]


NO_PATTERNS: dict[str, dict[str, Any]] = {
    "no parameter": listing(page(data=USERS)),
    "a cursor that no page names": listing(page(data=USERS), "cursor", kind=TEXT),
    "what comes after a day": listing(page(data=USERS), "after", kind={"type": "string", "format": "date"}),
    "a page of text": listing(USERS, "page", kind=TEXT),
    "a thing with several lists": listing(page(tags=USERS, photos=USERS), "page"),
    "one thing": listing({"$ref": "#/components/schemas/User"}, "page"),
    "what may be null": listing({"anyOf": [page(data=USERS), {"type": "null"}]}, "page"),
}


@pytest.mark.parametrize("name", NO_PATTERNS)
def test_without_a_pattern_it_is_what_it_is(name: str, new: New) -> None:
    assert "pages=" not in source_of(new(NO_PATTERNS[name]).endpoints)
