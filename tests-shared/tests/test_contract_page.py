"""The page of the contract in the documentation."""

from __future__ import annotations

import re
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest

from clientele.http.backends import BackendSettings
from clientele.http.wire import WireRequest
from clientele_conformance.contract_page import contract_page
from clientele_conformance.rules import Rule, all_rules

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "reference" / "contract.md"
RECIPES = DOCS / "how-to" / "backend-recipes.md"


def test_every_rule_is_on_the_page() -> None:
    """By its id, its text and its cures."""
    page = contract_page()
    for rule in all_rules().values():
        text, cures = (words.replace("|", chr(92) + "|") for words in (rule.text, rule.cures))
        assert f"| {rule.id} | {text}<br>*How to:* {cures} | {rule.level} |" in page


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.id)
def test_every_rule_has_its_usual_cures(rule: Rule) -> None:
    """In a line or two of a terminal, which names only what there is."""
    assert 40 < len(rule.cures) < 280
    assert re.fullmatch(r"[A-Z][^\n]*\.", rule.cures)
    for name in re.findall(r"`(clientele[\w.]*)", rule.cures):
        module, _, attribute = name.rpartition(".")
        assert hasattr(import_module(module), attribute), name
    for option in re.findall(r"`(?:request|settings)\.(\w+)", rule.cures):
        assert {field.name for kind in (WireRequest, BackendSettings) for field in fields(kind)} >= {option}
    for page in re.findall(r"see ((?:[A-Z]\w+)(?: \w+)*?)[.:;]", rule.cures):
        assert f"# {page}\n" in RECIPES.read_text(encoding="utf-8")


def test_the_page_in_the_documentation_is_the_one_of_these_rules() -> None:
    """Write it anew with `hatch run contract-page` when a rule changes."""
    assert contract_page() == PAGE.read_text(encoding="utf-8")
