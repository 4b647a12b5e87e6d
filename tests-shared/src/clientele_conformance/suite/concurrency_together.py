"""Many calls at once, in either mode: threads that share a backend, or tasks of one event loop."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from clientele.http import HTTPBackend, Response
from clientele_conformance.servers import Answer, Handler, RecordedRequest, WaitFor, response
from clientele_conformance.subject import Subject
from clientele_conformance.systems import DESCRIPTORS

Outcome: TypeAlias = Response | Exception
"""Of which kind an exception has to be, the rules on errors say."""

_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Job:
    """One call that is to be made."""

    url: str
    method: str = "GET"
    options: dict[str, Any] = field(default_factory=dict)


def together(
    subject: Subject, jobs: Sequence[Job], at_once: int, ended: Callable[[Outcome], object] = lambda _: None
) -> list[Outcome]:
    """The results of the jobs, in order; `at_once` threads or tasks work on them.

    `ended` is told each outcome as soon as it is there. Tasks run on an event loop of their own, whose clients are
    closed at its end.
    """
    if subject.mode == "async":
        return asyncio.run(_tasks(subject.backend, jobs, at_once, ended))

    def work(job: Job) -> Outcome:
        outcome = send(subject.backend, job)
        ended(outcome)
        return outcome

    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(work, jobs))


def send(backend: HTTPBackend, job: Job) -> Outcome:
    """The response, or why there is none."""
    try:
        return _response(backend, backend.send_sync_request(job.method, job.url, **job.options))
    except Exception as error:  # noqa: BLE001 - it is the outcome
        return error


async def asend(backend: HTTPBackend, job: Job) -> Outcome:
    """`send`, asynchronously."""
    try:
        return _response(backend, await backend.send_async_request(job.method, job.url, **job.options))
    except Exception as error:  # noqa: BLE001 - it is the outcome
        return error


def meeting(count: int) -> Handler:
    """Tells the query of a request back, as soon as `count` requests are there; then the next ones are waited for."""
    lock = threading.Lock()
    waiting = [threading.Event()]

    def answer(request: RecordedRequest) -> Answer:
        with lock:
            together = waiting[0]
            waiting.append(together)
            if len(waiting) > count:
                together.set()
                waiting[:] = [threading.Event()]
        return [WaitFor(together, _PATIENCE), response(body=request.query.encode())]

    return answer


def contents(outcomes: Iterable[Outcome]) -> list[bytes]:
    """The bodies of the responses.

    Raises:
        Exception: one of the outcomes, if it is not a response.
    """
    return [_answered(outcome).content for outcome in outcomes]


def open_descriptors(*, collect: bool = False) -> int:
    """How many files and sockets this process has open; `collect` first closes those that garbage holds open.

    It needs what `systems` calls "descriptors".
    """
    if collect:
        gc.collect()
    return len(list(DESCRIPTORS.iterdir()))


def descriptors_left_by(work: Callable[[], object]) -> int:
    """How many descriptors `work` leaves open each time that it is repeated: the least that one of three rounds added.

    A library opens some for good when it first needs them, and its own threads may close sockets a moment after the
    server has seen a connection end. Nothing is collected meanwhile: what only garbage holds open has leaked.
    """
    work()
    before = open_descriptors(collect=True)
    added: list[int] = []
    while len(added) < 3 and 0 not in added:
        work()
        end = time.monotonic() + 1.0
        while (after := open_descriptors()) > before and time.monotonic() < end:
            time.sleep(0.05)
        added.append(max(after - before, 0))
        before = after
    return min(added)


async def _tasks(
    backend: HTTPBackend, jobs: Sequence[Job], at_once: int, ended: Callable[[Outcome], object]
) -> list[Outcome]:
    outcomes: dict[int, Outcome] = {}
    waiting = iter(enumerate(jobs))

    async def work() -> None:
        for number, job in waiting:
            outcomes[number] = await asend(backend, job)
            ended(outcomes[number])

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(work())
    finally:
        await backend.aclose()
    return [outcomes[number] for number in range(len(jobs))]


def _answered(outcome: Outcome) -> Response:
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _response(backend: HTTPBackend, answer: Any) -> Response:
    return answer if isinstance(answer, Response) else backend.convert_to_response(answer)
