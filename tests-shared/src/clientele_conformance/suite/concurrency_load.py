"""A load of numbered calls: most get the answer that belongs to their number, some run into a fault."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from clientele_conformance.servers import (
    LAST_CHUNK,
    Answer,
    Close,
    Origin,
    RecordedRequest,
    Reset,
    chunk,
    chunked_head,
    response,
)
from clientele_conformance.subject import Subject
from clientele_conformance.suite.concurrency_together import Job, Outcome, together

PATH = "/load"
_SECONDS = 30.0
_SEED = 20260101


@dataclass(frozen=True, slots=True)
class Tally:
    """The results of a load.

    Attributes:
        requests: how many calls were made.
        faults: how many of them were to run into a fault.
        swapped: the numbers of those that got what isn't theirs.
        failed: why calls failed that were to succeed.
    """

    requests: int
    faults: int
    swapped: list[int]
    failed: list[Exception]


def run_load(subject: Subject, origin: Origin, count: int, at_once: int) -> Tally:
    """Make `count` calls, `at_once` at a time, in an order that is the same in every run."""
    origin.on(PATH, answer_of)
    numbers = list(range(count))
    Random(_SEED).shuffle(numbers)
    return tally(numbers, together(subject, [job(origin, number) for number in numbers], at_once))


def tally(numbers: Sequence[int], outcomes: Sequence[Outcome]) -> Tally:
    """Compare what each call got with what belongs to its number."""
    swapped: list[int] = []
    failed: list[Exception] = []
    for number, outcome in zip(numbers, outcomes, strict=True):
        if not isinstance(outcome, Exception):
            if not belongs(outcome.content, number):
                swapped.append(number)
        elif not is_fault(number):
            failed.append(outcome)
    return Tally(len(numbers), sum(map(is_fault, numbers)), swapped, failed)


def job(origin: Origin, number: int) -> Job:
    """Its number is in the URL and in the body: the server goes by the one, the answer is made of both."""
    body = {"content": str(number).encode()} if number % 2 else {}
    return Job(origin.url(f"{PATH}?{number}"), "POST" if body else "GET", {"timeout": _SECONDS, **body})


def body_of(number: int) -> bytes:
    """What belongs to a number; the lengths differ, so that bytes out of place can't go unnoticed."""
    return _text(str(number), str(number) if number % 2 else "")


def belongs(content: bytes, number: int) -> bool:
    """Whether `content` is of the answer to `number`: all of it, coded or not, or a part of one that was cut short."""
    body = body_of(number)
    return body.startswith(content) if is_fault(number) else content in {body, _packed(body)}


def is_fault(number: int) -> bool:
    """Whether a call runs into a fault."""
    return number % len(_ALL) >= len(_GOOD)


def answer_of(request: RecordedRequest) -> Answer:
    """What the server does."""
    answer = _ALL[int(request.query) % len(_ALL)]
    return answer(_text(request.query, request.body.decode()))


def _text(in_query: str, in_body: str) -> bytes:
    return f"<{in_query}|{in_body}>".encode() * (1 + int(in_query) * 7 % 400)


def _by_length(body: bytes) -> Answer:
    return response(body=body)


def _in_chunks(body: bytes) -> Answer:
    return [chunked_head(), chunk(body[:7]), chunk(body[7:]), LAST_CHUNK]


def _compressed(body: bytes) -> Answer:
    return response(headers=[("Content-Encoding", "gzip")], body=_packed(body))


def _packed(body: bytes) -> bytes:
    return gzip.compress(body, 1, mtime=0)


def _not_found(body: bytes) -> Answer:
    return response(404, body=body)


def _closing(body: bytes) -> Answer:
    return [response(headers=[("Connection", "close")], body=body), Close()]


def _reset(_: bytes) -> Answer:
    return Reset()


def _reset_within(body: bytes) -> Answer:
    return [chunked_head(), chunk(body), Reset()]


def _cut_length(body: bytes) -> Answer:
    return [response(body=body)[:-1], Close()]


def _cut_chunks(body: bytes) -> Answer:
    return [chunked_head(), chunk(body), Close()]


def _no_http(body: bytes) -> Answer:
    return [body, Close()]


_GOOD = (_by_length, _in_chunks, _compressed, _not_found, _closing) * 3
_ALL = (*_GOOD, _reset, _reset_within, _cut_length, _cut_chunks, _no_http)
