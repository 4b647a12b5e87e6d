"""A wrapper whose flow is a function, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from clientele.http import (
    Call,
    End,
    Flow,
    HTTPBackend,
    Wrapper,
)
from clientele_conformance.installed import CLASSES
from clientele_conformance.subject import AsyncSubject, Mode, Subject, SyncSubject

Wrap = Callable[..., Subject]


class Flowing(Wrapper):
    """A wrapper with the flow that it is given."""

    def __init__(self, inner: HTTPBackend | str, flow: Callable[[Call], Flow]) -> None:
        super().__init__(inner)
        self.given = flow

    def flow(self, call: Call) -> Flow:
        return self.given(call)


def returning(what: Any) -> Callable[[Call], Any]:
    def flow(call: Call) -> Any:
        yield call
        return what

    return flow


def ending_early(call: Call) -> Flow:
    yield End((yield call))
    return (yield call)


@contextmanager
def wrapping(name: str, mode: Mode) -> Iterator[Wrap]:
    """Puts a wrapper with a flow around the backend `name`; all are closed in the end."""
    made: list[Subject] = []
    with asyncio.Runner() as runner:

        def wrapped(flow: Callable[[Call], Flow], **options: Any) -> Subject:
            backend = Flowing(CLASSES[name](**options) if options else name, flow)
            made.append(SyncSubject(backend) if mode == "sync" else AsyncSubject(backend, runner))
            return made[-1]

        yield wrapped
        for subject in made:
            subject.close()
