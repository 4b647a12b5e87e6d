"""The page on drift: all that it shows happens as it says."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs/how-to/drift.md"
BLOCK = re.compile(r'^```(yaml|sh|diff|console|toml|python)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)


def test_the_transcript_is_what_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are written and changed, commands run, and what they print is compared, from the top to the end."""
    monkeypatch.chdir(tmp_path)
    compared = 0
    for kind, file, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if kind in {"yaml", "toml", "python"}:
            Path(file).write_text(text)
        elif kind == "diff":
            change(Path(file), text.splitlines())
        elif kind == "sh" and text.startswith("clientele "):
            run(shlex.split(text))
        elif kind == "console":
            command, _, printed = text.partition("\n")
            assert printed == run(shlex.split(command)[1:])
            compared += 1
    assert 3 == compared
    assert "1 passed" in run(["pytest", "-p", "no:randomly", "test_description.py"])


def run(command: list[str]) -> str:
    """Run a command as a process of its own, which imports what is there by then, and give what it prints."""
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", *command], check=False, capture_output=True, text=True, timeout=120
    ).stdout


def change(file: Path, lines: list[str]) -> None:
    """Apply a diff, whose place is where its old lines stand."""
    old, new = ("".join(f"{line[1:]}\n" for line in lines if line[:1] in {" ", sign}) for sign in "-+")
    text = file.read_text()
    assert 1 == text.count(old)
    file.write_text(text.replace(old, new))
