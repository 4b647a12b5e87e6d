"""The steps that the flow of a wrapper yields."""

from __future__ import annotations

import abc
import time
from collections.abc import Generator
from math import isfinite
from typing import TypeAlias

from clientele.http.message.call import Call
from clientele.http.message.errors import ConfigurationError
from clientele.http.response import Response
from clientele.http.runtime.lazy import asyncio

__all__ = ["End", "Flow", "Sleep", "Step"]


class Step(abc.ABC):
    """Something that a flow asks for besides sending: subclass it for what has to wait, in either mode.

    A result stays on the step, for the flow to look at afterwards; what is raised, is raised at the `yield`.
    """

    @abc.abstractmethod
    def run(self, left: float | None) -> None:
        """Do it in a synchronous call.

        Args:
            left: the seconds that are left for the call; None for no limit.

        Raises:
            TimeoutError: they were not enough; the call ends with DeadlineExceeded.
        """

    @abc.abstractmethod
    async def arun(self, left: float | None) -> None:
        """`run`, in an asynchronous call."""


class Sleep(Step):
    """Wait: `yield Sleep(0.5)`. A call that has less time left ends with DeadlineExceeded, at once.

    Args:
        seconds: how long; zero or less doesn't wait.

    Raises:
        ConfigurationError: `seconds` is not a number, or not a finite one.
    """

    def __init__(self, seconds: float) -> None:
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not isfinite(seconds):
            raise ConfigurationError(f"Sleep({seconds!r}): use a finite number of seconds")
        self.seconds = max(seconds, 0.0)

    def run(self, left: float | None) -> None:
        """Wait."""
        self._check(left)
        time.sleep(self.seconds)

    async def arun(self, left: float | None) -> None:
        """Wait, and let others run meanwhile."""
        self._check(left)
        await asyncio.sleep(self.seconds)

    def _check(self, left: float | None) -> None:
        if left is not None and left < self.seconds:
            raise TimeoutError(f"it has to wait {self.seconds:.2f} s, and {left:.2f} s are left of its total limit")

    def __repr__(self) -> str:
        return f"Sleep({self.seconds!r})"


class End(Step):
    """The caller gets `response` now, and the flow goes on when it is over: `yield End(response)`.

    A response whose body was read is over at once; a stream when its last item was taken, when it breaks off, whose
    error is raised at the `yield`, or when it is closed, which raises GeneratorExit there. So a `finally` behind it
    frees what the flow holds. Nothing can be sent any more; the flow returns `response`.
    """

    def __init__(self, response: Response) -> None:
        if not isinstance(response, Response):
            raise ConfigurationError(f"End(...): use the response of `yield call`, not {type(response).__name__}")
        self.response = response
        """What the caller gets."""

    def run(self, left: float | None) -> None:
        """There is nothing to wait for."""

    async def arun(self, left: float | None) -> None:
        """There is nothing to wait for."""


Flow: TypeAlias = Generator[Call | Step, Response, Response]
"""What `Wrapper.flow` is: it yields Calls to be sent, each of which gives a Response, and Steps; it returns a Response.
"""
