"""What a server says of an error (RFC 9457, and Retry-After), and how much of it an exception shows."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientele.api import APIClient, APIKeyAuth, BearerAuth, HTTPStatusError, TransportError
from clientele.http import FakeHTTPBackend, Response
from clientele.http.message.retry_after import retry_after

quick = settings(max_examples=200)
TYPE = "application/problem+json"
NOW = datetime(2026, 11, 8, 8, 49, 37, tzinfo=UTC)


def error_of(content: bytes, media_type: str = TYPE, status: int = 422, **headers: str) -> HTTPStatusError:
    fields = {"content-type": media_type, **{name.replace("_", "-"): value for name, value in headers.items()}}
    with pytest.raises(HTTPStatusError) as caught:
        Response(status_code=status, headers=fields, content=content, request_url="https://h/x").raise_for_status()
    return caught.value


def said(problem: Any, **options: Any) -> str:
    content = problem if isinstance(problem, bytes) else json.dumps(problem).encode()
    return error_of(content, **options).reason.partition(": ")[2]


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        ({"title": "Invalid", "detail": "name is too long"}, "Invalid: name is too long"),
        ({"title": "Invalid"}, "Invalid"),
        ({"detail": "name is too long", "status": 422}, "name is too long"),
        ({"title": "Same", "detail": " Same "}, "Same"),
        ({"title": "", "detail": " \n "}, ""),
        ({"title": ["a"], "detail": {"b": 1}}, ""),
        ({"title": None, "detail": 7}, ""),
        ([{"title": "a"}], ""),
        ("title", ""),
        (b"", ""),
        (b"<html>", ""),
        (b'{"title": "a"', ""),
        (b"[" * 100_000, ""),
        (b'{"title": ' + b"9" * 10_000 + b"}", ""),
        (b"\xef\xbb\xbf" + b'{"title": "mark"}', "mark"),
        ('{"title": "größer"}'.encode("utf-16"), "größer"),
        (b'{"title": "gr\xf6\xdfer"}', "gr\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}er"),
        ({"title": "a\nb\t c\r\n"}, "a b c"),
        ({"title": "a\x1b[2J\x00\u202eb\u2028c\x85d"}, r"a\x1b[2J\x00\u202eb\u2028c\x85d"),
        (b'{"title": "\\ud800"}', r"\ud800"),
    ],
    ids=str,
)
def test_the_text_has_title_and_detail(problem: Any, expected: str) -> None:
    """On one line that no server can break, and nothing of a body that isn't of this form."""
    assert expected == said(problem)


def test_a_charset_is_believed() -> None:
    """JSON has none, and yet some servers name one."""
    assert "größer" == said(b'{"title": "gr\xf6\xdfer"}', media_type=f"{TYPE}; charset=iso-8859-1")


@pytest.mark.parametrize("media_type", ["application/json", "text/html", "", "application/problem+xml", "x"])
def test_other_bodies_are_not_shown(media_type: str) -> None:
    """They may hold anything."""
    assert "" == said({"title": "a"}, media_type=media_type)


@pytest.mark.parametrize("media_type", [TYPE.upper(), f"{TYPE};charset=utf-8", f" {TYPE} ; a=b"])
def test_the_media_type_may_be_written_otherwise(media_type: str) -> None:
    """Its case, and what comes after it, say nothing."""
    assert "a" == said({"title": "a"}, media_type=media_type)


def test_the_text_is_short() -> None:
    """At most 200 characters, and of a huge body nothing."""
    assert "a" * 197 + "..." == said({"title": "a" * 10_000, "detail": "b"})
    assert 200 == len(said({"title": "\x1b" * 200}))
    assert "" == said({"title": "a", "more": "b" * 1_000_000})


def test_a_text_is_part_of_the_error_that_travels() -> None:
    """Its `reason`, which logs show, too."""
    error = error_of(b'{"title": "Invalid"}')
    assert "422 Unprocessable" in error.reason
    assert str(error) == str(pickle.loads(pickle.dumps(error)))  # noqa: S301
    assert str(error).endswith(": Invalid: GET https://h/x")


