"""The items of a stream, from the blocks of a body."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from clientele.http.message.body.lines import LineTooLong
from clientele.http.message.body.server_sent_events import ServerSentEvent as Event
from clientele.http.streams.adapters import InvalidItem, adapter_for
from clientele.http.streams.items import ItemDecoder, Parser

quick = settings(max_examples=150)


class Cat(BaseModel):
    name: str


class Dog(BaseModel):
    name: str


def each_of(blocks: Iterable[bytes], decoder: ItemDecoder) -> Iterator[Any]:
    for block in blocks:
        yield from decoder.feed(block)
    yield from decoder.finish()


def items_of(
    blocks: Iterable[bytes], kind: Any, *, parser: Parser | None = None, events: bool = False, **options: Any
) -> list[Any]:
    return list(each_of(blocks, ItemDecoder(kind, parser, is_event_stream=events, **options)))


def bytewise(content: bytes) -> list[bytes]:
    return [content[index : index + 1] for index in range(len(content))]


LINES = b'{"name":"a"}\n\n \t\r\n{"name":"b"}'
EVENTS = b'event: e\nid: 7\ndata: {"name":\ndata: "a"}\n\ndata: {"name":"b"}\n\n'


@pytest.mark.parametrize(
    ("kind", "items"),
    [
        (str, ['{"name":"a"}', "", " \t", '{"name":"b"}']),
        (Cat, [Cat(name="a"), Cat(name="b")]),
        (dict[str, str], [{"name": "a"}, {"name": "b"}]),
        (Any, [{"name": "a"}, {"name": "b"}]),
    ],
)
def test_lines_become_items(kind: Any, items: list[Any]) -> None:
    """STM-4 `str` is every line, blank ones too; a JSON type is validated from each line that isn't blank."""
    assert items == items_of([LINES], kind)
    assert items == items_of(bytewise(LINES), kind)


@pytest.mark.parametrize("events", [False, True])
def test_bytes_are_the_blocks(events: bool) -> None:  # noqa: FBT001
    """STM-4 as they come, whatever is in them."""
    assert items_of([b"a\n", b"\xff", b"b"], bytes, events=events) == [b"a\n", b"\xff", b"b"]


@pytest.mark.parametrize(
    ("kind", "items"),
    [
        (Cat, [Cat(name="a"), Cat(name="b")]),
        (dict[str, str], [{"name": "a"}, {"name": "b"}]),
        (Event[Cat], [Event(Cat(name="a"), "e", "7"), Event(Cat(name="b"), id="7")]),
        (Event[str], [Event('{"name":\n"a"}', "e", "7"), Event('{"name":"b"}', id="7")]),
        (Event, [Event('{"name":\n"a"}', "e", "7"), Event('{"name":"b"}', id="7")]),
        (str, EVENTS.decode().split("\n")[:-1]),
    ],
)
def test_an_event_stream_becomes_items(kind: Any, items: list[Any]) -> None:
    """STM-5 a JSON type is the data of each event, `ServerSentEvent` the whole event, `str` the lines as they are."""
    assert items == items_of([EVENTS], kind, events=True)
    assert items == items_of(bytewise(EVENTS), kind, events=True)


def test_an_event_is_one_whatever_the_content_type() -> None:
    """STM-5 who asks for events gets events, even if the server doesn't call them so."""
    assert [Event(1)] == items_of([b"data: 1\n\n"], Event[int])


def test_the_data_of_an_event_is_text_only_for_str() -> None:
    """STM-5 for every other type, bytes too, it is validated from JSON."""
    assert [Event(b"x")] == items_of([b'data: "x"\n\n'], Event[bytes])


@pytest.mark.parametrize("kind", [str, bytes, int, Event[int]])
@pytest.mark.parametrize("events", [False, True])
def test_a_parser_gets_the_lines(kind: Any, events: bool) -> None:  # noqa: FBT001
    """STM-5 those that aren't blank, whatever the item type and the content type are."""
    assert items_of([b"data: 1\n\nid", b": 2\r\nx"], kind, parser="<{}>".format, events=events) == [
        "<data: 1>",
        "<id: 2>",
        "<x>",
    ]


