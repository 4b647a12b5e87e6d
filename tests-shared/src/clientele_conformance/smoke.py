"""`pytest --smoke`: of each rule the few tests that catch most, for where the whole contract would take too long.

The rules name them, under `smoke` in the folder `contract`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from clientele_conformance.naming import matches
from clientele_conformance.rules import all_rules


def few_of_each_rule(items: Iterable[tuple[pytest.Item, Sequence[str], str | None]]) -> set[pytest.Item]:
    """Of the tests of one suite, with their rules and modes: those to keep.

    Where a rule names none of the tests that there are, the first by name proves it. The same ones are kept in every
    order in which tests may run.
    """
    of_rule: dict[tuple[str, str | None], list[pytest.Item]] = {}
    for item, rules, mode in sorted(items, key=lambda each: each[0].nodeid):
        for rule_id in rules:
            of_rule.setdefault((rule_id, mode), []).append(item)
    return {item for (rule_id, mode), own in of_rule.items() for item in _few(rule_id, mode, own)}


def is_named(rule_id: str, test: str, mode: str | None) -> bool:
    """Whether a rule names the test among those of a smoke run."""
    return rule_id in all_rules() and any(matches(name, test, mode) for name in all_rules()[rule_id].smoke)


def _few(rule_id: str, mode: str | None, items: Sequence[pytest.Item]) -> Sequence[pytest.Item]:
    return [item for item in items if is_named(rule_id, item.name, mode)] or items[:1]
