"""Native clients, watched from outside: which ones a backend builds, and how the user's own is closed."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Literal

import pytest

from clientele.http import HTTPBackend

Method = Literal["build_client", "build_async_client"]
Build = Callable[..., Any]

_SECONDS_TO_RACE_IN = 0.02


class Builds:
    """The native clients that backends build from now on, for the rest of the test.

    Every class in the family of HTTPBackend is watched, so that a backend that wraps another one is counted as well;
    a client that passes through several of them counts once. Building takes a little longer than usual: a race is lost
    more often.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, method: Method) -> None:
        self.clients: list[object] = []
        _replace(monkeypatch, method, self._noted)

    def _noted(self, build: Build) -> Build:
        @wraps(build)
        def slowly(*arguments: Any) -> Any:
            time.sleep(_SECONDS_TO_RACE_IN)
            client = build(*arguments)
            if not any(client is known for known in self.clients):
                self.clients.append(client)
            return client

        return slowly


def fail_to_build(monkeypatch: pytest.MonkeyPatch, method: Method, times: int) -> None:
    """Have no native client be built so many times, as if the system were out of what one needs."""
    left = iter(range(times))

    def failing(build: Build) -> Build:
        @wraps(build)
        def fail(*arguments: Any) -> Any:
            if next(left, None) is not None:
                raise MemoryError("there is nothing left to build a client of")
            return build(*arguments)

        return fail

    _replace(monkeypatch, method, failing)


def close_native(client: Any) -> None:
    """Close a synchronous native client as its library wants it."""
    client.close()


async def aclose_native(client: Any) -> None:
    """Close an asynchronous native client as its library wants it: libraries differ in the method's name."""
    closing = (getattr(client, "aclose", None) or client.close)()
    if inspect.isawaitable(closing):
        await closing
    await asyncio.sleep(0)


def _replace(monkeypatch: pytest.MonkeyPatch, method: Method, replaced: Callable[[Build], Build]) -> None:
    """Replace `method` in each class of the family of HTTPBackend that has it."""
    for cls in {HTTPBackend, *_family(HTTPBackend)}:
        build = vars(cls).get(method)
        if build is not None and not getattr(build, "__isabstractmethod__", False):
            monkeypatch.setattr(cls, method, replaced(build))


def _family(cls: type[object]) -> Iterator[type[object]]:
    for heir in cls.__subclasses__():
        yield heir
        yield from _family(heir)
