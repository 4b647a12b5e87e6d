"""clientele-httpx2 is written from clientele-httpx: what is changed by hand in either is found."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

SCRIPT = Path(__file__).parents[1] / "written" / "write_httpx2.py"


def load() -> ModuleType:
    specification = importlib.util.spec_from_file_location("write_httpx2", SCRIPT)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_it_is_as_it_is_written() -> None:
    """Otherwise `hatch run httpx2:write`."""
    assert [] == load().differing()


def test_names_are_those_of_httpx2() -> None:
    """And what is only alike stays."""
    text = load().written("from clientele_httpx.sockets import X  # httpcore, clientele.http.wire, HttpxHTTPBackend")
    assert "from clientele_httpx2.sockets import X  # httpcore2, clientele.http.wire, Httpx2HTTPBackend" == text
