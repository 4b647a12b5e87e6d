"""The installed backends, for the tests of core that run over each of them."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import entry_points
from typing import Any

import pytest

from clientele.http import HTTPBackend
from clientele_conformance.subject import Mode

CLASSES: dict[str, type[HTTPBackend]] = {
    entry.name: entry.load() for entry in sorted(entry_points(group="clientele.backends"))
}
"""Each by its name."""

MODES: list[tuple[str, Mode]] = [
    (name, mode) for name, kind in CLASSES.items() for mode in ("sync", "async") if mode in kind.capabilities
]
"""The name of each, with each mode that it has."""

FEW = frozenset({"httpx", "requests", "aiohttp"})
"""What core does over the others it does over these, too: only `test-all` tries it over all."""


def each(cases: Iterable[tuple[str, ...]]) -> list[Any]:
    """Parameters for a test of cases: words, one of which names a backend."""
    return [pytest.param(case, id="-".join(case), marks=_marks(case)) for case in cases]


def named(mode: Mode) -> list[Any]:
    """Parameters for a test of the backends in one mode: their names."""
    return [pytest.param(name, marks=_marks([name])) for name, its in MODES if its == mode]


def _marks(words: Iterable[str]) -> list[pytest.MarkDecorator]:
    return [pytest.mark.whole for word in words if word in CLASSES and word not in FEW]
