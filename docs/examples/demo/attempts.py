"""Makes the calls over a backend, and keeps what came of each."""

import asyncio
from collections.abc import Sequence
from time import perf_counter
from types import TracebackType
from typing import Self

from docs.examples.demo.client import api
from docs.examples.demo.expectations import Call

from clientele.api import APIException, TransportError
from clientele.http import Capability
from clientele.http.backends import SHIPPED, installed_backends


class Attempt:
    """One call being made, in a `with` block: it is timed, and an error of Clientele's is kept as its outcome."""

    def __init__(self, call: Call, mode: Capability, backend: str) -> None:
        self.call = call
        self.mode = mode
        self.backend = backend
        self.outcome: object = None
        self.milliseconds = 0.0

    @property
    def is_right(self) -> bool:
        return self.call.is_right(self.outcome)

    def __enter__(self) -> Self:
        self._started = perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        self.milliseconds = (perf_counter() - self._started) * 1000
        if isinstance(error, (APIException, TransportError)):
            self.outcome = error
            return True
        return False


def attempt_all(calls: Sequence[Call], base_url: str) -> list[Attempt]:
    """Every call, over every installed backend of ours, in every mode that it has."""
    attempts = []
    installed = installed_backends()
    for name in (name for name in SHIPPED if name in installed):
        api.configure(base_url=base_url, http_backend=name)
        modes = api.backend.capabilities
        if Capability.SYNC in modes:
            attempts += _attempt(calls, name)
        if Capability.ASYNC in modes:
            attempts += asyncio.run(_aattempt(calls, name))
    return attempts


def _attempt(calls: Sequence[Call], backend: str) -> list[Attempt]:
    attempts = [Attempt(call, Capability.SYNC, backend) for call in calls]
    with api:
        for attempt in attempts:
            with attempt:
                attempt.outcome = attempt.call.sync()
    return attempts


async def _aattempt(calls: Sequence[Call], backend: str) -> list[Attempt]:
    attempts = [Attempt(call, Capability.ASYNC, backend) for call in calls]
    async with api:
        for attempt in attempts:
            with attempt:
                attempt.outcome = await attempt.call.asynchronous()
    return attempts
