"""`pytest --smoke`: one test for each rule, in each mode, for where the whole contract would take too long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest


def one_of_each_rule(items: Iterable[tuple[pytest.Item, Sequence[str], str | None]]) -> set[pytest.Item]:
    """Of the tests of one suite, with their rules and modes: those to keep.

    The first by name proves a rule; the same ones are kept in every order in which tests may run.
    """
    kept: dict[tuple[str, str | None], pytest.Item] = {}
    for item, rules, mode in sorted(items, key=lambda each: each[0].nodeid):
        for rule in rules:
            kept.setdefault((rule, mode), item)
    return set(kept.values())
