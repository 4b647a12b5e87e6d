"""The builders give exactly the bytes that RFC 9112 asks for, and no field more than was given."""

from __future__ import annotations

import pytest

from clientele_conformance.servers import (
    LAST_CHUNK,
    chunk,
    chunked,
    chunked_head,
    chunked_response,
    head,
    json_response,
    redirect,
    response,
)


def test_a_head_is_a_status_line_fields_and_a_blank_line() -> None:
    """The reason phrase is the usual one of the status."""
    assert head(404, [("A", "1"), ("a", "2")]) == b"HTTP/1.1 404 Not Found\r\nA: 1\r\na: 2\r\n\r\n"


def test_a_head_takes_any_reason_and_version() -> None:
    """Also none at all: the blank before it stays, as the grammar wants."""
    assert head(200, reason="Fine", version="1.0") == b"HTTP/1.0 200 Fine\r\n\r\n"
    assert head(799) == b"HTTP/1.1 799 \r\n\r\n"


def test_field_values_are_latin_1() -> None:
    """One character, one byte."""
    assert head(200, [("X", "\xe9")]) == b"HTTP/1.1 200 OK\r\nX: \xe9\r\n\r\n"


def test_a_response_is_delimited_by_its_length() -> None:
    """An empty body has a length, too."""
    assert response(200, [("A", "1")], b"hi") == b"HTTP/1.1 200 OK\r\nA: 1\r\nContent-Length: 2\r\n\r\nhi"
    assert response(201) == b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize("status", [100, 103, 204, 304])
def test_a_response_without_a_body_has_no_length(status: int) -> None:
    """1xx, 204 and 304 end with their head."""
    assert response(status) == head(status)


def test_json_is_compact() -> None:
    """The type is said."""
    expected = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"a":[1]}'
    assert json_response({"a": [1]}) == expected


def test_a_redirect_names_its_location() -> None:
    """It has an empty body."""
    assert redirect("/next", 307) == (
        b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n"
    )


def test_chunks() -> None:
    """Sizes are hexadecimal, and an empty chunk is the last one."""
    assert chunk(b"x" * 26) == b"1a\r\n" + b"x" * 26 + b"\r\n"
    assert chunked(b"a\r", b"\nb") == b"2\r\na\r\r\n2\r\n\nb\r\n" + LAST_CHUNK
    assert chunked_response(b"hi") == chunked_head() + b"2\r\nhi\r\n0\r\n\r\n"
    assert chunked_head() == b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
