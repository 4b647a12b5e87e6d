"""What `clientele new` has written has no drift, and after each planted change exactly that one."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

import pytest

from clientele.commands.main import main
from clientele_scaffold.drift.finding import find_drift
from planting import wrongly_told
from tricky import tricky

STYLES = {"functions": [], "class": ["--class"], "async class": ["--class", "--async"]}
numbers = count()


@pytest.mark.parametrize(
    "style", ["functions", *(pytest.param(style, marks=pytest.mark.whole) for style in ("class", "async class"))]
)
def test_drift_is_empty_and_then_exactly_what_was_planted(
    style: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever way the client is written."""
    monkeypatch.syspath_prepend(str(tmp_path))
    document, file = tricky(), tmp_path / "openapi.json"
    file.write_text(json.dumps(document))
    package = f"clientele_test_planted_{next(numbers)}"
    assert 0 == main(["new", package, "--from", str(file), "--output", str(tmp_path), *STYLES[style]])
    assert [] == find_drift(package, str(file)).drift
    assert (17, {}) == wrongly_told(package, document, file)
