"""Real descriptions, and those of servers: what is written of them has no drift, and each planted change is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clientele_scaffold.drift.finding import find_drift
from clientele_scaffold.reading import parse_description
from clientele_scaffold.writing.files import write
from clientele_scaffold.writing.package import package_for
from planting import wrongly_reported
from test_descriptions import CASES, STYLES, document

pytestmark = pytest.mark.whole

FEWEST = 10


@pytest.mark.parametrize(("name", "style"), CASES)
def test_drift_is_empty_and_then_exactly_what_was_planted(
    name: str, style: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One change after the other."""
    monkeypatch.syspath_prepend(str(tmp_path))
    said, package, file = document(name), f"planted_{name}_{style}", tmp_path / "openapi.json"
    write(package_for(parse_description(said), package, STYLES[style], []).files, package, tmp_path)
    file.write_text(json.dumps(said), encoding="utf-8")
    assert [] == find_drift(package, str(file)).drift
    tried, wrong = wrongly_reported(package, said, file)
    assert {} == wrong
    assert tried >= FEWEST
    print(f"| {name} | {style} | {tried} |")  # noqa: T201
