"""The garbage collector leaves alone what lives as long as a run: thousands of tests, not worth a search."""

from __future__ import annotations

import gc
from collections.abc import Generator

import pytest

from clientele_conformance.suite.base import Suite


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Take away what is garbage before the tests of a suite are made, and then never look at them."""
    if not (isinstance(collector, pytest.Class) and issubclass(collector.obj, Suite)):
        return (yield)
    gc.collect()
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
