"""Output: JSON for programs, columns for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any


def print_json(value: Any) -> None:
    """Print `value` as JSON."""
    print(json.dumps(value, indent=2, ensure_ascii=False))  # noqa: T201 - this is a command's output


def print_text(*lines: str) -> None:
    """Print lines of text."""
    for line in lines:
        print(line)  # noqa: T201 - this is a command's output


def print_columns(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns as wide as they need."""
    widths = [max(map(len, column)) for column in zip(heading, *rows, strict=True)]
    for row in (heading, *rows):
        print_text("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
