"""The order in which tests begin."""

from __future__ import annotations

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that nothing is left waiting for it in the end."""
    items.sort(key=lambda item: item.get_closest_marker("first") is None)
