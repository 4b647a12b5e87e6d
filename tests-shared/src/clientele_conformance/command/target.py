"""The backend that the command is about, as a module: also programs that the suite starts can import it.

What it is, is in the environment, as JSON; it is inherited by the processes that the suite starts.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any, Self

from clientele.http import HTTPBackend
from clientele_conformance.command.loading import load

_VARIABLE = "CLIENTELE_CONFORMANCE_TARGET"


@dataclass(frozen=True, slots=True)
class Target:
    """What was asked for.

    Attributes:
        backend: the path of a class, or the name of an installed backend.
        options: arguments of its constructor.
        known_gaps: a file of them.
        native_response: the path of a function that uses the backend's library by hand; so is own_client.
    """

    backend: str
    options: Mapping[str, Any] = field(default_factory=dict)
    known_gaps: str | None = None
    native_response: str | None = None
    own_client: str | None = None

    def announce(self) -> None:
        """Make it the one that `target` returns, here and in processes that are started from here."""
        os.environ[_VARIABLE] = json.dumps(asdict(self))
        target.cache_clear()

    @classmethod
    def announced(cls) -> Self:
        """The one that was announced."""
        return cls(**json.loads(os.environ[_VARIABLE]))


@cache
def target() -> Target:
    """The one that was announced."""
    return Target.announced()


def make(**options: Any) -> HTTPBackend:
    """A backend with the options that the user gave, and those of a test, which win."""
    return load(target().backend)(**{**target().options, **options})
