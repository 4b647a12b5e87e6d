"""The example of how to test code that calls APIs, run where only core, one backend and pytest are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from wheel_environments import ROOT, Environment

PROJECT = ROOT / "docs" / "examples" / "testing_kit"


def test_the_example_runs_from_the_wheels(wheels: dict[str, Path], new_environment: Callable[[], Environment]) -> None:
    """Every test of it passes, and none is skipped."""
    environment = new_environment()
    environment.install(f"{wheels['clientele-core']}[testing,retry]", wheels["clientele-httpx"])
    assert not environment.names() & {"requests", "aiohttp", "niquests", "pytest-asyncio", "clientele-conformance"}
    printed = environment.pytest_of(PROJECT)
    summary = printed.splitlines()[-1]
    assert "passed" in summary
    assert "skipped" not in summary
