"""A plugin of the processes that tests run in, when the command has several."""

from __future__ import annotations

import gc

import pytest


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave to the system what the process holds: to look for garbage among thousands of tests takes seconds."""
    if hasattr(session.config, "workerinput"):
        gc.freeze()
