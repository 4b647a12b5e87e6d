"""Which tests of a suite run: those that the backend can run, of a selection, or of a smoke run."""

from __future__ import annotations

import os
from collections.abc import Iterable

import pytest

from clientele_conformance.editions import checked
from clientele_conformance.excuses import apply_edition, apply_gaps
from clientele_conformance.proofs import Proof, by_suite, can_run, mode_of, rules_of
from clientele_conformance.rules import named_rules
from clientele_conformance.smoke import few_of_each_rule
from clientele_conformance.suite.base import Suite

_SECONDS = 120
"""For a test that hangs: a backend that ignores a limit would wait for ever. The longest takes half a minute."""


def choose(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out of `items` what isn't to be run, and mark what may fail.

    Raises:
        pytest.UsageError: a selection names no rule, an edition isn't one, or a gap is about no test of its suite.
    """
    _take_out(config, items, {item for item in items if not can_run(item)})
    selected = _selected(config.getoption("--rules"))
    for suite, own in by_suite(items).items():
        kept = [item for item in own if not selected or selected.intersection(rules_of(item)) or not rules_of(item)]
        if config.getoption("--smoke"):
            few = few_of_each_rule((item, rules_of(item), mode_of(item)) for item in kept)
            kept = [item for item in kept if item in few]
        _take_out(config, items, {*own}.difference(kept))
        _limit(config, kept)
        apply_gaps(suite, config)
        apply_edition(edition_of(suite, config), own)


def edition_of(suite: type[Suite], config: pytest.Config) -> str:
    """The edition that the backend of `suite` is held to.

    Raises:
        pytest.UsageError: there is no such edition.
    """
    try:
        return checked(config.getoption("--conformance-edition") or suite.edition)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None


def _selected(names: str | None) -> set[str]:
    try:
        return named_rules(names or "")
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None


def _take_out(config: pytest.Config, items: list[pytest.Item], unwanted: Iterable[pytest.Item]) -> None:
    gone = set(unwanted)
    config.hook.pytest_deselected(items=[item for item in items if item in gone])
    items[:] = [item for item in items if item not in gone]


def _limit(config: pytest.Config, items: Iterable[Proof]) -> None:
    """End tests that hang, unless the user has said when to."""
    plugin = config.pluginmanager.hasplugin("timeout")
    if plugin and not (config.getoption("timeout") or config.getini("timeout") or os.environ.get("PYTEST_TIMEOUT")):
        for item in items:
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(_SECONDS))
