"""What is said of a run whose tests run side by side, in the processes of pytest-xdist."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

_WRONG = "clientele_conformance: usage"


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Keep what a process finds wrong with the selection, or with known gaps, for the one that started it."""
    try:
        return (yield)
    except pytest.UsageError as error:
        output: dict[str, str] | None = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_WRONG] = str(error)
        raise


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Say it as a run in one process does.

    Raises:
        pytest.UsageError: the process has kept something.
    """
    wrong = getattr(node, "workeroutput", {}).get(_WRONG)
    if wrong is not None:
        raise pytest.UsageError(wrong)
