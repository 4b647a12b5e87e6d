"""The suite catches each broken backend by the rule that it breaks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clientele.http import HTTPBackend
from clientele_conformance.broken import BROKEN, Broken, kills, run
from clientele_conformance.broken.running import unsound
from clientele_conformance.broken.selection import CORRECT, Outcome
from clientele_conformance.rules import all_rules
from clientele_conformance.subject import Mode
from clientele_httpx import HttpxHTTPBackend

pytestmark = pytest.mark.timeout(640)

SUITE = Path(__file__).parents[2] / "packages/clientele-httpx/tests/test_httpx_conformance.py"

_EACH = [(entry, mode) for entry in BROKEN for mode in entry.modes]
_RULES = sorted({entry.rule for entry in BROKEN})


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest) -> list[Outcome]:
    """Those of the broken backends and of the rules that the selected tests are about."""
    wanted = set[str]()
    for item in request.session.items:
        params = getattr(getattr(item, "callspec", None), "params", {})
        if item.path == request.path and (about := params.get("entry") or params.get("rule")):
            wanted.add(about.rule if isinstance(about, Broken) else about)
    return run(f"{SUITE}:TestHttpx", [entry for entry in BROKEN if entry.rule in wanted])


@pytest.mark.parametrize(("entry", "mode"), _EACH, ids=[f"{entry.name}-{mode}" for entry, mode in _EACH])
def test_it_is_caught(
    entry: Broken, mode: Mode, outcomes: list[Outcome], record_property: Callable[[str, object], None]
) -> None:
    """At least one test of the rule fails on it, and none breaks down before it gets there."""
    killed = {(kill.broken.name, kill.mode): kill.by for kill in kills(outcomes)}[entry.name, mode]
    tried = [found for found in outcomes if (found.backend, found.mode) == (entry.name, mode)]
    assert killed is not None, f"{entry.rule} is too weak: {tried}"
    assert [] == [found for found in tried if found.kind == "broke"]
    record_property("caught by", f"{killed.test}: {killed.error}")
    print(f"{entry.name:28} {entry.rule:6} {mode:5} {killed.test}: {killed.error}")  # noqa: T201 - the kill table: -rP


@pytest.mark.parametrize("rule", _RULES)
def test_the_correct_one_is_not(rule: str, outcomes: list[Outcome]) -> None:
    """It passes the same tests."""
    of_rule = [found for found in outcomes if (found.backend, found.rule) == (CORRECT, rule)]
    assert of_rule
    assert [] == unsound(of_rule)


def test_each_breaks_a_rule_that_there_is() -> None:
    """And says what it does; no two have one name, and there are at least 110."""
    assert {entry.rule for entry in BROKEN} <= all_rules().keys()
    assert all(entry.text.endswith(".") for entry in BROKEN)
    assert len(BROKEN) == len({entry.name for entry in BROKEN})
    assert 110 <= len(BROKEN)


def test_each_rule_is_broken_by_one() -> None:
    """What no broken backend tries is not known to be proved."""
    assert [] == sorted(all_rules().keys() - _RULES)


@pytest.mark.parametrize("entry", BROKEN, ids=[entry.name for entry in BROKEN])
def test_each_is_a_backend(entry: Broken) -> None:
    """One that can be made as the correct one is."""
    broken = entry.over(HttpxHTTPBackend)
    assert issubclass(broken, HTTPBackend)
    backend = broken()
    assert HttpxHTTPBackend.capabilities == backend.capabilities
    backend.close()
