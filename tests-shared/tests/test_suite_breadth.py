"""Breadth before depth: a run that is cut short has tried each rule."""

from __future__ import annotations

import json

import pytest

pytest_plugins = ["pytester"]

SUITE = """
from clientele_conformance import BackendConformance
from clientele.http.fake import FakeHTTPBackend


def test_before():
    pass


class TestFake(BackendConformance):
    backend_class = FakeHTTPBackend


def test_after():
    pass
"""
RECORDER = """
import json
from pathlib import Path

import pytest
from clientele_conformance.proofs import mode_of, rules_of


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    items[1:-1] = sorted(items[1:-1], key=lambda item: hash(item.nodeid))


def pytest_collection_finish(session):
    found = [(item.name, [f"{rule} {mode_of(item)}" for rule in rules_of(item)]) for item in session.items]
    Path("order.json").write_text(json.dumps(found))
"""


@pytest.fixture
def order(pytester: pytest.Pytester) -> list[tuple[str, list[str]]]:
    """The tests of the whole contract that are to run, in another order each time, and the rules that they prove."""
    pytester.makepyfile(test_fake=SUITE)
    pytester.makeconftest(RECORDER)
    options = ("-q", "--collect-only", "-p", "no:randomly", "-o", "asyncio_default_fixture_loop_scope=function")
    done = pytester.runpytest_subprocess(*options, timeout=120)
    assert 0 == done.ret
    found: list[tuple[str, list[str]]] = json.loads((pytester.path / "order.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.whole
def test_each_rule_is_tried_before_any_is_tried_again(order: list[tuple[str, list[str]]]) -> None:
    """In each of its modes, however another plugin has shuffled the tests; those that are none of ours stay."""
    assert ["test_before", "test_after"] == [order[0][0], order[-1][0]]
    suite = [rules for _, rules in order[1:-1]]
    everything = {rule for rules in suite for rule in rules}
    assert 100 < len(everything)
    tried = set[str]()
    for number, rules in enumerate(suite):
        if tried == everything:
            assert number < len(suite) // 4
            return
        assert set(rules) - tried, f"{order[number + 1][0]} comes before {sorted(everything - tried)} were tried"
        tried |= set(rules)
