"""A decorated function is a function: what Python and its tools find out about one."""

from __future__ import annotations

import asyncio
import copy
import gc
import inspect
import pickle
import subprocess
import sys
import traceback
import typing
import warnings
import weakref
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from textwrap import dedent
from types import FunctionType
from typing import Any
from unittest import mock

import pytest

from clientele.api import APIClient, AsyncStream, HTTPStatusError, Response
from clientele.http import FakeHTTPBackend

fake = FakeHTTPBackend(default_content={"id": 1})
api = APIClient(base_url="https://a", http_backend=fake)
here = "a name of this module"


@api.get("/users/{user_id}")
def get_user(result: dict[str, int], response: Response, user_id: int, page: int = 1, *, size: int = 2) -> int:
    """One user."""
    return result["id"]


@api.get("/users/{user_id}")
async def aget_user(result: dict[str, int], user_id: int) -> dict[str, int]:
    return result


@api.get("/lines", streaming_response=True)
def lines(result: Iterator[str]) -> Iterator[str]:
    return result


@api.get("/lines", streaming_response=True)
async def alines(result: AsyncStream[str]) -> AsyncStream[str]:
    return result


@api.get("/lines", streaming_response=True)
async def lengths(result: AsyncIterator[str]) -> AsyncIterator[int]:
    async for line in result:
        yield len(line)


FUNCTIONS: dict[str, Any] = {
    "a function": get_user,
    "a coroutine function": aget_user,
    "a stream": lines,
    "an asynchronous stream": alines,
    "an asynchronous generator": lengths,
    "aio": get_user.aio,
    "aio of a stream": lines.aio,
    "with options": get_user.with_options(timeout=1),
}


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_it_is_a_function(function: Any) -> None:
    """Of the very type, in the module of its declaration, and of its kind."""
    assert FunctionType is type(function)
    assert vars(sys.modules[__name__]) is function.__globals__
    assert __name__ == function.__module__
    coroutines: list[Any] = [aget_user, alines, get_user.aio, lines.aio]
    is_coroutine = function in coroutines
    assert is_coroutine == inspect.iscoroutinefunction(function) == asyncio.iscoroutinefunction(function)
    assert is_coroutine == bool(function.__code__.co_flags & inspect.CO_COROUTINE)
    assert not inspect.isgeneratorfunction(function)
    assert not inspect.isasyncgenfunction(function)


def test_it_has_the_parameters_of_its_callers() -> None:
    """In its signature, its annotations, its defaults and its code."""
    for function in (get_user, get_user.aio, get_user.with_options(timeout=1)):
        real: Any = function
        assert "(user_id: 'int', page: 'int' = 1, *, size: 'int' = 2) -> 'int'" == str(inspect.signature(real))
        assert {"user_id": int, "page": int, "size": int, "return": int} == typing.get_type_hints(real)
        assert ((1,), {"size": 2}) == (real.__defaults__, real.__kwdefaults__)
        assert ("user_id", "page", "size") == real.__code__.co_varnames[:3]
    assert "One user." == get_user.__doc__
    assert "async def" not in inspect.getsource(get_user)


def test_its_names_are_those_of_the_declaration() -> None:
    """Those of its asynchronous twin lead to it."""
    assert ("get_user", "get_user") == (get_user.__name__, get_user.__qualname__)
    assert ("get_user", "get_user.aio") == (get_user.aio.__name__, get_user.aio.__qualname__)


@pytest.mark.parametrize("function", [get_user, aget_user, lines, lengths, get_user.aio, aget_user.aio])
def test_it_is_pickled_by_its_name(function: Any) -> None:
    """As `ProcessPoolExecutor` wants it; and copied as functions are, not at all."""
    assert pickle.loads(pickle.dumps(function)) is function  # noqa: S301
    assert copy.deepcopy(function) is copy.copy(function) is function


def test_another_process_calls_it(tmp_path: Path) -> None:
    """Which has its own client."""
    program = tmp_path / "program.py"
    program.write_text(dedent(PROGRAM), "utf-8")
    ran = subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    assert ("[7, 8]", "") == (ran.stdout.strip(), ran.stderr)


