"""Values as text, and pairs of names and values in queries and forms."""

from __future__ import annotations

from collections import namedtuple
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientele.http.message.query import encode_pairs
from clientele.http.message.value_text import as_text, escaped

quick = settings(max_examples=150)

Point = namedtuple("Point", "x y")  # noqa: PYI024


class Colour(Enum):
    RED = "red"
    NESTED = Decimal("1.50")
    ODD = b"x"


class Level(IntEnum):
    HIGH = 3


class Kind(StrEnum):
    CAT = "cat"


class Name(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "something else"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a b", "a b"),
        (Name("kept"), "kept"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-7, "-7"),
        (1.0, "1.0"),
        (1e22, "1e+22"),
        (Decimal("1.50"), "1.50"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4, 5, 6, UTC), "2026-01-02T03:04:05.000006+00:00"),
        (time(3, 4), "03:04:00"),
        (Colour.RED, "red"),
        (Colour.NESTED, "1.50"),
        (Level.HIGH, "3"),
        (Kind.CAT, "cat"),
    ],
)
def test_a_value_is_written_one_way(value: object, text: str) -> None:
    """QRY-2 bool is true or false, an Enum its value, dates ISO 8601, and plain values their text."""
    assert text == as_text(value, "x")


@pytest.mark.parametrize("value", [None, b"x", bytearray(b"x"), {"a": 1}, {1}, object(), 1j, Colour.ODD])
def test_any_other_value_is_a_type_error_naming_its_place(value: object) -> None:
    """QRY-2 what has no text of its own is refused, and the message says where."""
    with pytest.raises(TypeError, match=r"^params\['x'\]: "):
        as_text(value, "params['x']")


@pytest.mark.parametrize(
    ("text", "shown"),
    [("AZaz09-._~", "AZaz09-._~"), (" ", "%20"), ("+/?&=#%", "%2B%2F%3F%26%3D%23%25"), ("é😀", "%C3%A9%F0%9F%98%80")],
)
def test_all_but_unreserved_characters_are_escaped(text: str, shown: str) -> None:
    """QRY-3 text is UTF-8, a blank is `%20`, and everything but the unreserved characters is escaped."""
    assert shown == escaped(text, "x")


def test_a_lone_surrogate_raises_by_place() -> None:
    """QRY-3 what UTF-8 can't hold is a ValueError that says where it stands."""
    with pytest.raises(ValueError, match=r"^params\['x'\]: a lone surrogate"):
        encode_pairs({"x": "\ud800"})


@pytest.mark.parametrize(
    ("params", "encoded"),
    [
        ({}, ""),
        ({"b": 2, "a": 1}, "b=2&a=1"),
        ([("a", 1), ("b", 2), ("a", 3)], "a=1&b=2&a=3"),
        (iter([("a", 1)]), "a=1"),
        ({"a": [1, 2], "b": (3,)}, "a=1&a=2&b=3"),
        ({"p": Point(1, 2)}, "p=1&p=2"),
        ({"a": []}, ""),
        ({"a": None, "b": ""}, "b="),
        ({"a": [1, None, 2]}, "a=1&a=2"),
        ({"a": [True, Kind.CAT]}, "a=true&a=cat"),
        ({"a b": "c d"}, "a%20b=c%20d"),
        ({"": "x"}, "=x"),
    ],
)
def test_pairs_are_encoded_in_order(params: Any, encoded: str) -> None:
    """QRY-2 a list or tuple repeats the name, None is left out, and the order is kept."""
    assert encoded == encode_pairs(params)


@pytest.mark.parametrize(("where", "place"), [("params", r"^params\['who'\]: set"), ("data", r"^data\['who'\]: set")])
def test_a_bad_value_is_named(where: str, place: str) -> None:
    """QRY-2 the message names the parameter, also for an item of a list."""
    with pytest.raises(TypeError, match=place):
        encode_pairs({"who": ["fine", {1}]}, where)


@pytest.mark.parametrize("name", [1, b"a", ("a",)])
def test_names_are_str(name: Any) -> None:
    """QRY-2 a name of any other type is a TypeError."""
    with pytest.raises(TypeError, match=f"^params: names are str, not {type(name).__name__}"):
        encode_pairs([(name, "x")])


TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@quick
@given(st.lists(st.tuples(TEXT, TEXT)))
def test_pairs_survive_the_round_trip(pairs: list[tuple[str, str]]) -> None:
    """QRY-3 a server that decodes the query has every name and value again, in order."""
    encoded = encode_pairs(pairs)
    assert encoded.isascii()
    assert pairs == parse_qsl(encoded, keep_blank_values=True, strict_parsing=bool(pairs))


@quick
@given(TEXT)
def test_no_escaped_text_needs_a_second_look(text: str) -> None:
    """QRY-3 only unreserved characters and escapes are left."""
    assert not set(escaped(text, "x")) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%")
