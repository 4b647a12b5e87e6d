"""Calls and operations: which is which, and what differs of parameters, bodies and statuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, BinaryIO, Generic, TypeVar

import pytest
from pydantic import BaseModel, Field, PlainSerializer

from clientele.api import (
    APIClient,
    BaseConfig,
    Body,
    Cursor,
    Events,
    File,
    Form,
    Header,
    Pages,
    Part,
    Path,
    Query,
    Response,
    ServerSentEvent,
    Stream,
    get,
)
from drifting import answers, api, described, differences, drift, returning, takes

T = TypeVar("T")
TEXT = {"type": "string"}
INTEGER = {"type": "integer"}
LIST = {"type": "array", "items": TEXT}
PROBLEM = {"type": "object", "required": ["detail"], "properties": {"detail": TEXT}}
THING = {"type": "object", "required": ["name"], "properties": {"name": TEXT, "size": INTEGER}}
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


class Problem(BaseModel):
    detail: str


class Filters(BaseModel):
    page: int = 1
    order: str | None = None


class Thing(BaseModel):
    name: str
    size: int | None = None


def parameter(name: str, place: str = "query", schema: Any = TEXT, **others: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "schema": schema, **({"required": True} if place == "path" else {}), **others}


def of(*parameters: dict[str, Any]) -> dict[str, Any]:
    return {"parameters": list(parameters)}


def statuses(**schemas: Any) -> dict[str, Any]:
    return {
        "responses": {
            status.lstrip("s"): {"description": ""} if schema is None else answers(schema)["responses"]["200"]
            for status, schema in schemas.items()
        }
    }


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
    ("index", "changed", "told"),
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
def test_a_parameter_that_differs_is_named(index: int, changed: dict[str, Any], told: list[str]) -> None:
    """By its place and its name in the request."""
    parameters = [{**each, **(changed if place == index else {})} for place, each in enumerate(SEARCH)]
    assert [f"GET /things: {each}" for each in told] == drift(described(of(*parameters)), search)


def test_parameters_of_one_side_are_gone_or_missing() -> None:
    """Those that a description ignores, and keys of security schemes, aren't."""
    assert ["GET /things: header x-trace: gone: string or null / nothing"] == drift(described(of(*SEARCH[:3])), search)
    more = of(*SEARCH, parameter("Accept", "header"), parameter("more", required=True))
    assert ["GET /things: query more: missing: nothing / string, required"] == drift(described(more), search)
    document = described(of(*SEARCH[:3]))
    document["components"]["securitySchemes"] = {"key": {"type": "apiKey", "in": "header", "name": "X-Trace"}}
    assert [] == drift(document, search)


def test_what_is_sent_anyway_need_not_be_a_parameter() -> None:
    """A header of the decorator or of the configuration, a value in the path, and any keywords."""
    client = APIClient(base_url="https://a", headers={"X-Configured": "1"})

    @client.get("/things?fixed=1", headers={"X-Version": "2"})
    def call(result: None, **more: str) -> None:
        return result

    headers = [parameter(name, "header") for name in ("X-Version", "X-Configured")]
    assert [] == drift(described(of(*headers, parameter("fixed"), parameter("any"))), call)


def test_a_model_in_a_query_is_its_fields() -> None:
    """Whichever side has them as one."""

    @api.get("/things")
    def call(result: None, filters: Annotated[Filters, Query()]) -> None:
        return result

    fields = {"page": INTEGER, "order": TEXT}
    assert [] == drift(described(of(*(parameter(name, schema=each) for name, each in fields.items()))), call)
    whole = parameter("filters", schema={"type": "object", "properties": {**fields, "page": TEXT}})
    assert ["GET /things: query page: type: integer / string"] == drift(described(of(whole)), call)
    deep = parameter("filters", schema={"type": "object", "properties": fields}, style="deepObject", explode=True)
    assert ["page", "order", "filters"] == [
        each.partition(": ")[2].split()[1].rstrip(":") for each in drift(described(of(deep)), call)
    ]


def test_cookies_are_the_fields_of_a_header() -> None:
    """Which some function writes."""

    class Cookies(BaseModel):
        session: str

    written = PlainSerializer(lambda given: f"session={given.session}")

    @api.get("/things")
    def call(result: None, cookies: Annotated[Cookies, written, Header("Cookie")]) -> None:
        return result

    assert [] == drift(described(of(parameter("session", "cookie", required=True))), call)
    assert ["GET /things: cookie session: type: string / integer"] == drift(
        described(of(parameter("session", "cookie", INTEGER, required=True))), call
    )


