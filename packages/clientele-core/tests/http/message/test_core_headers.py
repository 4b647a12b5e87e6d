"""The headers of requests, checked, and those of responses, read-only."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientele.http.errors import InvalidHeader
from clientele.http.message.headers import Headers, checked_headers, checked_method, merged_headers

quick = settings(max_examples=150)

NAMES = st.text("abcXYZ-", min_size=1, max_size=3)
VALUES = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=8)
PAIRS = st.lists(st.tuples(NAMES, VALUES), max_size=8)

COOKIES = [("Set-Cookie", "a=1"), ("X", "1"), ("set-cookie", "b=2"), ("x", "2")]


def test_keys_are_lower_case_and_repeated_fields_join() -> None:
    """RSP-1 a repeated field reads as its values joined, but Set-Cookie as its first."""
    assert dict(Headers(COOKIES)) == {"set-cookie": "a=1", "x": "1, 2"}


def test_nothing_is_lost() -> None:
    """RSP-1 the pairs and `get_list` have every field as it came."""
    headers = Headers(COOKIES)
    assert tuple(COOKIES) == headers.pairs
    assert headers.get_list("SET-COOKIE") == ["a=1", "b=2"]
    assert headers.get_list("absent") == []


def test_look_ups_ignore_case() -> None:
    """RSP-1 every way of asking is blind to case."""
    headers = Headers({"Content-Type": "text/plain"})
    assert "text/plain" == headers["CONTENT-type"] == headers.get("content-TYPE")
    assert "CONTENT-TYPE" in headers
    assert "x" not in headers
    number: object = 3
    assert number not in headers
    assert None is headers.get("X")
    assert headers.get("X", "y") == "y"
    with pytest.raises(KeyError):
        headers["X"]


CHANGES: list[Callable[[Any], object]] = [
    lambda headers: headers.update(a="2"),
    lambda headers: headers.pop("a"),
    lambda headers: headers.popitem(),
    lambda headers: headers.clear(),
    lambda headers: headers.setdefault("b", "2"),
    lambda headers: headers.__setitem__("a", "2"),
    lambda headers: headers.__delitem__("a"),
    lambda headers: headers.__ior__({"a": "2"}),
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_headers_of_a_response_are_read_only(change: Callable[[Any], object]) -> None:
    """RSP-1 every way of changing a dict is a TypeError, and changes nothing."""
    headers = Headers({"a": "1"})
    with pytest.raises(TypeError, match="read-only"):
        change(headers)
    assert headers == {"a": "1"}


def copied_by_its_own_constructor(headers: Headers) -> Headers:
    return Headers(headers)


def pickled(headers: Headers) -> Headers:
    copied = pickle.loads(pickle.dumps(headers))  # noqa: S301
    assert isinstance(copied, Headers)
    return copied


@pytest.mark.parametrize("copier", [pickled, copy.copy, copy.deepcopy, Headers.copy, copied_by_its_own_constructor])
def test_a_copy_has_every_field(copier: Callable[[Headers], Headers]) -> None:
    """RSP-1 copies and pickles lose no repeated field."""
    copied = copier(Headers(COOKIES))
    assert Headers(COOKIES) == copied
    assert tuple(COOKIES) == copied.pairs


@pytest.mark.parametrize("name", ["Authorization", "Set-Cookie", "X-Api-Key", "Location", "Anything"])
def test_the_repr_has_no_secret(name: str) -> None:
    """SEC-3 only fields that never carry secrets show their values."""
    headers = Headers([(name, "planted"), ("Content-Type", "text/plain")])
    for shown in (repr(headers), str(headers), f"{headers}"):
        assert "planted" not in shown
        assert name.lower() in shown
        assert "text/plain" in shown


@quick
@given(PAIRS)
def test_headers_keep_order_case_and_duplicates(pairs: list[tuple[str, str]]) -> None:
    """RSP-1 whatever came in comes out of `pairs`, `get_list` and the joined value."""
    headers = Headers(pairs)
    assert tuple(pairs) == headers.pairs
    assert list(dict.fromkeys(name.lower() for name, _ in pairs)) == list(headers)
    for name, _ in pairs:
        values = [value for key, value in pairs if key.lower() == name.lower()]
        assert values == headers.get_list(name)
        assert ", ".join(values) == headers[name]


@pytest.mark.parametrize(
    ("method", "upper"), [("get", "GET"), ("POST", "POST"), ("M-search", "M-SEARCH"), ("x!#$%", "X!#$%")]
)
def test_methods_are_tokens_in_upper_case(method: str, upper: str) -> None:
    """HDR-5 any token is a method, and goes out in upper case."""
    assert upper == checked_method(method)


@pytest.mark.parametrize("method", ["", " GET", "GET ", "GET\n", "GE T", "GET\r\nX: y", "GÉT", "a/b", None, b"GET"])
def test_an_invalid_method_raises(method: Any) -> None:
    """SEC-5 nothing else can get into the request line."""
    with pytest.raises(InvalidHeader, match=r"^method: "):
        checked_method(method)


@pytest.mark.parametrize(
    "name", ["", " a", "a ", "a b", "a:", "a\n", "a\r\nb", "a\x00", "é", "(a)", 'a"', None, b"a", 1]
)
def test_a_header_name_is_a_token(name: Any) -> None:
    """HDR-1 any other name is an InvalidHeader."""
    with pytest.raises(InvalidHeader, match=r"^headers: "):
        checked_headers([(name, "x")])


@pytest.mark.parametrize(
    "value", ["planted\n", "planted\r\nX: y", "\nplanted", "planted\x00", "planted\x7f", "plantedé", "planted\u2028"]
)
def test_a_header_value_is_printable_ascii(value: str) -> None:
    """HDR-1 any other value is an InvalidHeader that names the header and keeps its value to itself."""
    with pytest.raises(InvalidHeader, match=r"^headers\['X-Key'\]: ") as caught:
        checked_headers({"X-Key": value})
    assert "planted" not in str(caught.value)


@pytest.mark.parametrize("value", [1, b"x", ["x"], True])
def test_a_header_value_is_a_str(value: Any) -> None:
    """HDR-1 nothing is turned into text silently."""
    with pytest.raises(InvalidHeader, match=f"not {type(value).__name__}; "):
        checked_headers({"X": value})


@pytest.mark.parametrize("name", ["Transfer-Encoding", "transfer-encoding", "TRANSFER-ENCODING"])
def test_transfer_encoding_cannot_be_set(name: str) -> None:
    """HDR-2 the framing follows from the body."""
    with pytest.raises(InvalidHeader, match=name):
        checked_headers({name: "chunked"})


@pytest.mark.parametrize(
    ("headers", "checked"),
    [
        ({"X-A": " \t v \t"}, {"x-a": ("X-A", "v")}),
        ({"X-A": "a\tb"}, {"x-a": ("X-A", "a\tb")}),
        ({"X-A": ""}, {"x-a": ("X-A", "")}),
        ({"X-A": None}, {"x-a": ("X-A", None)}),
        ([("A", "1"), ("B", "2"), ("a", "3")], {"a": ("a", "1, 3"), "b": ("B", "2")}),
        ([("Cookie", "a=1"), ("cookie", "b=2")], {"cookie": ("cookie", "a=1; b=2")}),
        ([("A", ""), ("A", "1")], {"a": ("A", ", 1")}),
        ([("A", "1"), ("A", "2"), ("A", None)], {"a": ("A", None)}),
        ([("A", "1"), ("A", None), ("A", "2")], {"a": ("A", "2")}),
    ],
)
def test_request_headers_are_stripped_and_joined(headers: Any, checked: dict[str, object]) -> None:
    """HDR-4 repeated headers join with a comma, Cookie with a semicolon; outer blanks go."""
    assert checked == checked_headers(headers)


def test_a_stronger_layer_replaces_and_removes_by_name() -> None:
    """HDR-1 layers merge by name in any case; None takes a weaker layer's header away."""
    weak, strong = checked_headers({"A": "1", "B": "1", "C": "1"}), checked_headers({"b": "2", "C": None})
    assert merged_headers(weak, strong) == {"a": ("A", "1"), "b": ("b", "2"), "c": ("C", None)}
    assert weak == {"a": ("A", "1"), "b": ("B", "1"), "c": ("C", "1")}


@quick
@given(st.lists(st.tuples(st.text(max_size=4), st.text(max_size=6)), max_size=4))
def test_nothing_but_tokens_and_printable_ascii_gets_through(pairs: list[tuple[str, str]]) -> None:
    """SEC-5 arbitrary text is an InvalidHeader, or goes out without line breaks and controls."""
    try:
        checked = checked_headers(pairs)
    except InvalidHeader:
        return
    for name, value in checked.values():
        assert name
        assert name.isascii()
        assert not set(name) & set(' \t\r\n:,;"()<>@[]{}?=/\\')
        assert value is not None
        assert all(character == "\t" or " " <= character <= "~" for character in value)


@quick
@given(PAIRS)
def test_checked_headers_keep_every_value_in_order(pairs: list[tuple[str, str]]) -> None:
    """HDR-4 every value is there, under its name, in the order it was given."""
    checked = checked_headers(pairs)
    assert list(dict.fromkeys(name.lower() for name, _ in pairs)) == list(checked)
    for key, (_, joined) in checked.items():
        assert ", ".join(value for name, value in pairs if name.lower() == key) == joined
