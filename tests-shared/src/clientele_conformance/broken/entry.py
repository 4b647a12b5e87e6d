"""What a broken backend is: a class that comes before a correct one, and the rule that it breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from clientele.http import HTTPBackend, TransportBackend
from clientele_conformance.subject import Mode

IMPORTED = "clientele_conformance.broken.imported"
"""The module that a program of its own finds the class in, by its name."""

_TWO_STEPS = {name: vars(TransportBackend)[name] for name in ("exchange_at_once", "async_exchange_at_once")}
"""What an adapter has that offers no other way."""


@dataclass(frozen=True, slots=True)
class Broken:
    """One backend that is wrong in one way.

    Attributes:
        kind: comes before a correct backend in the order of inheritance.
        rule: the id of the rule that it breaks.
        text: what it does, in one sentence.
        modes: in which it is wrong.
        tests: parts of the names of those tests of the rule to run, where running all would take too long.
        raises: what a test may meet instead of a failed assertion or an error of ours.
    """

    kind: type[Any]
    rule: str
    text: str
    modes: tuple[Mode, ...] = ("sync", "async")
    tests: tuple[str, ...] = ("",)
    raises: tuple[type[Exception], ...] = ()

    @property
    def name(self) -> str:
        """What it is called."""
        return self.kind.__name__

    def over(self, correct: type[HTTPBackend]) -> type[HTTPBackend]:
        """The class that is `correct` but for this fault; each exchange takes the steps in which it may be wrong."""
        return cast(type[HTTPBackend], type(self.name, (self.kind, correct), {"__module__": IMPORTED, **_TWO_STEPS}))
