"""Request bodies: what each kind becomes, and what is refused before it is sent."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientele.http.errors import InvalidBody
from clientele.http.message.body.bodies import Body, async_chunks, build_body, sync_chunks
from clientele.http.message.body.files import FileBlocks

BLOCK = 64 * 1024

quick = settings(max_examples=150)


def built(kind: str, value: Any) -> Body:
    options: Any = {kind: value}
    return build_body(options)


async def pieces_of(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def collected(chunks: AsyncIterator[bytes]) -> list[bytes]:
    return [chunk async for chunk in chunks]


def test_no_body() -> None:
    """BDY-6 nothing given is no body, and so is None."""
    assert Body() == build_body({})
    assert Body() == build_body({"json": None})


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ({"b": 1, "a": [True, None]}, b'{"b":1,"a":[true,null]}'),
        ("é😀", '"é😀"'.encode()),
        ("", b'""'),
        (0, b"0"),
        (False, b"false"),
        ([], b"[]"),
        ({}, b"{}"),
        (1.5, b"1.5"),
        ({"\u2028": "<&>"}, '{"\u2028":"<&>"}'.encode()),
    ],
)
def test_json_is_compact_utf_8(value: Any, encoded: bytes) -> None:
    """BDY-1 JSON is UTF-8 without blanks, in the order given, as application/json."""
    assert Body(encoded, "application/json", len(encoded)) == built("json", value)


CIRCLE: list[Any] = []
CIRCLE.append(CIRCLE)
DEEP: list[Any] = []
for _ in range(100_000):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), -float("inf"), [float("nan")], b"x", {1}, object(), "\ud800", {(1,): 2}]
)
def test_a_value_that_json_cannot_represent_raises(value: Any) -> None:
    """BDY-1 NaN, infinities, lone surrogates and foreign types are an InvalidBody."""
    with pytest.raises(InvalidBody, match=r"^json: "):
        built("json", value)


@pytest.mark.parametrize("name", ["circle", "deep"])
def test_cyclic_and_deeply_nested_json_raises(name: str) -> None:
    """BDY-1 a value that holds itself, or is nested too deeply, is an InvalidBody."""
    with pytest.raises(InvalidBody, match=r"^json: "):
        built("json", {"circle": CIRCLE, "deep": DEEP}[name])


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("aé", max_size=3), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@quick
@given(JSON_VALUES.filter(lambda value: value is not None))
def test_json_survives_the_round_trip(value: Any) -> None:
    """BDY-1 a server that reads the body has the value again."""
    body = built("json", value)
    assert isinstance(body.content, bytes)
    assert value == json.loads(body.content.decode())


@pytest.mark.parametrize(
    ("data", "encoded"),
    [
        ({"a": 1, "b": [True, None, "x y"]}, b"a=1&b=true&b=x%20y"),
        ([("a", "1"), ("a", "2")], b"a=1&a=2"),
        ((("a", "é"),), b"a=%C3%A9"),
        ({}, b""),
    ],
)
def test_a_form_is_encoded_as_a_query_is(data: Any, encoded: bytes) -> None:
    """BDY-2 a form has the values of a query, as application/x-www-form-urlencoded."""
    assert Body(encoded, "application/x-www-form-urlencoded", len(encoded)) == built("data", data)


@pytest.mark.parametrize(("data", "option"), [("a=1", "content"), (b"a=1", "content"), (3, "json"), ({1, 2}, "json")])
def test_a_form_is_a_mapping_or_pairs(data: Any, option: str) -> None:
    """BDY-2 anything else is an InvalidBody that names the type, and the option that takes such a value."""
    with pytest.raises(InvalidBody, match=rf"^data: .*{type(data).__name__}; use {option}="):
        built("data", data)


def test_a_bad_form_value_is_a_type_error() -> None:
    """BDY-2 the message names the field."""
    with pytest.raises(TypeError, match=r"^data\['a'\]: "):
        built("data", {"a": object()})


@pytest.mark.parametrize(
    ("content", "encoded"),
    [
        (b"x\x00", b"x\x00"),
        (b"", b""),
        (bytearray(b"x"), b"x"),
        (memoryview(b"xyz")[::2], b"xz"),
        ("é", b"\xc3\xa9"),
        ("", b""),
    ],
)
def test_bytes_and_text_imply_no_content_type(content: Any, encoded: bytes) -> None:
    """BDY-4 bytes go as they are, a str as UTF-8, without a content type."""
    assert Body(encoded, None, len(encoded)) == built("content", content)


def test_text_that_utf_8_cannot_hold_raises() -> None:
    """BDY-4 a lone surrogate is an InvalidBody."""
    with pytest.raises(InvalidBody, match=r"^content: "):
        built("content", "\ud800")


@pytest.mark.parametrize("content", [3, {"a": 1}, object(), True])
def test_an_invalid_body_raises(content: Any) -> None:
    """BDY-4 the message names the type and the way out."""
    with pytest.raises(InvalidBody, match=rf"^content: .*{type(content).__name__}; use json="):
        built("content", content)


def test_a_file_is_read_in_blocks_from_where_it_stands() -> None:
    """BDY-4 a file has a length from its position to its end, and comes in 64 KiB blocks, once."""
    file = io.BytesIO(b"xx" + bytes(BLOCK + 1))
    file.seek(2)
    body = built("content", file)
    assert (body.content_type, body.length, body.replayable) == (None, BLOCK + 1, False)
    assert isinstance(body.content, FileBlocks)
    assert [len(block) for block in body.content] == [BLOCK, 1]


class Pipe:
    """A file that can't seek."""

    def __init__(self) -> None:
        self._blocks = [b"abc", b"d", b""]

    def read(self, size: int) -> bytes:
        assert size == BLOCK
        return self._blocks.pop(0)


