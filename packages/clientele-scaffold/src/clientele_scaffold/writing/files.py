"""Puts files where nothing is yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clientele_scaffold.writing.formatting import formatted
from clientele_scaffold.writing.guard import check_source


@dataclass(frozen=True, slots=True)
class Written:
    """What came of it.

    Attributes:
        lines: the lines of each file that was written, by path.
        left: the files that were there already, and are as they were.
    """

    lines: dict[str, int]
    left: list[str]


def write(files: dict[str, str], package: str, folder: Path) -> Written:
    """Write sources below a folder, formatted; a file that is there is left.

    Raises:
        UnsafeSourceError: a source has something that no written module has; nothing is written then.
        OSError: a file can't be written.
        subprocess.CalledProcessError: ruff can't format a source.
    """
    for path, text in files.items():
        if path.endswith(".py"):
            check_source(text, path, package)
    lines: dict[str, int] = {}
    left: list[str] = []
    # The package comes first: ruff puts its imports in order by what is there.
    for path in sorted(files, key=lambda path: (not path.startswith(f"{package}/"), path)):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        text = formatted(files[path], path, folder) if path.endswith(".py") else files[path]
        try:
            with (folder / path).open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except FileExistsError:
            left.append(path)
        else:
            lines[path] = text.count("\n")
    return Written(lines, left)
