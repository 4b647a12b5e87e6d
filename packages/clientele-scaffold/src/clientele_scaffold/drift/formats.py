"""Which formats and kinds of values mean the same to a declaration."""

from __future__ import annotations

from clientele_scaffold.drift.shapes import Shape
from clientele_scaffold.writing.limits import FORMATS

_UUIDS = frozenset({"uuid", *(f"uuid{version}" for version in range(1, 9))})
_DECIMAL = "decimal"


def is_same_kind(declared: Shape, described: Shape) -> bool:
    """Whether the kinds may be compared further; a Decimal may be text or a number."""
    if declared.format == _DECIMAL:
        return described.kind in {"string", "number", "integer"}
    return declared.kind == described.kind


def is_same_format(declared: Shape, described: Shape) -> bool:
    """Whether the formats of two kinds of values are the same to a declaration."""
    if declared.kind != "string" or declared.format in {described.format, _DECIMAL}:
        return True
    if {declared.format, described.format} <= _UUIDS:
        return True
    return not {declared.format, described.format} & FORMATS.keys()  # Those that no type is for say nothing.
