"""The tests of a suite as pytest has them: whose they are, what they prove, and which of them can run here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import pytest

from clientele_conformance.integrity import Overridden
from clientele_conformance.rules import rules_of as rules_in
from clientele_conformance.sockets import needs_a_socket
from clientele_conformance.subject import Mode
from clientele_conformance.suite.base import Suite
from clientele_conformance.systems import PRESENT

Proof: TypeAlias = pytest.Function | Overridden

_COLLECTED = pytest.StashKey[dict[type[Suite], list[Proof]]]()
_RULES = pytest.StashKey[tuple[str, ...]]()


def note_collected(collector: pytest.Collector, report: pytest.CollectReport) -> None:
    """Keep all tests of a suite that has just been collected, before a selection leaves some out."""
    if report.passed and isinstance(collector, pytest.Class):
        items = [item for item in report.result if isinstance(item, pytest.Item)]
        collector.config.stash.setdefault(_COLLECTED, {}).update(by_suite(items))


def all_of(suite: type[Suite], config: pytest.Config) -> list[Proof]:
    """All tests of `suite`, also those that aren't selected or can't run."""
    return config.stash.get(_COLLECTED, {}).get(suite, [])


def by_suite(items: Sequence[pytest.Item]) -> Mapping[type[Suite], list[Proof]]:
    """The tests of each suite."""
    found: dict[type[Suite], list[Proof]] = {}
    for item in items:
        if isinstance(item, Proof) and (suite := suite_of(item)) is not None:
            found.setdefault(suite, []).append(item)
    return found


def suite_of(item: pytest.Item) -> type[Suite] | None:
    """The suite that a test belongs to, if it does."""
    cls: object = getattr(item.parent, "obj", None)
    return cls if isinstance(cls, type) and issubclass(cls, Suite) else None


def rules_of(item: pytest.Item) -> tuple[str, ...]:
    """The ids of the rules that a test proves, with its parameters."""
    if _RULES not in item.stash:
        params = getattr(getattr(item, "callspec", None), "params", {})
        item.stash[_RULES] = rules_in(item.iter_markers("rule"), params)
    return item.stash[_RULES]


def mode_of(item: pytest.Item) -> Mode | None:
    """The mode in which a test runs, if it runs in one."""
    mode: Mode | None = getattr(getattr(item, "callspec", None), "params", {}).get("mode")
    return mode


def is_reported(item: Proof) -> bool:
    """Whether reports have the result of a test: it proves a rule, or stands where a test was overridden."""
    return isinstance(item, Overridden) or bool(rules_of(item))


def can_run(item: pytest.Item) -> bool:
    """Whether the backend and the system have what a test needs."""
    suite = suite_of(item)
    if suite is None:
        return True
    lacks = _has_no_parameters(item) or _lacks_a_capability(item, suite) or _lacks_a_socket(item, suite)
    return not (lacks or _lacks_a_system(item))


def _has_no_parameters(item: pytest.Item) -> bool:
    """Whether pytest has made this item only to skip it, since a suite has generated no parameters for the test."""
    marker = item.get_closest_marker("skip")
    reason = "" if marker is None else str(marker.kwargs.get("reason", ""))
    return "empty parameter set" in reason


def _lacks_a_capability(item: pytest.Item, suite: type[Suite]) -> bool:
    """Whether the test, or its parameters, needs what its backend doesn't declare."""
    needed = {capability for marker in item.iter_markers("needs") for capability in marker.args}
    return not needed <= suite.backend_class.capabilities


def _lacks_a_socket(item: pytest.Item, suite: type[Suite]) -> bool:
    """Whether the test needs a socket, and the suite is about a backend that has none."""
    if not suite.needs_no_socket or not isinstance(item, pytest.Function):
        return False
    return needs_a_socket(item.originalname, item.name, mode_of(item))


def _lacks_a_system(item: pytest.Item) -> bool:
    """Whether the test needs what this operating system doesn't have."""
    needed = [feature for marker in item.iter_markers("needs_system") for feature in marker.args]
    return not all(PRESENT[feature] for feature in needed)
