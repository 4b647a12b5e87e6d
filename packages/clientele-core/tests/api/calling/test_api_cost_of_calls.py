"""What a call doesn't do, because it was done at decoration or when the backend was made."""

from __future__ import annotations

import asyncio
import inspect
import os
import sys
from collections.abc import Awaitable, Callable
from types import CodeType, FrameType
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, TypeAdapter

from clientele.api import APIClient, BaseConfig, Header, Query
from clientele.http import FakeHTTPBackend


class User(BaseModel):
    """What is sent and what is answered."""

    id: int
    name: str


ANN = User(id=7, name="Ann")
api = APIClient(
    config=BaseConfig(
        base_url="https://api.example.com/v1",
        headers={"X-Key": "k"},
        timeout=3.0,
        http_backend=FakeHTTPBackend(default_content=ANN.model_dump()),
    )
)


@api.get("/users/{user_id}")
def get_user(result: User, user_id: int) -> User:
    return result


@api.post("/users", response_map={200: User}, headers={"X-Own": "o"})
def add_user(result: User, data: User, trace: Annotated[str, Header("X-Trace")], page: Annotated[int, Query()]) -> User:
    return result


@api.get("/users/{user_id}")
async def aget_user(result: User, user_id: int) -> User:
    return result


CALLS: dict[str, Callable[[], Any]] = {
    "a path argument": lambda: get_user(7),
    "keywords": lambda: get_user(user_id=7),
    "a body, a header and a query": lambda: add_user(ANN, trace="t", page=2),
    "asynchronous": lambda: aget_user(7),
}


async def made(call: Callable[[], Any]) -> None:
    result = call()
    assert ANN == (await result if isinstance(result, Awaitable) else result)


async def run_in(call: Callable[[], Any]) -> set[CodeType]:
    """The code of all Python functions that run in a call, once it has been made before."""
    await made(call)
    seen: set[CodeType] = set()

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            seen.add(frame.f_code)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        await made(call)
    finally:
        sys.setprofile(before)
    return seen


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_call_binds_and_builds_nothing_and_reads_no_environment(call: Callable[[], Any]) -> None:
    """Signatures are read and adapters built at decoration; the environment is read for the first request at most."""
    codes = asyncio.run(run_in(call))
    assert "CallState.wire_request" in {code.co_qualname for code in codes}  # It is the real path that is looked at.
    # Whether a value is to be awaited is asked of the value.
    assert [] == [code for code in codes if code.co_filename in ELSEWHERE and code.co_name != "isawaitable"]


ELSEWHERE = {function.__code__.co_filename for function in (inspect.signature, os.getenv, TypeAdapter.__init__)}
"""What reads signatures, the environment, and types."""
