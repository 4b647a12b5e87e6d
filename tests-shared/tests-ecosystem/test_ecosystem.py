"""Tools around httpx, httpx2, requests and aiohttp work with our backends as they do with the library by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecosystem_calls import Way
from ecosystem_page import not_on_the_page
from ecosystem_rows import Row, controls, outcome_by_hand, tried
from ecosystem_table import REDIRECTED, ROWS


@controls(ROWS)
def test_the_tool_works_with_the_library_by_hand(row: Row, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    assert outcome_by_hand(row, tmp_path, request) == row.expected_by_hand


@tried(ROWS)
def test_the_tool_works_with_ours(row: Row, way: Way, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    assert row.outcome(way, tmp_path, request) == "works"


@tried(REDIRECTED)
def test_each_step_of_a_redirect_is_traced(row: Row, way: Way, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    assert row.outcome(way, tmp_path, request) == "works"


def test_the_page_lists_the_tools() -> None:
    assert not_on_the_page("ecosystem") == []
