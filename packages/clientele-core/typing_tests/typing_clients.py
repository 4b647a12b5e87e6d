"""Options of clients, and what responses, errors and hooks say: what a caller gets."""

# ruff: noqa: ARG001, ARG002, D101, D102, D103, E501, INP001, RUF100 - what counts here are the signatures.

from __future__ import annotations

from typing import assert_type

from clientele.api import APIClient, BaseConfig, HTTPStatusError, ReadTimeout, Request, Response
from clientele.http import Call, FakeHTTPBackend

fake = FakeHTTPBackend(default_content={"id": 1})
api = APIClient(base_url="https://api.example.com", http_backend=fake)
seen: list[Call] = []


def on_request(request: Request) -> None:
    seen.append(assert_type(request.call, Call))


def on_response(response: Response) -> None:
    seen.append(assert_type(response.call, Call))


def called() -> None:
    """What is there, and its types."""
    APIClient(cookies=True, max_connections=5, max_response_bytes=None, max_line_bytes=1, decode_content=False)
    BaseConfig(client_options={"timeout": 1.0}, on_request=on_request, on_response=[on_response])
    response = assert_type(api.request("GET", "/"), Response)
    assert_type(response.raise_for_status(), Response)
    assert_type(api.request("GET", "/", max_response_bytes=1000), Response)
    assert_type(api.request("GET", "/", decode_content=False), Response)
    assert_type(response.is_success, bool)
    assert_type((response.url, response.reason_phrase, response.elapsed), tuple[str, str, float])
    assert_type(response.cookies, dict[str, str])
    assert_type(response.links, dict[str, dict[str, str]])
    assert_type(response.call.name, str | None)
    assert_type(HTTPStatusError(response, "404").call.template, str | None)
    assert_type(ReadTimeout("late").call, Call)


async def acalled() -> None:
    """The same for asynchronous ones."""
    assert_type((await api.arequest("GET", "/")).raise_for_status(), Response)
    assert_type((await api.arequest("GET", "/")).call, Call)


def miscalled() -> None:
    """Calls that Python refuses, too: each line is executed by itself in the tests."""
    api.get("/users", params={})  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def mistyped() -> None:
    """Wrong types, which only a checker sees."""
    APIClient(max_connection=5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    APIClient(cookies=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    api.get("/users").json()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
