"""The order of the tests: each rule is tried once before any is tried again, for runs that are cut short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from clientele_conformance.proofs import Proof, by_suite, mode_of, rules_of
from clientele_conformance.rules import all_rules
from clientele_conformance.smoke import few_of_each_rule


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of each suite in order, in the places that they have among other tests.

    It comes last: another plugin may have shuffled them.
    """
    for own in by_suite(items).values():
        mine = set[pytest.Item](own)
        ordered = iter(breadth_first(own))
        items[:] = [next(ordered) if item in mine else item for item in items]


def breadth_first(items: Sequence[Proof]) -> list[Proof]:
    """One test for each rule and mode, in the order of the contract, then the others of a smoke run, then the rest."""
    few = few_of_each_rule((item, rules_of(item), mode_of(item)) for item in items)
    places = {rule_id: place for place, rule_id in enumerate(all_rules())}
    in_order = sorted(items, key=lambda item: [places.get(rule_id, -1) for rule_id in rules_of(item)])
    first = list(_one_for_each([item for item in in_order if item in few]))
    tried = {*first}
    rest = [item for item in items if item not in tried]
    return [*first, *sorted(rest, key=lambda item: item not in few)]


def _one_for_each(items: Sequence[Proof]) -> Iterator[Proof]:
    tried = set[tuple[str, str | None]]()
    for item in items:
        proved = {(rule_id, mode_of(item)) for rule_id in rules_of(item)}
        if proved - tried:
            tried |= proved
            yield item
