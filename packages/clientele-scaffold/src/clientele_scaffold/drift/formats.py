"""Which formats and kinds of values mean the same to a declaration."""

from __future__ import annotations

from clientele_scaffold.drift.shapes import Shape
from clientele_scaffold.writing.limits import FORMATS

_SAME = {f"uuid{version}": "uuid" for version in range(1, 9)}
_DECIMAL = "decimal"


def is_same_kind(declared: Shape, described: Shape) -> bool:
    """Whether the kinds may be compared further; a Decimal may be text or a number."""
    if declared.format == _DECIMAL:
        return described.kind in {"string", "number", "integer"}
    return declared.kind == described.kind


def is_same_format(declared: Shape, described: Shape) -> bool:
    """Whether the formats of two kinds of values are the same to a declaration."""
    return declared.format == _DECIMAL or _meaning(declared.format) == _meaning(described.format)


def _meaning(name: str) -> str:
    """The format, if there is a type for it."""
    meant = _SAME.get(name, name)
    return meant if meant in FORMATS else ""
