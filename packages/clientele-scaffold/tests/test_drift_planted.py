"""A client from `clientele new` has no drift; after one change of the description, drift reports only this change."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

import pytest

from clientele.commands.main import main
from clientele_scaffold.drift.finding import find_drift
from planting import wrongly_reported
from tricky import tricky

STYLES = {"functions": [], "class": ["--class"], "async class": ["--class", "--async"]}
numbers = count()


@pytest.mark.parametrize(
    "style", ["functions", *(pytest.param(style, marks=pytest.mark.whole) for style in ("class", "async class"))]
)
def test_drift_reports_exactly_each_planted_change(style: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    document, file = tricky(), tmp_path / "openapi.json"
    file.write_text(json.dumps(document))
    package = f"clientele_test_planted_{next(numbers)}"
    assert 0 == main(["new", package, "--from", str(file), "--output", str(tmp_path), *STYLES[style]])
    assert [] == find_drift(package, str(file)).drift
    assert (17, {}) == wrongly_reported(package, document, file)
