"""Differences that are ignored, with the command and the pytest fixture."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml  # noqa: F401 - pytester forgets what a run imports first, and PyYAML's part in C can't be imported twice

from drifting import TEXT
from pets import WritePets, description, drift, written

pytest_plugins = ["pytester"]

TEST = """
def test_client(clientele_drift):
    clientele_drift("{name}", "openapi.json", ignore={ignore}, tags=["pets"])
"""


def test_ignored_differences_do_not_count(write_pets: WritePets, capsys: pytest.CaptureFixture[str]) -> None:
    """A row has the name that the report shows; `*` matches any text."""
    changed, name = description(), write_pets()
    changed["components"]["schemas"]["Named"]["properties"] |= {"a": TEXT, "b": TEXT}
    rows = '[[ignore]]\nwhat = "Named.*: missing"\nreason = "not ours"\n'
    Path("drift.toml").write_text(rows)
    assert 0 == drift(name, "--against", written(changed), "--ignore", "drift.toml")
    assert "0 differences, 2 ignored in 2 calls\n" == capsys.readouterr().out
    Path("drift.toml").write_text(rows + '[[ignore]]\nwhat = "Named.a: type"\nreason = "was text"\n')
    assert 1 == drift(name, "--against", written(changed), "--ignore", "drift.toml")
    assert "ignored, but not there: Named.a: type (was text)\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ('[[ignore]]\nwhat = "Pet.a: type"', 'drift.toml: row 1 (Pet.a: type) has no reason; write reason = "..."'),
        ('[[ignore]]\nwhat = "a"\nreason = " "', "row 1 (a) has no reason"),
        ('[[ignore]]\nreason = "b"', 'row 1 has no what; write what = "..."'),
        ('[[ignore]]\nwhat = "a"\nreason = "b"\nuntil = 2027', "row 1 has `what` and `reason`, and nothing else"),
        ('[ignore]\nwhat = "a"', "drift.toml has rows such as"),
        ("", "drift.toml has rows such as"),
        ("ignore = [", "drift.toml can't be read"),
    ],
)
def test_an_invalid_row_is_refused(
    write_pets: WritePets, capsys: pytest.CaptureFixture[str], rows: str, expected: str
) -> None:
    """The message says what to write instead."""
    Path("drift.toml").write_text(rows)
    assert 2 == drift(write_pets(), "--against", written(description()), "--ignore", "drift.toml")
    assert expected in capsys.readouterr().err


@pytest.mark.whole
def test_the_fixture_fails_a_test_on_drift(
    pytester: pytest.Pytester, write_pets: WritePets, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paths are relative to pytest's root directory."""
    name = write_pets()
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    Path(name).rename(pytester.path / name)
    monkeypatch.chdir(pytester.path)
    changed = description()
    changed["components"]["schemas"]["Named"]["properties"]["planted"] = TEXT
    (pytester.path / "openapi.json").write_text(json.dumps(changed))
    (pytester.path / "drift.toml").write_text('[[ignore]]\nwhat = "Named.planted: *"\nreason = "new"\n')
    tests = {"test_strict": None, "test_lax": "drift.toml"}
    pytester.makepyfile(**{each: TEST.format(name=name, ignore=repr(file)) for each, file in tests.items()})
    result = pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:hypothesispytest", "--strict-markers")
    result.assert_outcomes(passed=1, failed=1)
    expected = ["Named.planted: missing", f"*declared * {name}/models.py:12*", "*1 difference in 2 calls"]
    result.stdout.fnmatch_lines(expected)
