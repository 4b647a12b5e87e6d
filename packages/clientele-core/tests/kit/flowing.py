"""A wrapper whose flow is a function, for tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clientele.http import (
    Call,
    End,
    Flow,
    HTTPBackend,
    Wrapper,
)
from clientele_conformance.subject import Subject

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
