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
    """A step of a flow other than sending.

    Subclass it for work that waits, in both modes. Store a result on the step, where the flow finds it; exceptions are
    raised at the `yield`.
    """

    @abc.abstractmethod
    def run(self, left: float | None) -> None:
        """Perform the step in a synchronous call.

        Args:
            left: the seconds left for the call; None for no limit.

        Raises:
            TimeoutError: the time was not enough; the call raises DeadlineExceeded.
        """

    @abc.abstractmethod
    async def arun(self, left: float | None) -> None:
        """`run`, in an asynchronous call."""


class Sleep(Step):
    """Wait: `yield Sleep(0.5)`. A call with less time left raises DeadlineExceeded immediately.

    Args:
        seconds: the time to wait; zero or less doesn't wait.

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
        """Wait without blocking the event loop."""
        self._check(left)
        await asyncio.sleep(self.seconds)

    def _check(self, left: float | None) -> None:
        if left is not None and left < self.seconds:
            raise TimeoutError(f"it must wait {self.seconds:.2f} s, but only {left:.2f} s are left of its total limit")

    def __repr__(self) -> str:
        return f"Sleep({self.seconds!r})"


class End(Step):
    """Pass `response` to the caller now, and continue the flow when it is over: `yield End(response)`.

    A response whose body was read is over immediately. A stream is over after its last item, when it is interrupted,
    which raises its error at the `yield`, or when it is closed, which raises GeneratorExit there; a stream that is
    still open when the program ends is closed before the interpreter ends. So a `finally` can release resources of the
    flow. After this step, the flow can't send calls; it returns `response`.
    """

    def __init__(self, response: Response) -> None:
        if not isinstance(response, Response):
            raise ConfigurationError(f"End(...): use the response of `yield call`, not {type(response).__name__}")
        self.response = response
        """The response for the caller."""

    def run(self, left: float | None) -> None:
        """Nothing to wait for."""

    async def arun(self, left: float | None) -> None:
        """Nothing to wait for."""


Flow: TypeAlias = Generator[Call | Step, Response, Response]
"""The type of `Wrapper.flow`: it yields Calls to send, each of which results in a Response, and Steps; it returns a
Response.
"""
