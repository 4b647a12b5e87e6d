"""Lines out of chunks, wherever the chunks are cut."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientele.http.message.body.charsets import charset_of
from clientele.http.message.body.lines import LineDecoder, LineTooLong

quick = settings(max_examples=200)

DATA_NOT_ENDS = ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\r"]


def lines_of(chunks: Iterable[bytes], charset: str = "utf-8", limit: int | None = None) -> list[str]:
    decoder = LineDecoder(charset, limit)
    return [line for chunk in chunks for line in decoder.feed(chunk)] + decoder.finish()


def reference(text: str) -> list[str]:
    """What the rule says, for a whole text: LF and CRLF end a line, and a last line needs no end."""
    lines = re.split("\r?\n", text.removeprefix("\ufeff"))
    return lines if lines[-1] else lines[:-1]


def pieces(content: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted(cut % (len(content) + 1) for cut in cuts), len(content)]
    return [content[start:end] for start, end in pairwise(places)]


def bytewise(content: bytes) -> list[bytes]:
    return [content[index : index + 1] for index in range(len(content))]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("\n", [""]),
        ("a", ["a"]),
        ("a\n", ["a"]),
        ("a\r\n", ["a"]),
        ("a\n\nb", ["a", "", "b"]),
        ("a\r\n\r\nb\r\n", ["a", "", "b"]),
        ("a\rb\n", ["a\rb"]),
        ("a\r\r\n", ["a\r"]),
        ("a\n\r", ["a", "\r"]),
        ("a\r", ["a\r"]),
        (" a \n", [" a "]),
        ("é😀\né", ["é😀", "é"]),
        ("\ufeffa\n\ufeffb", ["a", "\ufeffb"]),
        ("\ufeff\ufeffa", ["\ufeffa"]),
    ],
)
@pytest.mark.parametrize("charset", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_lines_end_at_lf_and_crlf(text: str, lines: list[str], charset: str) -> None:
    """STM-2 whole or byte by byte, LF and CRLF end a line, and the last line needs no end."""
    content = text.encode(charset)
    assert lines == lines_of([content], charset)
    assert lines == lines_of(bytewise(content), charset)


@pytest.mark.parametrize("character", DATA_NOT_ENDS, ids=ascii)
@pytest.mark.parametrize("charset", ["utf-8", "utf-16-le"])
def test_other_line_breaks_are_data(character: str, charset: str) -> None:
    """STM-2 what else Unicode or str.splitlines calls a line end stays in the line."""
    content = f"a{character}b\nc{character}".encode(charset)
    assert [f"a{character}b", f"c{character}"] == lines_of(bytewise(content), charset)


@pytest.mark.parametrize("charset", ["iso8859-1", "cp1252", "shift_jis", "gb18030", "utf-8-sig", "utf-16", "utf-32"])
def test_a_charset_is_decoded_across_cuts(charset: str) -> None:
    """STM-2 multi-byte characters survive any cut, in every charset."""
    word = "né" if charset in {"iso8859-1", "cp1252"} else "表ソ\u3000"
    word = word if charset != "shift_jis" else "表ソ"  # Their second byte is a backslash.
    content = f"{word}\n{word}\r\n{word}".encode(charset)
    for size in range(1, 6):
        assert [word] * 3 == lines_of([content[at : at + size] for at in range(0, len(content), size)], charset)


@pytest.mark.parametrize("charset", ["utf-16", "utf-32"])
@pytest.mark.parametrize("order", ["le", "be"])
def test_a_byte_order_mark_may_come_in_pieces(charset: str, order: str) -> None:
    """STM-2 whichever order it says."""
    content = "\ufeff表\nb\n".encode(f"{charset}-{order}")
    assert ["表", "b"] == lines_of(bytewise(content), charset)


@pytest.mark.parametrize("charset", ["utf-8", "iso8859-1", "cp1251", "shift_jis", "utf-16-le"])
def test_a_line_is_there_as_soon_as_it_has_ended(charset: str) -> None:
    """STM-1 no line waits for what comes after it, however short it is."""
    decoder = LineDecoder(charset)
    assert [decoder.feed(f"{line}\n".encode(charset)) for line in ("a", "", "b")] == [["a"], [""], ["b"]]


@pytest.mark.parametrize("charset", ["utf-16", "utf-32"])
def test_a_byte_order_mark_is_optional(charset: str) -> None:
    """STM-2 text without the mark that its charset asks for is read in some way, and never an error."""
    assert isinstance(lines_of([b"ab\x00\x00" * 8], charset), list)


def test_what_does_not_decode_becomes_replacement_characters() -> None:
    """STM-2 a broken character costs no line."""
    assert lines_of([b"a\xff\nb\n\xe2\x82"]) == ["a\ufffd", "b", "\ufffd"]


@pytest.mark.parametrize("content", [b"1234\n1234", b"1234\r\n1234\r\n"])
@pytest.mark.parametrize("cut", range(12))
def test_a_line_up_to_the_limit_is_fine(cut: int, content: bytes) -> None:
    """STM-3 a line of exactly the limit works, wherever it is cut, and its end doesn't count."""
    assert lines_of([content[:cut], content[cut:]], limit=4) == ["1234", "1234"]


