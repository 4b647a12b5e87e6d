"""Output: JSON for programs, columns for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from clientele.http.message.printable import printable


def print_json(value: Any) -> None:
    """Print `value` as JSON in ASCII, which is safe for every terminal."""
    print(json.dumps(value, indent=2).replace("\x7f", "\\u007f"))  # noqa: T201 - this is a command's output


def print_text(*lines: str) -> None:
    """Print lines of text, with escapes for line breaks, control characters, and characters that the terminal can't
    display.
    """
    encoding = sys.stdout.encoding or "utf-8"
    for line in lines:
        shown = printable(line).encode(encoding, "backslashreplace").decode(encoding)
        print(shown)  # noqa: T201 - this is a command's output


def print_columns(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns as wide as they need."""
    widths = [max(map(len, column)) for column in zip(heading, *rows, strict=True)]
    for row in (heading, *rows):
        print_text("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