@pytest.mark.parametrize("template", ["/things/{thing_id}", "https://a/v1/things/{thing_id}", "/v1/things/{thing_id}"])
def test_places_in_a_path_have_any_names(template: str) -> None:
    """They aren't sent; and what stands before a path is that of a server."""

    @api.get(template)
    def call(result: None, thing_id: int) -> None:
        return result

    document = described(of(parameter("id", "path", INTEGER)), path="/things/{id}", servers=[{"url": "https://a/v1"}])
    assert [] == drift(document, call)
    document["paths"]["/things/{id}"]["get"]["parameters"][0]["schema"] = TEXT
    assert [f"GET {template}: path id: type: integer / string"] == drift(document, call)


def test_an_operation_is_found_by_its_name_when_its_path_differs() -> None:
    """In whatever style the name is written, and also if FastAPI has made an id of it."""
    for name in ("things", "Things", "things_old_path_get"):
        document = described({"operationId": name}, path="/all/of/them")
        document["paths"]["/other"] = {"get": {"responses": {"204": {"description": ""}}}}
        assert [
            "GET /things: path: /things / /all/of/them",
            "GET /other: missing: nothing / an operation",
        ] == drift(document, returning(None))


def test_an_operation_without_a_name_is_found_by_all_else() -> None:
    """If only its path differs, in a part, or its method."""
    problem = statuses(s204=None, s404=PROBLEM)
    call = returning(None, path="/v1/things", errors={404: Problem})
    assert ["GET /v1/things: path: /v1/things / /v2/things"] == drift(described(problem, path="/v2/things"), call)
    assert ["GET /v1/things: method: GET / DELETE"] == drift(
        described(problem, path="/v1/things", method="delete"), call
    )


def test_operations_of_one_side_are_gone_or_missing() -> None:
    """Each with what it is called on that side."""
    document = described({"operationId": "one", **answers(INTEGER)}, path="/one")
    document["paths"]["/two"] = {"post": {"summary": "Two", "responses": {"204": {"description": ""}}}}
    gone, *missing = differences(document, returning(None, method="put", path="/three"))
    assert ("PUT /three", "gone", "nothing") == (gone.spot.name, gone.change, gone.described)
    assert [("GET /one", "one"), ("POST /two", "Two")] == [(each.spot.name, each.described) for each in missing]
    assert all(each.change == "missing" and each.is_operation for each in missing)


def test_an_operation_may_be_declared_several_times() -> None:
    """Each of the calls is compared, and differs by itself."""

    @api.get("/things")
    async def other(result: int) -> int:
        return result

    found = differences(described(answers(TEXT)), returning(int), other)
    assert [False, True] == [getattr(each.spot.owner, "is_async", None) for each in found]
    assert [] == drift(described(answers(INTEGER)), returning(int), other)


@pytest.mark.parametrize(
    ("kind", "operation", "told"),
    [
        (Thing, takes(THING), []),
        (Thing, {}, ["body: gone: application/json / nothing"]),
        (Thing, takes({}, "text/plain"), ["body: media type: application/json / text/plain"]),
        (Thing, takes(THING, required=False), ["body: required: required / optional"]),
        (Thing, takes({}, "application/merge-patch+json"), ["body: type: Thing / anything"]),
        (bytes, takes({}, "image/png"), []),
        (str, takes(TEXT, "text/plain"), []),
        (Iterator[bytes], takes({}, "image/png"), []),
        (BinaryIO, takes({}, "image/png"), []),
        (bytes, takes({"type": "object"}), ["body: media type: application/octet-stream / application/json"]),
    ],
    ids=str,
)  # fmt: skip
def test_bodies_are_compared(kind: Any, operation: dict[str, Any], told: list[str]) -> None:
    """By media type, then by what they are."""

    def call(result: None, data: Any) -> None:
        return result

    call.__annotations__["data"] = kind
    found = drift(described(operation, method="post"), api.post("/things")(call))
    assert sorted(f"POST /things: {each}" for each in told) == sorted(found)


def test_a_body_that_is_not_declared_is_missing() -> None:
    """Whether it has to be sent or not."""
    call = returning(None, "post")
    assert ["POST /things: body: missing: nothing / application/json, required"] == drift(
        described(takes(INTEGER), method="post"), call
    )