PROGRAM = """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from clientele.api import APIClient, Response
    from clientele.http import FakeHTTPBackend

    api = APIClient(base_url="https://a", http_backend=FakeHTTPBackend(default_content={}))

    @api.get("/users/{user_id}")
    def get_user(result: Response, user_id: int) -> int:
        return int(result.request_url.rpartition("/")[2])

    if __name__ == "__main__":
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            print(list(pool.map(get_user, [7, 8], timeout=50)))
"""


def test_what_is_forgotten_is_named_by_python() -> None:
    """The warning of a coroutine that nobody awaited."""
    for call, name in ((aget_user, "aget_user"), (get_user.aio, "get_user.aio")):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            call(7)
            gc.collect()
        assert [f"coroutine '{name}' was never awaited"] == [str(warning.message) for warning in caught]


def test_a_wrong_argument_shows_where_it_is_given() -> None:
    """Before anything is awaited; the error names the function."""
    with pytest.raises(TypeError, match=r"^aget_user\(\) got an unexpected keyword argument 'page'"):
        aget_user(7, page=1)  # type: ignore[call-arg, unused-coroutine]  # pyright: ignore[reportCallIssue]
    with pytest.raises(TypeError, match=r"^get_user\.aio\(\) missing 1 required positional argument: 'user_id'"):
        get_user.aio()  # type: ignore[call-arg, unused-coroutine]  # pyright: ignore[reportCallIssue]


@pytest.mark.parametrize("function", [get_user, get_user.aio])
def test_a_traceback_leads_to_the_declaration(function: Any) -> None:
    """To its line, without a mark in it."""
    fake.queue_response(status=404)
    with pytest.raises(HTTPStatusError) as caught:
        asyncio.run(value) if inspect.iscoroutine(value := function(7)) else None
    frames = [frame for frame in traceback.extract_tb(caught.tb) if frame.name == "get_user"]
    assert [(__file__, get_user.__wrapped__.__code__.co_firstlineno)] == [(f.filename, f.lineno) for f in frames]
    assert '@api.get("/users/{user_id}")' == frames[0].line
    assert "^" not in "".join(traceback.format_list(frames))


def test_mocks_see_what_it_is() -> None:
    """`patch`, `patch` with `autospec`, and `create_autospec`."""
    with mock.patch.object(sys.modules[__name__], "aget_user") as patched:
        assert isinstance(patched, mock.AsyncMock)
    with mock.patch.object(sys.modules[__name__], "get_user", autospec=True, return_value=5) as patched:
        assert isinstance(patched, FunctionType)
        assert 5 == get_user(7)
        with pytest.raises(TypeError, match="too many positional arguments"):
            get_user(7, 8, 9)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    spec = mock.create_autospec(aget_user, return_value={"id": 2})
    assert {"id": 2} == asyncio.run(spec(user_id=7))
    with pytest.raises(TypeError, match="missing a required argument"):
        spec()


NAMES = [
    "client compiled run state call around endpoint values options params path url method json data_ files content",
    "args kwargs headers query timeout follow_redirects own v0 owner __0 __common __function self_ cls _ __ ___ _run",
    "_client _compiled __run ___state prepare finish str type int dict Response list len print get_user here",
]


@pytest.mark.parametrize("names", [name.split() for name in NAMES], ids=str)
def test_a_parameter_may_have_any_name(names: list[str]) -> None:
    """Whatever we call things; each is a value of the query under its own name."""
    parameters = ", ".join(f"{name}: int" for name in names)
    block: dict[str, Any] = {"api": api}
    exec(f"def find(result: dict, {parameters}) -> dict: return result", block)  # noqa: S102
    find = api.get("/x")(block["find"])
    for call in (find, find.with_options(headers={"A": "b"})):
        fake.reset()
        assert {"id": 1} == call(*range(len(names))) == asyncio.run(call.aio(*range(len(names))))
        sent = dict(zip(names, range(len(names)), strict=True))
        assert [sent, sent] == [request["kwargs"]["params"] for request in fake.requests]


def test_functions_are_freed_without_the_garbage_collector() -> None:
    """With their client; those with options too."""

    def declared() -> weakref.ref[APIClient]:
        client = APIClient(base_url="https://a", http_backend=fake)

        @client.get("/x")
        async def call(result: Any) -> Any:
            return result

        call.with_options(timeout=1).aio.with_options(timeout=2)
        return weakref.ref(client)

    gc.disable()
    try:
        assert declared()() is None
    finally:
        gc.enable()
