"""Wrappers against the contract: all around each other and httpx, or, with `hatch run alone:around`, each by itself
around each backend.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

from clientele_conformance.wrapped import ALL, WRAPPERS, wrapped

PACKAGES = Path(__file__).parents[2] / "packages"
CHOSEN = os.environ.get("CLIENTELE_WRAPPED") or os.environ.get("CLIENTELE_ALONE")
AROUND = (CHOSEN or "httpx").split()
TRIED = WRAPPERS if CHOSEN else (ALL,)
OF_THE_RECORDER = Path(__file__).with_name("recording_gaps.toml")


def suite_of(name: str) -> Any:
    """The suite of the backend called `name`, with its native clients, its known gaps and the marks of its module."""
    path = PACKAGES / f"clientele-{name}" / "tests" / f"test_{name}_conformance.py"
    spec = importlib.util.spec_from_file_location(f"conformance_of_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    suite = next(cls for key, cls in vars(module).items() if key.startswith("Test"))
    return type(suite.__name__, (suite,), {"pytestmark": vars(module).get("pytestmark", [])})


def gaps_of(wrapper: str, inner: Path | None) -> list[Path]:
    """The known gaps of the backend, `inner`, and of what is around it."""
    files = [OF_THE_RECORDER] if wrapper in {ALL, "recording"} else []
    return files if inner is None else [inner, *files]


for wrapper in TRIED:
    for backend in AROUND:
        suite = f"Test{wrapper.title()}{backend.title()}"
        inner = suite_of(backend)
        given = {"backend_class": wrapped(wrapper, backend), "known_gaps": gaps_of(wrapper, inner.known_gaps)}
        globals()[suite] = type(suite, (inner,), given)
