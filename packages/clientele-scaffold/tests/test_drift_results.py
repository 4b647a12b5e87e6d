"""Results and errors by status, and the items of streams."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from clientele.api import APIClient, BaseConfig, Events, Response, ServerSentEvent, Stream, get
from drifting import INTEGER, PROBLEM, TEXT, THING, Problem, Thing, answers, api, described, drift, returning, statuses

ACCEPTED = statuses(s200=INTEGER, s202=TEXT)


OTHERS = statuses(s200=INTEGER, default=PROBLEM)


@pytest.mark.parametrize(
    ("call", "operation", "expected"),
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
def test_results_are_compared_by_status(call: Any, operation: dict[str, Any], expected: list[str]) -> None:
    """For each status, each range such as 4XX, and the default."""
    assert [f"GET /things: {each}" for each in expected] == drift(described(operation), call)


def test_the_result_of_head_is_not_compared() -> None:
    """Its description is often that of GET, but it has no body."""
    assert [] == drift(described(answers(INTEGER), method="head"), returning(None, "head"))


def test_errors_of_the_configuration_apply_to_all_functions() -> None:
    """So an operation that doesn't describe one of them is not different."""
    client = APIClient(config=BaseConfig(base_url="https://a", errors={"4XX": Problem, 500: Problem}))

    @client.get("/things")
    def call(result: int) -> int:
        return result

    assert [] == drift(described(statuses(s200=INTEGER, s404=PROBLEM, s409=None)), call)
    assert ["GET /things: 404: type: Problem / integer"] == drift(described(statuses(s200=INTEGER, s404=INTEGER)), call)


def test_errors_of_a_class_may_be_those_of_its_configuration() -> None:
    """Each instance has its own configuration, so methods without `errors` may have any."""

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


def test_items_of_a_stream_are_compared() -> None:
    """Events and lines; bytes match any schema."""
    lines, sent_events = "application/x-ndjson", "text/event-stream"

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
    def named(result: Stream[Thing]) -> Stream[Thing]:
        return result

    changed = {**THING, "properties": {"name": INTEGER, "size": INTEGER}}
    for call, media_type in ((things, lines), (raw, lines), (events, sent_events), (named, sent_events)):
        assert [] == drift(described(answers(THING, media_type=media_type)), call)
    assert ["Thing.name: type: string / integer"] == drift(described(answers(changed, media_type=lines)), things)
    assert ["GET /things: result: type: stream / object"] == drift(described(answers(THING)), things)


def test_types_of_events_are_compared() -> None:
    """Each with the most similar of those described."""

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