def test_the_content_type_of_the_decorator_counts() -> None:
    """It is what is sent."""

    @api.post("/things", headers={"Content-Type": "text/csv; charset=utf-8"})
    def call(result: None, data: str) -> None:
        return result

    assert [] == drift(described(takes(TEXT, "text/csv"), method="post"), call)
    assert ["POST /things: body: media type: text/csv / text/plain"] == drift(
        described(takes(TEXT, "text/plain"), method="post"), call
    )


@api.post("/things")
def upload(
    result: None,
    picture: Annotated[bytes, File()],
    note: Annotated[str, Form()],
    about: Annotated[Thing | None, Part()] = None,
) -> None:
    return result


BINARY = {"type": "string", "format": "binary"}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, []),
        ({"picture": {}}, []),
        ({"picture": {"type": "array", "items": BINARY}}, []),
        ({"picture": TEXT}, ["picture: type: file / string"]),
        ({"note": INTEGER}, ["note: type: string / integer"]),
        ({"more": TEXT}, ["more: missing: nothing / string, optional"]),
        ({"note": None}, ["note: gone: string / nothing"]),
        ({"picture": None}, ["picture: gone: file / nothing"]),
        ({"note": None, "text": TEXT}, ["note: name: 'note' / 'text'"]),
    ],
    ids=str,
)
def test_fields_of_forms_are_compared(changed: dict[str, Any], told: list[str]) -> None:
    """Files, text and parts."""
    fields = {"picture": BINARY, "note": TEXT, "about": THING, **changed}
    kept = {name: each for name, each in fields.items() if each is not None}
    required = [name for name in ("picture", "note", "text") if name in kept]
    schema = {"type": "object", "required": required, "properties": kept}
    assert [f"POST /things: form {each}" for each in told] == drift(
        described(takes(schema, MULTIPART), method="post"), upload
    )


def test_a_form_may_be_a_model_or_a_dict_of_anything() -> None:
    """The one has fields, which are sent, the other may have."""

    @api.post("/things")
    def login(result: None, data: Annotated[Thing, Form()]) -> None:
        return result

    @api.post("/things")
    def post(result: None, data: Annotated[dict[str, str], Form()]) -> None:
        return result

    schema = {"type": "object", "required": ["name"], "properties": {"name": TEXT, "size": TEXT}}
    document = described(takes(schema, FORM), method="post")
    assert ["POST /things: form size: type: integer or null / string"] == drift(document, login)
    assert [] == drift(document, post)


ACCEPTED = statuses(s200=INTEGER, s202=TEXT)
OTHERS = statuses(s200=INTEGER, default=PROBLEM)


@pytest.mark.parametrize(
    ("call", "operation", "told"),
    [
        (returning(int), statuses(s200=INTEGER, s404=None), []),
        (returning(int), statuses(s200=INTEGER, s404=PROBLEM), ["404: missing: nothing / object"]),
        (returning(int), statuses(s200=INTEGER, s404={}), []),
        (returning(int, errors={404: Problem}), statuses(s200=INTEGER, s404=PROBLEM), []),
        (returning(int, errors={"4XX": Problem}), statuses(s200=INTEGER, s404=PROBLEM, s409=PROBLEM), []),
        (returning(int, errors={"default": Problem}), statuses(s200=INTEGER, s404=PROBLEM), []),
        (returning(int, errors={404: Problem}), OTHERS, ["default: missing: nothing / object"]),
        (returning(int, errors={404: Problem}), statuses(s200=INTEGER), ["404: gone: Problem / nothing"]),
        (returning(int, errors={404: Problem}), statuses(s200=INTEGER, s410=PROBLEM), ["404: status: 404 / 410"]),
        (returning(int, errors={404: int}), statuses(s200=INTEGER, s404=PROBLEM), ["404: type: integer / object"]),
        (returning(int), statuses(s201=INTEGER), []),
        (returning(int | None), statuses(s200=INTEGER, s204=None), []),
        (returning(int), statuses(s200=INTEGER, s204=None), ["result: nullable: integer / integer or null"]),
        (returning(int), statuses(s200=INTEGER, s202=TEXT), ["result: type: integer / integer or string"]),
        (returning(int), statuses(default=INTEGER), []),
        (returning(int, response_map={200: int}), statuses(s200=INTEGER), []),
        (returning(int, response_map={200: int}), ACCEPTED, ["202: missing: nothing / string"]),
        (returning(int, response_map={200: int}), statuses(s201=INTEGER), ["200: status: 200 / 201"]),
        (returning(Any, response_map={200: int, 404: str}), statuses(s200=INTEGER), ["404: gone: string / nothing"]),
        (returning(Any, response_parser=Response.json), statuses(s200=INTEGER), []),
    ],
    ids=lambda each: "" if callable(each) else str(each),
)  # fmt: skip
def test_results_are_compared_by_status(call: Any, operation: dict[str, Any], told: list[str]) -> None:
    """A status by itself, by its range, and by default."""
    assert [f"GET /things: {each}" for each in told] == drift(described(operation), call)


