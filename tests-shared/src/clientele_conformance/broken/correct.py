"""The correct backend that the broken ones stand over, and how its library is used by hand."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from types import ModuleType

from clientele.http import HTTPBackend
from clientele_conformance.suite.base import Suite

_BY_HAND = ("native_response", "own_client", "own_clients_have_params")


def loaded(correct: str) -> type[Suite]:
    """The suite of what `correct` names: a backend or a suite, as `module:Class` or `path/to/file.py:Class`.

    A suite also says how the library is used by hand, without which RSP-11 and LIF-7 are not tried.
    """
    place, _, name = correct.rpartition(":")
    found = getattr(_module(place), name)
    if issubclass(found, HTTPBackend):
        return type(name, (Suite,), {"backend_class": found})
    suite: type[Suite] = found
    return suite


def by_hand(suite: type[Suite]) -> dict[str, object]:
    """What `suite` says of its library."""
    return {name: getattr(suite, name) for name in _BY_HAND if hasattr(suite, name)}


def _module(place: str) -> ModuleType:
    if not place.endswith(".py"):
        return importlib.import_module(place)
    spec = importlib.util.spec_from_file_location(Path(place).stem, place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
