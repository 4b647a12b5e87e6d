"""Text and JSON out of bytes: never a guess, and for text never an error."""

from __future__ import annotations

import codecs
import json
import tracemalloc
from contextlib import suppress
from encodings.aliases import aliases
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientele.http.errors import JSONDecodeError
from clientele.http.message.body.charsets import charset_of, decode_text, json_text, parse_json

quick = settings(max_examples=150)

# Every codec of Python that turns text into bytes, those for host names and source code included.
CODECS = sorted(
    {*aliases.values(), "idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf_8_sig"}
)
NASTY = [b"\xff\xfe\x00abc\n", b"+2AA-\n", b"\\ud800", b"xn--a\xff.\n", b"\x80" * 5, b"a\xed\xa0\x80", b""]


@pytest.mark.parametrize(
    ("content_type", "codec"),
    [
        (None, "utf-8"),
        ("", "utf-8"),
        ("text/plain", "utf-8"),
        ("text/plain; charset=iso-8859-1", "iso8859-1"),
        ("text/plain;charset=UTF-16LE", "utf-16-le"),
        ('text/plain; charset="latin1"', "iso8859-1"),
        ('text/plain; format=flowed; CharSet = "latin1" ; x=y', "iso8859-1"),
        ("text/html; charset=shift_jis", "shift_jis"),
        ("text/plain; charset=nonsense", "utf-8"),
        ("text/plain; charset=hex", "utf-8"),
        ("text/plain; charset=zlib", "utf-8"),
        ("text/plain; charset=rot13", "utf-8"),
        ("text/plain; charset=\x00", "utf-8"),
        ("text/plain; charset=" + "a" * 1000, "utf-8"),
        ("text/plain; charset=", "utf-8"),
        ("charset=latin1", "utf-8"),
        ("text/plain; xcharset=latin1", "utf-8"),
    ],
)
def test_the_charset_is_the_content_types_if_it_is_a_text_codec(content_type: str | None, codec: str) -> None:
    """RSP-3 anything that is no known text codec means UTF-8."""
    assert codec == charset_of(content_type)


@pytest.mark.parametrize(
    ("content", "content_type", "text"),
    [
        (b"", None, ""),
        ("é".encode(), None, "é"),
        (b"\xe9", "text/plain; charset=latin-1", "é"),
        (b"a\xffb", None, "a\ufffdb"),
        (b"\xff\xfea\x00", "text/plain; charset=utf-16", "a"),
        (b"a\x00", "text/plain; charset=utf-16le", "a"),
        (b"a\x00b", "text/plain; charset=utf-16le", "a\ufffd"),
        (b"\xe9", "text/plain", "\ufffd"),
    ],
)
def test_text_is_decoded_without_a_guess(content: bytes, content_type: str | None, text: str) -> None:
    """RSP-3 bytes that don't decode become U+FFFD."""
    assert text == decode_text(content, content_type)


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16le", "utf-16be", "utf-32", "utf-32le"])
def test_one_byte_order_mark_is_dropped(charset: str) -> None:
    """RSP-3 a byte order mark at the start goes; a second one is data."""
    mark = "" if charset in {"utf-8-sig", "utf-16", "utf-32"} else "\ufeff"  # These codecs write one themselves.
    content_type = f"text/plain; charset={charset}"
    assert decode_text(f"{mark}a".encode(charset), content_type) == "a"
    assert decode_text(f"{mark}\ufeffa\ufeff".encode(charset), content_type) == "\ufeffa\ufeff"


@pytest.mark.parametrize("codec", CODECS)
def test_no_charset_makes_text_fail(codec: str) -> None:
    """RSP-3 whatever codec the server names, text is a str that UTF-8 can hold, and never an exception."""
    for content in NASTY:
        assert isinstance(decode_text(content, f"text/plain; charset={codec}").encode(), bytes)


@quick
@given(st.binary(), st.one_of(st.none(), st.text(), st.sampled_from(CODECS).map("text/plain; charset={}".format)))
def test_text_is_never_an_exception(content: bytes, content_type: str | None) -> None:
    """RSP-3 any bytes under any Content-Type are some text."""
    assert isinstance(decode_text(content, content_type), str)


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
MARKS = [
    ("utf-16-le", codecs.BOM_UTF16_LE),
    ("utf-16-be", codecs.BOM_UTF16_BE),
    ("utf-32-le", codecs.BOM_UTF32_LE),
    ("utf-32-be", codecs.BOM_UTF32_BE),
]
VALUES: list[Any] = [{"a": ["é😀", 1, None]}, [], 0, 12, "x", "é", None, True, "", -1.5]


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_json_is_read_in_every_unicode_encoding(encoding: str, value: Any) -> None:
    """RSP-4 UTF-8, UTF-16 and UTF-32 are told apart by their first bytes, with and without a byte order mark."""
    assert value == parse_json(json.dumps(value, ensure_ascii=False).encode(encoding))


@pytest.mark.parametrize(("encoding", "mark"), MARKS)
def test_json_is_read_behind_a_byte_order_mark(encoding: str, mark: bytes) -> None:
    """RSP-4 a mark in either byte order says how to read the rest."""
    assert parse_json(mark + '{"a":"é"}'.encode(encoding)) == {"a": "é"}


def test_utf_8_json_is_not_copied() -> None:
    """RSP-4 the usual case goes to the parser as the bytes that came."""
    content = b'{"a": 1}'
    assert json_text(content) is content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" ",
        b"{",
        b"{'a': 1}",
        b'{"a": 1} x',
        b"undefined",
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b'"a\nb"',
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf\xef\xbb\xbf1",
        b"\xff\xfe",
        b"\xff\xfe1",
        b"\x00",
        b"\x00\x00\x00",
        b"<html>",
        b"[" * 100_000,
        b"1" * 5000,
    ],
    ids=lambda content: repr(content[:10]),
)
def test_a_body_that_is_not_json_raises_json_decode_error(content: bytes) -> None:
    """RSP-4 an empty or invalid body, or one that can't be held, is a JSONDecodeError and nothing else."""
    with pytest.raises(JSONDecodeError, match=r"^the body is "):
        parse_json(content)


@quick
@given(st.binary(max_size=40))
def test_any_bytes_are_json_or_a_json_decode_error(content: bytes) -> None:
    """RSP-4 random bytes raise nothing but JSONDecodeError."""
    parsed: list[Any] = []
    with suppress(JSONDecodeError):
        parsed.append(parse_json(content))
    assert all(parse_json(json.dumps(value).encode()) == value for value in parsed)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@quick
@given(JSON_VALUES, st.sampled_from(ENCODINGS))
def test_every_json_value_survives(value: Any, encoding: str) -> None:
    """RSP-4 a value is the same after a round trip through any of the encodings."""
    assert value == parse_json(json.dumps(value).encode(encoding))


def test_names_of_charsets_are_not_kept() -> None:
    """A server may choose another one for each answer, unknown ones and odd spellings of known ones among them."""
    charset_of("text/plain; charset=latin-1")
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for number in range(2000):
            assert charset_of(f"text/plain; charset=unknown-{number}") == "utf-8"
            assert charset_of(f"text/plain; charset=latin{'-' * (number + 1)}1") == "iso8859-1"
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 50_000
