"""The suite catches each broken backend by the rule that it breaks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from clientele.http import HTTPBackend
from clientele_conformance.broken import BROKEN, Broken, kills, run
from clientele_conformance.broken.running import unsound
from clientele_conformance.rules import all_rules
from clientele_httpx import HttpxHTTPBackend

pytestmark = pytest.mark.timeout(640)

SUITE = Path(__file__).parents[2] / "packages/clientele-httpx/tests/test_httpx_conformance.py"

GAPS = frozenset({"H2-4"})
"""What httpx itself can't keep; see the known gaps of its own tests."""

GROUPS = sorted({entry.rule.partition("-")[0] for entry in BROKEN})


def missed(entries: Sequence[Broken], processes: int, *, smoke: bool) -> set[str]:
    """Those of `entries` that get through in one mode at least; -rP shows the kill table."""
    # A smoke run of the correct backend is among the tests of its own package.
    outcomes = run(f"{SUITE}:TestHttpx", entries, processes, smoke=smoke, with_correct=not smoke)
    assert [] == [found for found in unsound(outcomes) if found.rule not in GAPS], "the correct backend fails, too"
    assert smoke or [] == [found for found in outcomes if found.kind == "broke"], "it broke down on the way"
    found = kills(outcomes, entries, smoke=smoke)
    for kill in found:
        by = f"{kill.by.test}: {kill.by.error}" if kill.by else "nothing"
        print(f"{kill.broken.name:28} {kill.broken.rule:6} {kill.mode:5} {by}")  # noqa: T201 - the kill table
    return {kill.broken.name for kill in found if kill.by is None}


@pytest.mark.whole
@pytest.mark.parametrize("group", GROUPS)
def test_each_is_caught(group: str) -> None:
    """At least one test of the rule that it breaks fails on it, in each mode; the correct backend passes the same."""
    entries = [entry for entry in BROKEN if entry.rule.partition("-")[0] == group]
    assert set() == missed(entries, 2, smoke=False)


@pytest.mark.first
def test_smoke_catches_them_all() -> None:
    """By the few tests of the rule that each breaks that a smoke run takes. Nearly all of it is waiting."""
    assert set() == missed(BROKEN, 3, smoke=True)


def test_each_breaks_a_rule_that_there_is() -> None:
    """And says what it does; no two have one name, and there are at least 110."""
    assert {entry.rule for entry in BROKEN} <= all_rules().keys()
    assert all(entry.text.endswith(".") for entry in BROKEN)
    assert len(BROKEN) == len({entry.name for entry in BROKEN})
    assert 110 <= len(BROKEN)


def test_each_rule_is_broken_by_one() -> None:
    """What no broken backend tries is not known to be proved."""
    assert [] == sorted(all_rules().keys() - {entry.rule for entry in BROKEN})


@pytest.mark.parametrize("entry", BROKEN, ids=[entry.name for entry in BROKEN])
def test_each_is_a_backend(entry: Broken) -> None:
    """One that can be made as the correct one is."""
    broken = entry.over(HttpxHTTPBackend)
    assert issubclass(broken, HTTPBackend)
    backend = broken()
    assert HttpxHTTPBackend.capabilities == backend.capabilities
    backend.close()
