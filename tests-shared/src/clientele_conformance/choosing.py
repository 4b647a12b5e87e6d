"""Which tests of a suite run, and which of them may fail: capabilities, selections, known gaps, editions."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest

from clientele_conformance.editions import checked, why_provisional
from clientele_conformance.gaps import Gap, read_gaps
from clientele_conformance.integrity import Overridden
from clientele_conformance.rules import named_rules
from clientele_conformance.rules import rules_of as rules_in
from clientele_conformance.smoke import few_of_each_rule
from clientele_conformance.sockets import needs_a_socket
from clientele_conformance.subject import Mode
from clientele_conformance.suite.base import Suite
from clientele_conformance.systems import PRESENT

Proof: TypeAlias = pytest.Function | Overridden

GAP = "known gap: "
PROVISIONAL = "provisional: "

_SECONDS = 120
"""For a test that hangs: a backend that ignores a limit would wait for ever. The longest takes half a minute."""


def choose(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out of `items` what isn't to be run, and mark what may fail.

    Raises:
        pytest.UsageError: a selection names no rule, an edition isn't one, or a gap is about no test of its suite.
    """
    _take_out(config, items, {item for item in items if _cannot_run(item)})
    selected = _selected(config.getoption("--rules"))
    for suite, own in by_suite(items).items():
        kept = [item for item in own if not selected or selected.intersection(rules_of(item)) or not rules_of(item)]
        if config.getoption("--smoke"):
            few = few_of_each_rule((item, rules_of(item), mode_of(item)) for item in kept)
            kept = [item for item in kept if item in few]
        _take_out(config, items, {*own}.difference(kept))
        _limit(config, kept)
        if suite.known_gaps is not None:
            for gap in _gaps_in(suite.known_gaps):
                _apply(gap, own, suite)
        _apply_edition(edition_of(suite, config), own)


def by_suite(items: Sequence[pytest.Item]) -> Mapping[type[Suite], list[Proof]]:
    """The tests of each suite."""
    found: dict[type[Suite], list[Proof]] = {}
    for item in items:
        if isinstance(item, Proof) and (suite := suite_of(item)) is not None:
            found.setdefault(suite, []).append(item)
    return found


def edition_of(suite: type[Suite], config: pytest.Config) -> str:
    """The edition that the backend of `suite` is held to.

    Raises:
        pytest.UsageError: there is no such edition.
    """
    try:
        return checked(config.getoption("--conformance-edition") or suite.edition)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None


def suite_of(item: pytest.Item) -> type[Suite] | None:
    """The suite that a test belongs to, if it does."""
    cls: object = getattr(item, "cls", None)
    return cls if isinstance(cls, type) and issubclass(cls, Suite) else None


def rules_of(item: pytest.Item) -> tuple[str, ...]:
    """The ids of the rules that a test proves, with its parameters."""
    return rules_in(item.iter_markers("rule"), getattr(getattr(item, "callspec", None), "params", {}))


def mode_of(item: pytest.Item) -> Mode | None:
    """The mode in which a test runs, if it runs in one."""
    mode: Mode | None = getattr(getattr(item, "callspec", None), "params", {}).get("mode")
    return mode


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


def _cannot_run(item: pytest.Item) -> bool:
    return _has_no_parameters(item) or _lacks_a_socket(item) or _lacks_a_system(item)


def _has_no_parameters(item: pytest.Item) -> bool:
    """Whether pytest has made this item only to skip it, since a suite has generated no parameters for the test."""
    marker = item.get_closest_marker("skip")
    reason = "" if marker is None else str(marker.kwargs.get("reason", ""))
    return suite_of(item) is not None and "empty parameter set" in reason


def _lacks_a_socket(item: pytest.Item) -> bool:
    """Whether the test needs a socket, and the suite is about a backend that has none."""
    suite = suite_of(item)
    if suite is None or not suite.needs_no_socket or not isinstance(item, pytest.Function):
        return False
    return needs_a_socket(item.originalname, item.name, mode_of(item))


def _lacks_a_system(item: pytest.Item) -> bool:
    """Whether the test needs what this operating system doesn't have."""
    needed = [feature for marker in item.iter_markers("needs_system") for feature in marker.args]
    return suite_of(item) is not None and not all(PRESENT[feature] for feature in needed)


def _gaps_in(path: Path) -> list[Gap]:
    try:
        return read_gaps(path)
    except (OSError, ValueError) as error:
        raise pytest.UsageError(str(error)) from error


def _apply(gap: Gap, items: Sequence[Proof], suite: type[Suite]) -> None:
    covered = [item for item in items if gap.covers(rules_of(item), item.originalname, mode_of(item))]
    for item in covered:
        item.add_marker(pytest.mark.xfail(reason=f"{GAP}{gap.reason} ({gap.link})", strict=True))
    if not covered and not _has_test_for(gap, suite):
        raise pytest.UsageError(f"{suite.known_gaps}: the gap in {gap.rule} is about no test; take it out")


def _has_test_for(gap: Gap, suite: type[Suite]) -> bool:
    """Whether the suite has a test that `gap` is about, though it may not be among those that run now."""
    tests = {name: getattr(suite, name) for name in dir(suite) if name.startswith("test_")}
    marks = ((name, mark) for name, test in tests.items() for mark in getattr(test, "pytestmark", ()))
    return any(mark.name == "rule" and gap.covers(mark.args, name, gap.mode) for name, mark in marks)


def _apply_edition(edition: str, items: Iterable[Proof]) -> None:
    """Let what is provisional fail; where a known gap is, it comes first, and is as strict as everywhere."""
    for item in items:
        since = [marker.kwargs["since"] for marker in item.iter_markers("rule") if "since" in marker.kwargs]
        is_gap = any(str(marker.kwargs.get("reason")).startswith(GAP) for marker in item.iter_markers("xfail"))
        if not is_gap and (reason := why_provisional(rules_of(item), since, edition)):
            item.add_marker(pytest.mark.xfail(reason=f"{PROVISIONAL}{reason}", strict=False))
