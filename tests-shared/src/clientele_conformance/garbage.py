"""The garbage collector leaves alone what lives as long as a run: thousands of tests, not worth a search."""

from __future__ import annotations

import gc
from collections.abc import Generator

import pytest

from clientele_conformance.suite.base import Suite


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Never look again at what is there after the collection, if that has stopped for the tests of a suite."""
    was_enabled = gc.isenabled()
    try:
        return (yield)
    finally:
        if was_enabled and not gc.isenabled():
            gc.freeze()
            gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_make_collect_report(collector: pytest.Collector) -> None:
    """Before the first tests of a suite are made, take away what is garbage, and stop until all are collected."""
    if gc.isenabled() and isinstance(collector, pytest.Class) and issubclass(collector.obj, Suite):
        gc.collect()
        gc.disable()
