"""Sources as ruff formats them, by the settings of the folder that they are written to."""

from __future__ import annotations

import subprocess
from pathlib import Path

from ruff.__main__ import find_ruff_bin  # type: ignore[import-untyped]

SECONDS = 120


def formatted(source: str, path: str, folder: Path) -> str:
    """A source with its imports in order and without those that it doesn't use, and one Literal for several, formatted.

    Args:
        source: the source.
        path: where it is written to, below `folder`.
        folder: where ruff looks for settings, and for packages that are not another's.
    """
    checked = _ruff(["check", "--select", "I,F401,PYI030", "--fix", "--quiet", "--exit-zero"], source, path, folder)
    return _ruff(["format", "--quiet"], checked, path, folder)


def _ruff(arguments: list[str], source: str, path: str, folder: Path) -> str:
    done = subprocess.run(  # noqa: S603 - ruff, with arguments that are written here
        [find_ruff_bin(), *arguments, "--stdin-filename", path, "-"],
        cwd=folder,
        input=source,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=True,
    )
    return done.stdout
