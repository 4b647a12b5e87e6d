"""The response: what it says of itself, and what becomes of its body."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from clientele.http.errors import HTTPStatusError, JSONDecodeError
from clientele.http.message.statuses import status_line
from clientele.http.response import Response

FIELDS = [("Set-Cookie", "a=1"), ("Content-Type", "text/plain; charset=latin-1"), ("set-cookie", "b=2")]


def response(**changes: Any) -> Response:
    given: dict[str, Any] = {
        "status_code": 200,
        "headers": FIELDS,
        "content": b"\xe9",
        "request_method": "POST",
        "request_url": "https://h/a?key=planted",
        "http_version": "2",
        "history": [Response(status_code=302, request_url="https://h/")],
        "elapsed": 0.5,
        "native": lambda: None,
    }
    return Response(**{**given, **changes})


def state(of: Response) -> dict[str, Any]:
    names = ("status_code", "content", "text", "request_method", "request_url", "http_version", "elapsed")
    return {**{name: getattr(of, name) for name in names}, "headers": of.headers.pairs, "history": len(of.history)}


def test_a_bare_response_has_sensible_values() -> None:
    """RSP-5 only the status must be given."""
    bare = Response(status_code=204)
    assert (
        bare.request_method, bare.request_url, bare.http_version, bare.history, bare.elapsed, bare.native,
    ) == ("GET", "", "1.1", (), 0.0, None)  # fmt: skip
    assert (bare.content, bare.text, dict(bare.headers)) == (b"", "", {})


@pytest.mark.parametrize(
    ("status", "phrase"), [(199, ""), (200, "OK"), (299, ""), (304, "Not Modified"), (404, "Not Found")]
)
def test_a_response_says_what_its_status_means(status: int, phrase: str) -> None:
    """Whatever the server calls it: HTTP/2 has no phrases."""
    about = response(status_code=status)
    assert (about.is_success, about.reason_phrase) == (status in {200, 299}, phrase)
    assert about.url == about.request_url == "https://h/a?key=planted"


def test_headers_lose_nothing() -> None:
    """RSP-1 the headers are read-only, blind to case, and have every field."""
    headers = response().headers
    assert headers["SET-COOKIE"] == "a=1"
    assert headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert headers is Response(status_code=200, headers=headers).headers


def test_text_is_in_the_charset_of_the_content_type() -> None:
    """RSP-3 else in UTF-8, and a text that is given wins."""
    assert response().text == "é"
    assert response(headers=()).text == "\ufffd"
    assert response(text="given").text == "given"


def test_json_ignores_the_content_type() -> None:
    """RSP-4 JSON is read by its own rules."""
    assert response(content='{"a":"é"}'.encode()).json() == {"a": "é"}
    with pytest.raises(JSONDecodeError):
        response(content=b"").json()


@pytest.mark.parametrize("status", [200, 204, 301, 304, 399, 600, 999])
def test_success_and_redirects_raise_nothing(status: int) -> None:
    """RSP-6 only 4xx and 5xx are errors."""
    about = response(status_code=status)
    assert about.raise_for_status() is about


@pytest.mark.parametrize(
    ("status", "line"), [(400, "400 Bad Request"), (404, "404 Not Found"), (499, "499"), (500, "500 "), (599, "599")]
)
def test_an_error_status_raises(status: int, line: str) -> None:
    """RSP-6 the text names status, method and URL, and the error has the response."""
    answer = response(status_code=status)
    with pytest.raises(HTTPStatusError) as caught:
        answer.raise_for_status()
    assert answer is caught.value.response
    assert str(caught.value).startswith(line)
    assert str(caught.value).endswith(": POST https://h/a?key=***")


@pytest.mark.parametrize(
    ("status", "line"), [(200, "200 OK"), (429, "429 Too Many Requests"), (299, "299"), (777, "777")]
)
def test_a_status_has_its_registered_name(status: int, line: str) -> None:
    """RSP-6 a status without one is its number."""
    assert line == status_line(status)


@pytest.mark.asyncio
async def test_lines_are_split_in_the_charset() -> None:
    """STM-2 lines end at LF and CRLF only, also of a body that has been read."""
    answer = response(content=b"\xe9\x85\r\n\n\xe9\r")
    assert list(answer.iter_lines()) == ["é\x85", "", "é\r"]
    assert [line async for line in answer.aiter_lines()] == ["é\x85", "", "é\r"]


def pickled(answer: Response) -> Response:
    copied = pickle.loads(pickle.dumps(answer))  # noqa: S301
    assert isinstance(copied, Response)
    return copied


@pytest.mark.parametrize("copier", [pickled, copy.copy, copy.deepcopy])
@pytest.mark.parametrize("changes", [{}, {"text": "given"}, {"headers": {"a": "b"}}, {"headers": iter(FIELDS)}])
def test_a_response_pickles_complete(copier: Callable[[Response], Response], changes: dict[str, Any]) -> None:
    """SEC-3 a copy is the caller's data, nothing hidden, without the library's native object."""
    answer = response(**changes)
    copied = copier(answer)
    assert state(answer) == state(copied)
    assert (copied.history[0].request_url, copied.history[0].status_code) == ("https://h/", 302)
    assert copied.native is None
    assert answer.native is not None


def test_the_repr_has_no_secret() -> None:
    """SEC-3 neither body nor header nor query value is in the repr."""
    answer = response(content=b"planted", headers={"X-Key": "planted"})
    assert "<Response 200: POST https://h/a?key=***, 7 bytes>" == repr(answer) == str(answer)
    assert repr(Response(status_code=200)) == "<Response 200: GET, 0 bytes>"


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("ok", "use is_success"),  # requests
        ("reason", "use reason_phrase"),
        ("iter_content", "use a function with streaming_response=True"),
        ("status", "use status_code"),  # aiohttp, fetch
        ("read", "use content"),
        ("data", "use json(), text or content"),  # axios
        ("is_error", "use status_code >= 400"),  # httpx
        ("getheader", 'use headers["content-type"]'),  # http.client
        ("status_cod", "did you mean 'status_code'?"),
        ("jsn", "did you mean 'json'?"),
    ],
)
def test_names_of_other_libraries_lead_to_ours(name: str, instead: str) -> None:
    """Where somebody writes what requests, httpx, aiohttp or axios calls it, the error says what we do."""
    with pytest.raises(AttributeError) as caught:
        getattr(response(), name)
    assert str(caught.value).startswith(f"a Response has no attribute {name!r}; {instead}")
    assert not hasattr(response(), name)


def test_an_unknown_name_raises_with_all_names() -> None:
    """But for those that tools ask for."""
    with pytest.raises(AttributeError, match=r"known are aiter_lines, call, content, .*status_code, text, url$"):
        getattr(response(), "zzz")  # noqa: B009 - type checkers know that it isn't there.
    with pytest.raises(AttributeError, match=r"^_repr_html_$"):
        getattr(response(), "_repr_html_")  # noqa: B009
