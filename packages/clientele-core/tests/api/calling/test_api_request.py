"""What hooks and `auth` see of a request, and what they may change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clientele.api import APIClient, InvalidHeader, MutableHeaders, Request
from clientele.http import FakeHTTPBackend

BASE = "https://api.example.com/v1"


def sent(hook: Callable[[Request], object], path: str = "/x", **options: Any) -> dict[str, Any]:
    """What the backend is called with, after `hook`."""
    fake = FakeHTTPBackend()
    APIClient(
        base_url=BASE, http_backend=fake, headers={"X-Config": "1", "Accept": "text/plain"}, on_request=hook
    ).request("POST", path, **options)
    return fake.requests[0]


def test_it_says_what_will_be_sent() -> None:
    """All layers of headers, the query, and the other options of the call."""
    seen: list[Any] = []

    def look(request: Request) -> None:
        seen.append((request.method, request.url, dict(request.headers), request.query, request.options))

    sent(look, "/x?a=1", headers={"X-Call": "2"}, params={"b": 2}, json={"c": 3}, timeout=4.0)
    assert [
        (
            "POST",
            f"{BASE}/x?a=1",
            {"X-Config": "1", "Accept": "text/plain", "X-Call": "2"},
            [("b", 2)],
            {"json": {"c": 3}, "timeout": 4.0},
        )
    ] == seen


def test_headers_query_and_options_may_change() -> None:
    """That is what goes to the backend."""

    def change(request: Request) -> None:
        request.headers["x-call"] = "changed"
        request.headers["X-Config"] = None
        del request.headers["accept"]
        request.query.append(("page", 2))
        request.options["timeout"] = 1.5

    call = sent(change, headers={"X-Call": "2"}, params={"b": 2})
    assert {
        "method": "POST",
        "url": f"{BASE}/x",
        "kwargs": {
            "headers": {"X-Config": None, "x-call": "changed"},
            "params": [("b", 2), ("page", 2)],
            "timeout": 1.5,
        },
    } == call


def test_others_may_take_the_place_of_headers_and_query() -> None:
    """A mapping or pairs, which are checked and copied as they come."""
    headers = {"X-A": " 1 "}

    def change(request: Request) -> None:
        request.headers = headers
        request.headers["X-B"] = "2"
        request.query = {"page": 2}
        request.query.append(("page", 3))

    assert {"headers": {"X-A": "1", "X-B": "2"}, "params": [("page", 2), ("page", 3)]} == sent(change)["kwargs"]
    assert {"X-A": " 1 "} == headers


@pytest.mark.parametrize("name", ["headers", "query"])
@pytest.mark.parametrize("value", [7, "ab", ["ab"], None])
def test_what_is_no_pairs_can_not_take_their_place(name: str, value: Any) -> None:
    """The mistake shows where it is made."""

    def change(request: Request) -> None:
        setattr(request, name, value)

    with pytest.raises((TypeError, InvalidHeader), match=rf"^request\.{name}: "):
        sent(change)


def test_a_change_ends_with_its_call() -> None:
    """What is configured stays as it was."""
    fake = FakeHTTPBackend()
    headers = {"X-Config": "1"}

    def change(request: Request) -> None:
        request.headers["X-Config"] += "!"  # type: ignore[operator]
        request.query.append(("n", "1"))

    api = APIClient(base_url=BASE, http_backend=fake, headers=headers, on_request=change)
    params = {"a": "1"}
    for _ in range(2):
        api.request("GET", "/x", params=params)
    assert fake.requests[0] == fake.requests[1]
    assert ({"X-Config": "1"}, {"a": "1"}) == (headers, params)


@pytest.mark.parametrize(
    ("path", "at_home"), [("/x", True), (f"{BASE}/x", True), ("https://other.example.com/", False)]
)
def test_it_says_whether_it_stays_at_home(path: str, at_home: bool) -> None:  # noqa: FBT001
    """A hook that adds a secret has to know."""
    seen: list[bool] = []
    sent(lambda request: seen.append(request.at_home), path)
    assert [at_home] == seen


@pytest.mark.parametrize("option", ["headers", "params"])
def test_what_has_a_place_of_its_own_is_no_option(option: str) -> None:
    """It would be lost there."""
    with pytest.raises(TypeError, match=f"request.options: '{option}' is set elsewhere; use request"):
        sent(lambda request: request.options.update({option: {"a": "1"}}))


def test_a_bad_header_shows_where_it_is_set() -> None:
    """Without its value."""

    def change(request: Request) -> None:
        request.headers["X-Key"] = "s3cret\n"

    with pytest.raises(InvalidHeader, match=r"request.headers\['X-Key'\]") as caught:
        sent(change)
    assert "s3cret" not in str(caught.value)


def test_its_repr_shows_no_secret() -> None:
    """No user information, no value of a query, and of headers only what is known to be harmless."""
    seen: list[str] = []

    def show(request: Request) -> None:
        seen.append(f"{request!r} {request} {request.headers!r} {request.url}")

    fake = FakeHTTPBackend()
    APIClient(base_url="https://ada:s3cret@api.example.com", http_backend=fake, on_request=show).request(
        "GET", "/x?key=s3cret", headers={"Authorization": "s3cret", "Accept": "text/plain"}, params={"k": "s3cret"}
    )
    shown = "<Request GET https://api.example.com/x?key=***>"
    headers = "MutableHeaders({'Authorization': '***', 'Accept': 'text/plain'})"
    assert [f"{shown} {shown} {headers} https://api.example.com/x?key=s3cret"] == seen


def test_headers_ignore_case_and_keep_how_a_name_is_written() -> None:
    """As on the wire."""
    headers = MutableHeaders({})
    headers["X-Key"] = "1"
    headers["x-key"] = " 2 "
    assert ("2", "2", None) == (headers["X-KEY"], headers.get("X-Key"), headers.get("X-Other"))
    assert (1, ["x-key"]) == (len(headers), list(headers))
    assert ("X-Key" in headers, None in headers) == (True, False)
    with pytest.raises(KeyError):
        headers["X-Other"]