def test_a_file_that_cannot_seek_has_no_length() -> None:
    """BDY-5 what can't tell its length is streamed without one."""
    body = built("content", Pipe())
    assert isinstance(body.content, FileBlocks)
    assert (body.length, list(body.content)) == (None, [b"abc", b"d"])


def test_a_file_in_text_mode_raises(tmp_path: Path) -> None:
    """BDY-4 a file that gives text is an InvalidBody before anything is sent, whatever class it has."""
    path = tmp_path / "x"
    path.write_bytes(b"x")
    with path.open() as file, pytest.raises(InvalidBody, match="text mode"):
        built("content", file)
    with tempfile.NamedTemporaryFile("w+") as wrapped, pytest.raises(InvalidBody, match="text mode"):
        built("content", wrapped)
    with pytest.raises(InvalidBody, match="text mode"):
        built("content", io.StringIO("x"))


@pytest.mark.parametrize(
    ("content", "replayable"),
    [([b"a", b"b"], True), ((b"a",), True), (iter([b"a"]), False), ((b"a" for _ in "x"), False)],
)
def test_an_iterable_streams(content: Any, replayable: bool) -> None:  # noqa: FBT001
    """BDY-5 an iterable has no length of its own, and only a list or tuple can be sent twice."""
    assert Body(content, None, None, replayable) == built("content", content)


@pytest.mark.parametrize(
    "kinds", [("json", "data"), ("json", "content"), ("data", "content"), ("json", "data", "content")]
)
def test_a_request_has_one_body(kinds: tuple[str, ...]) -> None:
    """BDY-4 two kinds at once are a TypeError that names them."""
    options: Any = dict.fromkeys(kinds, "x")
    with pytest.raises(TypeError, match=" and ".join(kinds)):
        build_body(options)


COUNTED: list[tuple[list[Any], int | None, str | None]] = [
    ([b"ab", b"c"], None, None),
    ([b"ab", b"c"], 3, None),
    ([], 0, None),
    ([b"", b"abc"], 3, None),
    ([bytearray(b"ab"), memoryview(b"c")], 3, None),
    ([b"ab", b"c"], 4, "ended after 3 of its 4"),
    ([b"ab", b"c"], 2, "longer than its length of 2"),
    ([], 1, "ended after 0 of its 1"),
    ([b"ab", "c"], None, "not str"),
    ([1], None, "not int"),
]


@pytest.mark.parametrize(("chunks", "length", "problem"), COUNTED)
@pytest.mark.parametrize("mode", ["sync", "async", "sync in async"])
@pytest.mark.asyncio
async def test_pieces_are_counted(mode: str, chunks: list[Any], length: int | None, problem: str | None) -> None:
    """HDR-2 pieces go out as bytes, and a body of another length than announced is never completed."""

    noted: list[Exception] = []

    async def run() -> list[bytes]:
        if mode == "sync":
            return list(sync_chunks(chunks, length, noted.append))
        return await collected(async_chunks(pieces_of(chunks) if mode == "async" else chunks, length, noted.append))

    if problem is None:
        sent = await run()
        assert [bytes(chunk) for chunk in chunks] == sent
        assert {bytes} >= {type(chunk) for chunk in sent}
        assert [] == noted
    else:
        with pytest.raises(InvalidBody, match=f"^content: .*{problem}") as caught:
            await run()
        assert [caught.value] == noted


def test_nothing_past_the_announced_length_is_sent() -> None:
    """HDR-2 the piece that is too long is held back, so that it can't become the next request."""
    chunks = sync_chunks([b"ab", b"cd"], 3, print)
    assert next(chunks) == b"ab"
    with pytest.raises(InvalidBody):
        next(chunks)