@pytest.mark.parametrize("content", [b"12345", b"12345\n", b"1\n12345\n", b"1\n12345"])
@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_a_line_past_the_limit_is_too_long(content: bytes, size: int) -> None:
    """STM-3 one byte more is LineTooLong, before the line is complete and wherever it is cut."""
    with pytest.raises(LineTooLong):
        lines_of([content[at : at + size] for at in range(0, len(content), size)], limit=4)


def test_the_limit_stops_a_line_without_an_end() -> None:
    """STM-3 no more than the limit is kept of a line that never ends."""
    decoder = LineDecoder(max_line_bytes=1000)
    for _ in range(10):
        assert decoder.feed(b"x" * 100) == []
    with pytest.raises(LineTooLong):
        decoder.feed(b"x")


def test_a_long_line_in_small_chunks_is_linear() -> None:
    """STM-3 a line of 10 MiB works, and its pieces are joined once."""
    size = 10 * 1024 * 1024
    assert [size] == [len(line) for line in lines_of([b"x" * 1024] * (size // 1024), limit=size)]


TEXTS = st.lists(st.sampled_from([*DATA_NOT_ENDS, "\n", "\r\n", "a", "é", "😀", "\ufeff", "x" * 9]), max_size=20).map(
    "".join
)
CUTS = st.lists(st.integers(0, 200), max_size=6)


@quick
@given(TEXTS, CUTS, st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "utf-32-be"]))
def test_cuts_change_nothing(text: str, cuts: list[int], charset: str) -> None:
    """STM-2 any cut of any text gives the lines of the whole text."""
    assert reference(text) == lines_of(pieces(text.encode(charset), cuts), charset)


@quick
@given(st.binary(max_size=60).map(lambda content: content.replace(b"\x01", b"\n")), CUTS)
def test_cuts_of_any_bytes_change_nothing(content: bytes, cuts: list[int]) -> None:
    """STM-2 so does any cut of bytes that are not text."""
    assert reference(content.decode(errors="replace")) == lines_of(pieces(content, cuts))


@quick
@given(
    st.binary(max_size=30), st.sampled_from(["utf-16", "utf-16-le", "utf-32", "utf-7", "shift_jis", "gb18030", "hz"])
)
def test_no_charset_makes_lines_fail(content: bytes, charset: str) -> None:
    """STM-2 any bytes in any charset are some lines, and each is a str that UTF-8 can hold."""
    for line in lines_of(bytewise(content), charset_of(f"text/plain; charset={charset}")):
        assert "\n" not in line
        assert isinstance(line.encode(), bytes)
