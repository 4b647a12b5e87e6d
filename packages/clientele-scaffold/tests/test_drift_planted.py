"""What `clientele new` has written has no drift, and after each planted change exactly that one."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from clientele.commands.main import main
from clientele_scaffold.drift.finding import find_drift
from clientele_scaffold.drift.pairing import plain
from clientele_scaffold.reading.loading import load
from clientele_scaffold.reading.parsing import parse
from planting import planted
from tricky import tricky

HERE = Path(__file__).parent
STYLES = {"functions": [], "class": ["--class"], "async class": ["--class", "--async"]}
FEWEST = 10
numbers = count()


def documents() -> dict[str, dict[str, Any]]:
    files = sorted((HERE / "descriptions").glob("*"))
    return {"tricky": tricky(), **{file.stem: parse(str(file), load(str(file))) for file in files}}


DOCUMENTS = documents()


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_drift_is_empty_and_then_exactly_what_was_planted(
    name: str, style: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what it is called and by its kind; two calls of one operation differ at two lines."""
    monkeypatch.syspath_prepend(str(tmp_path))
    document, file = DOCUMENTS[name], tmp_path / "openapi.json"
    file.write_text(json.dumps(document))
    package = f"clientele_test_planted_{next(numbers)}"
    assert 0 == main(["new", package, "--from", str(file), "--output", str(tmp_path), *STYLES[style]])
    assert [] == find_drift(package, str(file)).drift
    wrong, tried = {}, 0
    for each in planted(document):
        file.write_text(json.dumps(each.document))
        found = find_drift(package, str(file)).drift
        tried += 1
        if len({(one.what, one.change) for one in found}) != 1 or len(found) != len({one.line for one in found}):
            wrong[each.name] = [one.title for one in found]
        elif found[0].change not in each.changes or plain(each.part) not in plain(found[0].what):
            wrong[each.name] = [found[0].title]
    assert {} == wrong
    assert tried >= FEWEST