def test_the_body_that_head_has_not_is_not_compared() -> None:
    """It is described as that of GET."""
    assert [] == drift(described(answers(INTEGER), method="head"), returning(None, "head"))


def test_errors_of_the_configuration_hold_for_functions() -> None:
    """They are for all of them, so that none of them has to describe each."""
    client = APIClient(config=BaseConfig(base_url="https://a", errors={"4XX": Problem, 500: Problem}))

    @client.get("/things")
    def call(result: int) -> int:
        return result

    assert [] == drift(described(statuses(s200=INTEGER, s404=PROBLEM, s409=None)), call)
    assert ["GET /things: 404: type: Problem / integer"] == drift(described(statuses(s200=INTEGER, s404=INTEGER)), call)


def test_errors_of_a_class_that_declares_none_are_not_known() -> None:
    """They may be those of the configuration, which each client has for itself."""

    class Things(APIClient):
        @get("/things")
        def things(self, result: int) -> int:
            return result

        @get("/more", errors={404: Problem})
        def more(self, result: int) -> int:
            return result

    operation = statuses(s200=INTEGER, s404=PROBLEM, s409=PROBLEM)
    document = described(operation)
    document["paths"]["/more"] = {"get": operation}
    assert ["GET /more: 409: missing: nothing / object"] == drift(document, Things)


def test_the_items_of_a_stream_are_compared() -> None:
    """Of events, of lines, and of bytes, which may be anything."""
    lines = "application/x-ndjson"

    @api.get("/things", streaming_response=True)
    def things(result: Stream[Thing]) -> Stream[Thing]:
        return result

    @api.get("/things", streaming_response=True)
    def events(result: Stream[ServerSentEvent[Thing]]) -> Stream[ServerSentEvent[Thing]]:
        return result

    @api.get("/things", streaming_response=True)
    def raw(result: Stream[bytes]) -> Stream[bytes]:
        return result

    @api.get("/things", streaming_response=True, events=Events({"thing": Thing}))
    def told(result: Stream[Thing]) -> Stream[Thing]:
        return result

    changed = {**THING, "properties": {"name": INTEGER, "size": INTEGER}}
    for call, media_type in ((things, lines), (events, "text/event-stream"), (raw, lines), (told, "text/event-stream")):
        assert [] == drift(described(answers(THING, media_type=media_type)), call)
    assert ["Thing.name: type: string / integer"] == drift(described(answers(changed, media_type=lines)), things)
    assert ["GET /things: result: type: stream / object"] == drift(described(answers(THING)), things)


class Things(APIClient, Generic[T]):
    @get("/things")
    def things(self, result: T) -> T:
        return result


class Ints(Things[int]):
    pass


def test_methods_are_compared_with_the_types_of_their_class() -> None:
    """What a generic class leaves open is compared with nothing."""
    assert [] == drift(described(answers(INTEGER)), Ints)
    assert ["GET /things: result: type: integer / string"] == drift(described(answers(TEXT)), Ints)
    assert [] == drift(described(answers(TEXT)), Things)


def test_what_is_sent_is_compared_by_the_names_it_is_sent_under() -> None:
    """What only the server sets isn't sent, and what only the client sets isn't received."""
    schema = {
        "type": "object",
        "required": ["id", "name", "secret"],
        "properties": {"id": {**INTEGER, "readOnly": True}, "name": TEXT, "secret": {**TEXT, "writeOnly": True}},
    }

    class Sent(BaseModel):
        name: str
        secret: str

    class Received(BaseModel):
        id: int
        name: str

    @api.post("/things")
    def call(result: Received, data: Annotated[Sent, Body(exclude_unset=True)]) -> Received:
        return result

    document = described({**takes(schema), **answers(schema)}, method="post")
    assert [] == drift(document, call)


def test_a_path_place_may_be_marked() -> None:
    """The marker says which place it is."""

    @api.get("/things/{thing-id}")
    def call(result: None, thing: Annotated[int, Path("thing-id")]) -> None:
        return result

    assert [] == drift(described(of(parameter("id", "path", INTEGER)), path="/things/{id}"), call)


FIELDS = {"items": {"type": "array"}, "next": {"type": ["string", "null"]}}
PAGE = {"type": "object", "required": list(FIELDS), "properties": FIELDS}