@pytest.mark.parametrize("status", [400, 401, 404, 500, 503, 599])
@pytest.mark.parametrize("streaming", [False, True])
def test_no_secret_of_the_request_is_shown(status: int, streaming: bool) -> None:  # noqa: FBT001
    """However the server quotes it; in calls and in streams."""
    token, key, query, header = secrets = "tok-4f9a8b7c", "s3cret-key", "q-secret-1", "h-secret-2"
    detail = " and ".join([*secrets, f"Bearer {token}", f"x?page=3&key={query}", "password=hunter22"])
    fake = FakeHTTPBackend()
    api = APIClient(base_url="https://h", http_backend=fake, auth=BearerAuth(token), headers={"X-Key": key})
    fake.queue_response(status=status, content={"detail": detail}, headers={"Content-Type": TYPE})

    @api.get("/x", headers={"X-More": header})
    def call(result: dict[str, Any], key: str) -> dict[str, Any]:
        return result

    @api.get("/x", headers={"X-More": header}, streaming_response=True)
    def stream(result: Iterator[str], key: str) -> Iterator[str]:
        return result

    with pytest.raises(HTTPStatusError) as caught:
        next(stream(query)) if streaming else call(query)
    for text in (str(caught.value), repr(caught.value), str(pickle.loads(pickle.dumps(caught.value)))):  # noqa: S301
        assert not [secret for secret in [*secrets, "hunter22"] if secret in text]
    assert " and " in str(caught.value)


def test_a_key_in_the_query_is_not_shown() -> None:
    """Which is not declared, but configured."""
    fake = FakeHTTPBackend(default_status=403, default_content={"detail": "k-1234567 is unknown"})
    api = APIClient(base_url="https://h", http_backend=fake, auth=APIKeyAuth("appid", "k-1234567", "query"))
    fake.queue_response(status=403, content={"detail": "k-1234567 is unknown"}, headers={"Content-Type": TYPE})
    with pytest.raises(HTTPStatusError, match=r"403 Forbidden: \*\*\* is unknown: GET"):
        api.request("GET", "/x", result=str)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("007", 7.0),
        ("Sun, 08 Nov 2026 08:49:47 GMT", 10.0),
        ("Sunday, 08-Nov-26 08:49:47 GMT", 10.0),
        ("Sun Nov  8 08:49:47 2026", 10.0),
        ("Sun, 08 Nov 2020 08:49:47 GMT", 0.0),
        ("-1", None),
        ("1.5", None),
        ("+7", None),
        ("1e3", None),
        ("soon", None),
        ("7 seconds", None),
        ("²", None),
        ("", None),
        (None, None),
        ("9" * 9, 999_999_999.0),
        ("9" * 10, 2.0**31),
        ("9" * 5000, 2.0**31),
        ("Sun, 08 Nov 99999 08:49:47 GMT", None),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_a_server_asks_to_wait(value: str | None, seconds: float | None) -> None:
    """In seconds, as a number or as a date in each of the forms of RFC 9110; nonsense is nothing."""
    assert seconds == retry_after(value, NOW)


@quick
@given(st.text(max_size=40) | st.from_regex(r"[A-Z][a-z]{2}, [0-9 ]{1,4} [A-Z][a-z]{2} -?[0-9]{1,6} .{0,12}"))
def test_any_text_is_a_number_of_seconds_or_nothing(value: str) -> None:
    """ERR-2 never an error, and never below zero."""
    seconds = retry_after(value, NOW)
    assert seconds is None or seconds >= 0.0


def test_an_error_says_how_long_to_wait_and_how_long_it_took() -> None:
    """`retry_after` counts from now, and `elapsed` is the call's."""
    assert 30.0 == error_of(b"", retry_after="30", status=429).retry_after
    assert error_of(b"", status=429).retry_after is None
    soon = error_of(b"", retry_after=f"{datetime.now(UTC) + timedelta(hours=1):%a, %d %b %Y %H:%M:%S GMT}").retry_after
    assert soon is not None
    assert 3000.0 < soon <= 3600.0
    response = Response(status_code=500, elapsed=1.5)
    with pytest.raises(HTTPStatusError) as caught:
        response.raise_for_status()
    assert 1.5 == caught.value.elapsed


def test_an_error_without_an_answer_says_how_long_it_took() -> None:
    """From the first request to the error; it travels."""
    assert 0.0 == TransportError("a").elapsed
    fake = FakeHTTPBackend()
    fake.on("GET", "/x").reply(content={}, delay=20.0)
    with pytest.raises(TransportError) as caught:
        APIClient(base_url="https://h", http_backend=fake, timeout=0.05).request("GET", "/x")
    assert 0.0 < caught.value.elapsed < 20.0
    assert caught.value.elapsed == pickle.loads(pickle.dumps(caught.value)).elapsed  # noqa: S301
