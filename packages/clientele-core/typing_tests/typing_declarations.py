"""Functions that can't be decorated: what a checker says of them before Python does, when the module is imported."""

# ruff: noqa: ARG001, ARG002, D101, D102, D103, E501, INP001, RUF100 - what counts here are the signatures.

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_type

from clientele.api import APIClient, Response, get
from clientele.http import FakeHTTPBackend

fake = FakeHTTPBackend(default_content=1)
api = APIClient(base_url="https://api.example.com", http_backend=fake)


class Mixin:
    """No APIClient."""


def no_result(user_id: int) -> int:
    return user_id


def late_result(user_id: int, result: int) -> int:
    return result + user_id


def keyword_result(*, result: int) -> int:
    return result


def response_first(response: Response, result: int) -> int:
    return result + response.status_code


def nothing() -> int:
    return 1


def right(result: int, user_id: int) -> int:
    return result + user_id


def right_method(self: APIClient, result: int, user_id: int) -> int:
    return result + user_id


def mixin_method(self: Mixin, result: int) -> int:
    return result


def late_method(self: APIClient, user_id: int, result: int) -> int:
    return result + user_id


def misdeclared() -> None:
    """Each line is executed by itself in the tests."""
    api.get("/x")(no_result)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
    api.get("/x")(late_result)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
    api.get("/x")(keyword_result)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
    api.get("/x")(response_first)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
    api.get("/x")(nothing)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
    api.get("/x")(7)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    api.get("/x")(right_method)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
    get("/x")(right)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
    get("/x")(late_method)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
    get("/x")(nothing)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
    api.get("/x", retries=3)(right)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    api.get("/x", streaming_response="yes")(right)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    api.get("/x", timeout="1")(right)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    api.get("/x", response_map=[200])(right)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    api.get(7)(right)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def mistyped() -> None:
    """What only a checker sees."""
    get("/x")(mixin_method)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]


def untyped(function: Any, of_callable: Callable[..., int]) -> None:
    """A function of which less is known, because another decorator hides it, can be called with anything."""
    assert_type(api.get("/x")(of_callable)(1, 2), int)
    assert_type(api.get("/x")(function)(1, a=2), Any)
