"""Differences that somebody has decided to live with, each with a reason."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clientele.http.message.printable import excerpt

_EXAMPLE = '[[ignore]]\nwhat = "GET /pets: query limit: missing"\nreason = "we always want all of them"'


class IgnoreError(ValueError):
    """A file of what is ignored can't be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A row of the file.

    Attributes:
        what: the difference as a report calls it; `*` stands for any text.
        reason: why it is ignored.
    """

    what: str
    reason: str

    def matches(self, title: str) -> bool:
        """Whether a difference of that title is meant."""
        return re.fullmatch(".*".join(map(re.escape, self.what.split("*"))), title, re.DOTALL) is not None


def read_ignored(file: Path) -> list[Ignored]:
    """The rows of a file, which is TOML.

    Raises:
        IgnoreError: it can't be read, or a row has no reason.
    """
    try:
        rows = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise IgnoreError(f"{file} can't be read: {excerpt(str(error))}") from error
    found = rows.get("ignore")
    if not isinstance(found, list) or set(rows) != {"ignore"}:
        raise IgnoreError(f"{file} has rows such as\n\n{_EXAMPLE}\n\nand nothing else")
    return [_row(row, number, file) for number, row in enumerate(found, 1)]


def _row(row: Any, number: int, file: Path) -> Ignored:
    where = f"{file}: row {number}"
    if not isinstance(row, dict) or set(row) - {"what", "reason"}:
        raise IgnoreError(f"{where} has `what` and `reason`, and nothing else")
    for name in ("what", "reason"):
        value = row.get(name)
        if not isinstance(value, str) or not value.strip():
            shown = f" ({excerpt(str(row['what']))})" if "what" in row else ""
            raise IgnoreError(f'{where}{shown} has no {name}; write {name} = "..."')
    return Ignored(row["what"], row["reason"])


def unused(rows: Sequence[Ignored], titles: Sequence[str]) -> list[Ignored]:
    """The rows that match none of `titles`."""
    return [row for row in rows if not any(map(row.matches, titles))]
