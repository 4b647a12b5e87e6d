"""How the audit of dependencies ends."""

from __future__ import annotations

import json
from typing import Any

import pytest

from audit_check import CLEAN, FAULTY, NOT_KNOWN, judged

GOOD = {"name": "idna", "version": "3.20", "vulns": []}
BAD = {"name": "h11", "version": "0.14", "vulns": [{"id": "CVE-2025-43859", "fix_versions": ["0.16.0"]}]}
OURS = {"name": "clientele-core", "skip_reason": "distribution marked as editable"}
UNKNOWN = {"name": "attrs", "skip_reason": "Dependency not found on the index and could not be audited: attrs (26.1)"}


@pytest.mark.parametrize(
    ("dependencies", "code", "said"),
    [
        ([GOOD, OURS], CLEAN, "1 dependencies, and no known fault"),
        ([GOOD, BAD, UNKNOWN], FAULTY, "h11 0.14: CVE-2025-43859, fixed in 0.16.0"),
        ([GOOD, UNKNOWN, OURS], NOT_KNOWN, "no advisories for 1 of 2 dependencies (attrs"),
        ([OURS], NOT_KNOWN, "no advisories for 0 of 0 dependencies"),
    ],
)
def test_only_what_was_looked_up_is_clean(dependencies: list[dict[str, Any]], code: int, said: str) -> None:
    """A fault fails the check; so does, with a code of its own, a dependency that nothing is known of."""
    ended, message = judged(json.dumps({"dependencies": dependencies, "fixes": []}))
    assert ended == code
    assert said in message


def test_no_answer_is_not_a_clean_one() -> None:
    """pip-audit writes no report if it can't connect."""
    assert judged("")[0] == NOT_KNOWN