def test_what_a_parser_raises_is_the_callers() -> None:
    """STM-9 only a failed validation is an invalid item."""

    def parser(line: str) -> None:
        raise LookupError(line)

    with pytest.raises(LookupError, match=r"^a$"):
        items_of([b"a\n"], str, parser=parser)


@pytest.mark.parametrize(
    ("kind", "events", "content"),
    [
        (int, False, b"1\n\n2\nx\n4\n"),
        (int, False, b"1\n2\nx"),
        (int, True, b"data: 1\n\n: c\n\ndata: 2\n\ndata: x\n\ndata: 4\n\n"),
        (int, True, b"data: 1\n\ndata: 2\n\ndata\n\ndata: [\n\n"),
        (Event[int], True, b"data: 1\n\ndata: 2\n\ndata: 2.5\n\n"),
    ],
)
def test_an_invalid_item_has_its_index(kind: Any, events: bool, content: bytes) -> None:  # noqa: FBT001
    """STM-9 blank lines don't count, and the items before it have been given."""
    given_before: list[Any] = []
    with pytest.raises(InvalidItem) as caught:
        given_before.extend(each_of([content], ItemDecoder(kind, None, is_event_stream=events)))
    assert (len(given_before), caught.value.index) == (2, 2)
    assert isinstance(caught.value.error, ValidationError)
    assert caught.value.problem.startswith("the body: Input should be ") or "Invalid JSON" in caught.value.problem


def test_a_last_line_needs_no_end_but_an_event_does() -> None:
    """STM-2, STM-5 a body that ended cleanly ends its last line; an event without its blank line is none."""
    assert items_of([b"1\n2"], int) == [1, 2]
    assert items_of([b"data: 1\n\ndata: 2\n"], int, events=True) == [1]


@pytest.mark.parametrize("events", [False, True])
def test_the_limit_holds_for_lines_and_events(events: bool) -> None:  # noqa: FBT001
    """STM-3 the longest line is the same for both."""
    assert items_of([b"1" * 9], bytes, events=events, max_line_bytes=8)
    with pytest.raises(LineTooLong):
        items_of([b"1" * 9], int, events=events, max_line_bytes=8)


def test_lines_have_a_charset_and_events_have_utf_8() -> None:
    """STM-5 the standard allows events no other."""
    assert items_of(["é\n".encode("utf-16-le")], str, charset="utf-16-le") == ["é"]
    assert [Event("é")] == items_of(["data: é\n\n".encode()], Event, events=True, charset="iso8859-1")


def test_the_order_of_a_union_is_kept() -> None:
    """STM-4 where two types fit as well, the one that is written first wins, whatever another call has written."""
    for first, second in ((Cat, Dog), (Dog, Cat)):
        assert [first(name="a")] == items_of([b'{"name":"a"}'], first | second)


@pytest.mark.parametrize("kind", [Annotated[int, ["unit", "s"]], Annotated[int, {"unit": "s"}]], ids=["list", "dict"])
def test_an_annotation_may_hold_what_cannot_be_hashed(kind: Any) -> None:
    """STM-4 metadata that means nothing to Pydantic is no reason to fail."""
    assert items_of([b"1"], kind) == [1]


def test_a_validator_is_built_once() -> None:
    """STM-8 many streams of one type share it."""
    assert adapter_for(list[Cat]) is adapter_for(list[Cat])


JSON_VALUES = st.recursive(
    st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("aé", max_size=3), inner, max_size=3),
    max_leaves=5,
)


@quick
@given(st.lists(JSON_VALUES, max_size=5), st.booleans(), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_values_survive_the_round_trip(values: list[Any], events: bool, end: str, ascii_only: bool) -> None:  # noqa: FBT001
    """STM-4, STM-5 any JSON values, one in each line or event, are those values again, byte by byte."""
    before, after = ("data: ", end * 2) if events else ("", end)
    text = "".join(f"{before}{json.dumps(value, ensure_ascii=ascii_only)}{after}" for value in values)
    assert values == items_of(bytewise(text.encode()), Any, events=events)
