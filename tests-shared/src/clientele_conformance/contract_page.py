"""The documentation page of the contract, written from the rules themselves.

```sh
python -m clientele_conformance.contract_page docs/reference/contract.md
```
"""

from __future__ import annotations

import sys
from pathlib import Path

from clientele_conformance.rules import GROUPS, Rule, all_rules

_HEAD = """\
# The contract

The rules that all backends follow, sync and async. Each rule has tests with its id in `clientele-conformance`. A
backend conforms if it follows all MUST rules; SHOULD rules are reported. The edition is the one in which the rule was
introduced. *How to* says what a backend usually does to follow the rule; see also [Write a
backend](../how-to/custom-backend.md) and [Recipes for backends](../how-to/backend-recipes.md). This page is generated
from the source of the tests.
"""


def contract_page() -> str:
    """The page, as Markdown."""
    sections = [_section(group, about) for group, about in GROUPS.items()]
    return "\n".join([_HEAD, *filter(None, sections)])


def _section(group: str, about: str) -> str:
    rules = [rule for rule in all_rules().values() if rule.group == group]
    if not rules:
        return ""
    rows = [_row(rule) for rule in rules]
    return "\n".join([f"## {about}", "", "| Rule | Text | Level | Edition |", "|---|---|---|---|", *rows, ""])


def _row(rule: Rule) -> str:
    text, cures = (words.replace("|", "\\|") for words in (rule.text, rule.cures))
    return f"| {rule.id} | {text}<br>*How to:* {cures} | {rule.level} | {rule.edition} |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(contract_page(), encoding="utf-8")
