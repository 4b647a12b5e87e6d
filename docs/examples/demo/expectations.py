"""A call of the demo: how it is made in both modes, and what must come of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Generic, ParamSpec, TypeVar

from clientele.api import APIException, TransportError

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Failure:
    """An error as the right answer: its class, and words that its reason has."""

    kind: type[APIException | TransportError]
    words: str = ""

    def __str__(self) -> str:
        return f"{self.kind.__name__}: {self.words}" if self.words else self.kind.__name__


@dataclass(frozen=True)
class Call:
    """A call in both modes, and its right answer: a value or a Failure."""

    name: str
    sync: Callable[[], object]
    asynchronous: Callable[[], Awaitable[object]]
    right: object

    def is_right(self, outcome: object) -> bool:
        """Whether `outcome`, what was returned or raised, is the right answer."""
        if isinstance(self.right, Failure) and isinstance(outcome, (APIException, TransportError)):
            return type(outcome) is self.right.kind and self.right.words in outcome.reason
        return outcome == self.right


class Calling(Generic[P, T]):
    """A call that lacks its right answer: `gives` or `fails` adds it.

    Args:
        name: what the call shows.
        sync: makes it.
        asynchronous: makes the same call, asynchronously.
        args: what both are called with.
        kwargs: the same, by name.
    """

    def __init__(
        self,
        name: str,
        sync: Callable[P, T],
        asynchronous: Callable[P, Awaitable[T]],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        self._call = partial(Call, name, partial(sync, *args, **kwargs), partial(asynchronous, *args, **kwargs))

    def gives(self, result: T) -> Call:
        return self._call(result)

    def fails(self, kind: type[APIException | TransportError], words: str = "") -> Call:
        return self._call(Failure(kind, words))
