"""Editions of the contract: an upgrade of the suite turns no run red as long as the edition stays the same.

A rule came with an edition, and so did a test that demands more of an older rule. What is later than the edition that a
backend is held to is provisional: it is run and reported, and fails nothing. So is a rule that only SHOULD hold.
"""

from __future__ import annotations

from collections.abc import Iterable

from clientele_conformance.rules import all_rules

CURRENT = "2026.1"
"""The edition that is meant if none is given."""


def editions() -> list[str]:
    """All that can be asked for, the oldest first: those that rules came with, and the current one."""
    return sorted({CURRENT, *(rule.edition for rule in all_rules().values())}, key=_order)


def checked(edition: str | None) -> str:
    """`edition`, or the current one.

    Raises:
        ValueError: there is no such edition; the message names those that there are.
    """
    if edition is not None and edition not in editions():
        raise ValueError(f"edition {edition!r}: no such edition; there are {', '.join(editions())}")
    return edition or CURRENT


def why_provisional(rule_ids: Iterable[str], since: Iterable[str], edition: str) -> str | None:
    """Why a test that proves these rules fails nothing in `edition`; None if it does.

    Args:
        rule_ids: what it proves; an id that is unknown binds.
        since: the editions that the test itself came with, if it came later than its rules.
        edition: the one that the backend is held to.
    """
    rules = [all_rules()[rule_id] for rule_id in rule_ids if rule_id in all_rules()]
    newest = max([edition, *since, *(rule.edition for rule in rules)], key=_order)
    if _order(newest) > _order(edition):
        return f"it comes into force with edition {newest}"
    if rules and all(rule.level == "SHOULD" for rule in rules):
        return "the rule says SHOULD"
    return None


def is_in_force(level: str, since: str, edition: str) -> bool:
    """Whether a rule of this level, which came with the edition `since`, is needed to conform to `edition`."""
    return level == "MUST" and _order(since) <= _order(edition)


def _order(edition: str) -> tuple[int, ...]:
    return tuple(map(int, edition.split(".")))
