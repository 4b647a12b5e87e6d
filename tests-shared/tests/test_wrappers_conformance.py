"""Wrappers against the contract, around one backend or, in the environment `wrappers`, around each."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

import pytest

from clientele_conformance.wrapped import WRAPPERS, wrapped

pytestmark = pytest.mark.whole

PACKAGES = Path(__file__).parents[2] / "packages"
CHOSEN = os.environ.get("CLIENTELE_WRAPPED")
AROUND = (CHOSEN or "httpx").split()
# A recorder of bombs and of thousands of calls takes its time: it is for the environment alone.
TRIED = WRAPPERS if CHOSEN else ("retrying",)
GAPS = {"recording": Path(__file__).with_name("recording_gaps.toml")}


def suite_of(name: str) -> Any:
    """The suite of the backend called `name`, with its native clients and its known gaps."""
    path = PACKAGES / f"clientele-{name}" / "tests" / f"test_{name}_conformance.py"
    spec = importlib.util.spec_from_file_location(f"conformance_of_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return next(cls for key, cls in vars(module).items() if key.startswith("Test"))


for wrapper in TRIED:
    for backend in AROUND:
        suite = f"Test{wrapper.title()}{backend.title()}"
        inner = suite_of(backend)
        given = {"backend_class": wrapped(wrapper, backend), "known_gaps": GAPS.get(wrapper, inner.known_gaps)}
        globals()[suite] = type(suite, (inner,), given)
