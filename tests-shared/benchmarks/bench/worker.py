"""One contestant, in its own environment: python -m bench.worker MODULE:FUNCTION [ARGUMENT]...

It is told on its input to make calls, a JSON object on each line, and answers with what these took. Only the standard
library is used here, for every environment has that.
"""

from __future__ import annotations

import asyncio
import cProfile
import gc
import inspect
import json
import os
import pstats
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import Any, TypedDict

from bench.memory import peak_bytes

PROFILED = 25
"""The functions that a profile shows."""


class Order(TypedDict):
    """What the controller asks for.

    Keys:
        start, stop: the numbers to call the contestant with, as of a `range`.
        at_once: how many tasks share these calls.
        profile: show where the time goes, on standard error.
    """

    start: int
    stop: int
    at_once: int
    profile: bool


class Report(TypedDict):
    """What came of it.

    Keys:
        seconds: CPU time of this process, all threads together.
        elapsed: seconds from the beginning to the end.
        grown: bytes by which the peak of its resident memory has grown.
        peak: bytes of that peak.
        result: the `repr` of what the last call returned.
    """

    seconds: float
    elapsed: float
    grown: int
    peak: int
    result: str


def main(name: str, *arguments: str) -> None:
    """Make the contestant and obey until the input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    sys.stdout = sys.stderr
    module, function = name.split(":")
    make = getattr(import_module(f"bench.work.{module}"), function)
    with asyncio.Runner() as runner:
        contestant = runner.run(make(*arguments)) if inspect.iscoroutinefunction(make) else make(*arguments)
        is_async = inspect.iscoroutinefunction(make)
        for line in sys.stdin:
            order: Order = json.loads(line)
            report = obey(order, contestant, runner if is_async else None)
            print(json.dumps(report), file=answers, flush=True)
        # Clients were left open; one after the other would complain now.
        os._exit(0)


def obey(order: Order, contestant: Callable[[int], Any], runner: asyncio.Runner | None) -> Report:
    """Make the calls. What is garbage by then is collected before; the collector stays on, as it is in real use."""
    numbers = range(order["start"], order["stop"])
    profile = cProfile.Profile() if order["profile"] else None
    watched: AbstractContextManager[Any] = profile or nullcontext()
    gc.collect()
    before, started, began = peak_bytes(), time.process_time(), time.perf_counter()
    with watched:
        if runner is None:
            result = in_turn(contestant, numbers)
        else:
            result = runner.run(together(contestant, numbers, order["at_once"]))
    seconds, elapsed = time.process_time() - started, time.perf_counter() - began
    peak = peak_bytes()
    report = Report(seconds=seconds, elapsed=elapsed, grown=peak - before, peak=peak, result=repr(result))
    if profile is not None:
        pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(PROFILED)
    return report


def in_turn(contestant: Callable[[int], Any], numbers: range) -> Any:
    """One call after the other."""
    result = None
    for number in numbers:
        result = contestant(number)
    return result


async def together(contestant: Callable[[int], Awaitable[Any]], numbers: range, at_once: int) -> Any:
    """The calls of `at_once` tasks, each one after the other."""

    async def task(mine: range) -> Any:
        result = None
        for number in mine:
            result = await contestant(number)
        return result

    if at_once == 1:
        return await task(numbers)
    results = await asyncio.gather(*(task(numbers[start::at_once]) for start in range(at_once)))
    return results[-1]


if __name__ == "__main__":
    main(*sys.argv[1:])
