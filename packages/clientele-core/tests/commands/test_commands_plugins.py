"""Commands that other distributions bring to `clientele`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from clientele.commands.main import main

GREETING = """
HELP = "greet"

def add_arguments(parser):
    parser.add_argument("--name")
    parser.set_defaults(run=run)

def run(given):
    print(f"hello {given.name}, {given.as_json}")
    return 3
"""


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution with a command that works, one that can't be imported, and one called as one of ours."""
    (tmp_path / "greeting_plugin.py").write_text(GREETING)
    folder = tmp_path / "greeting-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n")
    points = ["greet = greeting_plugin", "broken = no_such_module_at_all", "doctor = greeting_plugin"]
    (folder / "entry_points.txt").write_text("\n".join(["[clientele.commands]", *points]))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "greeting_plugin", raising=False)


def test_a_command_of_another_distribution_gets_its_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert 3 == main(["--json", "greet", "--name", "Ada"])
    assert "hello Ada, True\n" == capsys.readouterr().out


def test_the_help_lists_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "greet" in capsys.readouterr().out


def test_a_command_that_cannot_be_imported_says_so_when_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == main(["broken", "--name", "Ada"])
    assert "clientele broken: can't be imported: No module named 'no_such_module_at_all'" in capsys.readouterr().err


def test_no_command_takes_the_place_of_ours(capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor"])
    assert "hello" not in capsys.readouterr().out