class ItemPage(BaseModel):
    items: list[Any]
    next: str | None


@api.get("/things", pages=Cursor(items="items", next="next", param="cursor"))
def paged(result: Pages[ItemPage, Any]) -> Pages[ItemPage, Any]:
    return result


def test_what_the_next_page_is_asked_for_with_is_a_parameter() -> None:
    """Of the call, also if callers can't give it."""
    cursor = {"name": "cursor", "in": "query", "schema": {"type": "string"}}
    assert [] == drift(described({"parameters": [cursor], **answers(PAGE)}), paged)
    gone = drift(described(answers(PAGE)), paged)
    assert ["GET /things: query cursor: gone: anything / nothing"] == gone
    renamed = drift(described({"parameters": [{**cursor, "name": "after"}], **answers(PAGE)}), paged)
    assert ["GET /things: query cursor: name: 'cursor' / 'after'"] == renamed


def numbered(**said: Any) -> dict[str, Any]:
    """The description of an operation with a number in the query."""
    return described({"parameters": [{"name": "size", "in": "query", "schema": {"type": "integer", **said}}]})


@api.get("/things")
def limited(result: None, size: Annotated[int, Field(ge=1, le=100)] = 20) -> None:
    return result


@api.get("/things")
def unlimited(result: None, size: int | None = None) -> None:
    return result


def test_limits_are_compared_where_some_are_declared() -> None:
    """Where none are, the server checks."""
    assert [] == drift(numbered(minimum=1, maximum=100), limited)
    assert [] == drift(numbered(minimum=1, maximum=100), unlimited)
    lower = drift(numbered(minimum=1, maximum=50), limited)
    assert ["GET /things: query size: limits: minimum 1, maximum 100 / minimum 1, maximum 50"] == lower
    gone = drift(numbered(), limited)
    assert ["GET /things: query size: limits: minimum 1, maximum 100 / no limits"] == gone


def test_defaults_are_compared_where_both_sides_have_one() -> None:
    limits = {"minimum": 1, "maximum": 100}
    assert [] == drift(numbered(**limits, default=20), limited)
    assert [] == drift(numbered(default=20), unlimited)
    assert ["GET /things: query size: default: 20 / 50"] == drift(numbered(**limits, default=50), limited)


def test_limits_and_defaults_of_fields_are_compared() -> None:
    class Item(BaseModel):
        name: Annotated[str, Field(max_length=5)] = "a"
        tags: Annotated[list[Annotated[str, Field(min_length=1)]], Field(max_length=3)] = []

    def fields(name: dict[str, Any], tags: dict[str, Any]) -> dict[str, Any]:
        return described(answers({"type": "object", "properties": {"name": name, "tags": tags}}))

    name = {"type": "string", "maxLength": 5, "default": "a"}
    tags = {"type": "array", "items": {"type": "string", "minLength": 1}, "maxItems": 3}
    call = returning(Item)
    assert [] == drift(fields(name, tags), call)
    assert ["Item.name: limits: maxLength 5 / maxLength 9"] == drift(fields({**name, "maxLength": 9}, tags), call)
    assert ['Item.name: default: "a" / "b"'] == drift(fields({**name, "default": "b"}, tags), call)
    assert ["Item.tags: limits: maxItems 3 / maxItems 4"] == drift(fields(name, {**tags, "maxItems": 4}), call)
    items = {"type": "string", "minLength": 2}
    assert ["Item.tags[]: limits: minLength 1 / minLength 2"] == drift(fields(name, {**tags, "items": items}), call)


def test_the_types_of_events_are_compared() -> None:
    """Each with the one that it differs from least, of those that are described."""

    class Delta(BaseModel):
        text: str

    class Usage(BaseModel):
        tokens: int

    @api.get("/things", streaming_response=True, events=Events({"delta": Delta, "usage": Usage}))
    def chat(result: Stream[Delta | Usage]) -> Stream[Delta | Usage]:
        return result

    def events(tokens: dict[str, Any]) -> dict[str, Any]:
        kinds = [{"type": "object", "required": [name], "properties": {name: kind}} for name, kind in fields(tokens)]
        return described(answers({"oneOf": kinds}, media_type="text/event-stream"))

    def fields(tokens: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        return [("text", TEXT), ("tokens", tokens), ("skipped", TEXT)]

    assert [] == drift(events(INTEGER), chat)
    assert ["Usage.tokens: type: integer / string"] == drift(events(TEXT), chat)
