"""The page of the contract in the documentation."""

from __future__ import annotations

from pathlib import Path

from clientele_conformance.contract_page import contract_page
from clientele_conformance.rules import all_rules

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "contract.md"


def test_every_rule_is_on_the_page() -> None:
    """By its id and its text."""
    page = contract_page()
    assert all(f"| {rule.id} | {rule.text.replace('|', chr(92) + '|')} |" in page for rule in all_rules().values())


def test_the_page_in_the_documentation_is_the_one_of_these_rules() -> None:
    """Write it anew with `hatch run contract-page` when a rule changes."""
    assert contract_page() == PAGE.read_text(encoding="utf-8")
