"""Native clients, watched from outside: which ones a backend builds, and how somebody else's is closed."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Literal

import pytest

from clientele.http import HTTPBackend

_SECONDS_TO_RACE_IN = 0.02


class Builds:
    """The native clients that backends build from now on, for the rest of the test.

    Every class in the family of HTTPBackend is watched, so that a backend that wraps another one is counted as well;
    a client that passes through several of them counts once. Building takes a little longer than usual: a race is lost
    more often.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, method: Literal["build_client", "build_async_client"]) -> None:
        self.clients: list[object] = []
        for cls in {HTTPBackend, *_family(HTTPBackend)}:
            build = vars(cls).get(method)
            if build is not None and not getattr(build, "__isabstractmethod__", False):
                monkeypatch.setattr(cls, method, self._noted(build))

    def _noted(self, build: Callable[[HTTPBackend], Any]) -> Callable[[HTTPBackend], Any]:
        @wraps(build)
        def slowly(backend: HTTPBackend) -> Any:
            time.sleep(_SECONDS_TO_RACE_IN)
            client = build(backend)
            if not any(client is known for known in self.clients):
                self.clients.append(client)
            return client

        return slowly


def close_native(client: Any) -> None:
    """Close a synchronous native client as its library wants it."""
    client.close()


async def aclose_native(client: Any) -> None:
    """Close an asynchronous native client as its library wants it: libraries differ in the method's name."""
    closing = (getattr(client, "aclose", None) or client.close)()
    if inspect.isawaitable(closing):
        await closing
    await asyncio.sleep(0)


def _family(cls: type[object]) -> Iterator[type[object]]:
    for heir in cls.__subclasses__():
        yield heir
        yield from _family(heir)
