"""Kinds of values as a person reads them."""

from __future__ import annotations

import json
from collections.abc import Callable

from clientele.http.message.printable import excerpt
from clientele_scaffold.drift.shapes import Resolver, Shape, Shapes, shapes_of
from clientele_scaffold.reading.description import Schema

_MOST_VALUES = 12
_DEPTH = 3


class Shower:
    """Shows what the schemas of one side say.

    Args:
        resolver: where its references lead.
        name_of: what a schema is called, or `""`.
    """

    def __init__(self, resolver: Resolver, name_of: Callable[[Schema], str]) -> None:
        self._resolver = resolver
        self.name_of = name_of

    def shapes(self, shapes: Shapes, depth: int = 0) -> str:
        """All kinds of values, such as `integer or null`."""
        shown = dict.fromkeys(self._shape(member, depth) for member in shapes.members)
        return " or ".join([*shown, *(["null"] if shapes.nullable else [])]) if shown else "nothing"

    def _shape(self, shape: Shape, depth: int) -> str:
        if shape.kind == "any":
            return "anything"
        if name := self.name_of(shape.schema):
            return name
        if shape.enum is not None:
            return shown_values(shape.enum)
        if shape.format:
            return f"{shape.kind} ({excerpt(shape.format)})"
        part = shape.items or shape.additional
        if part is None or depth == _DEPTH:
            return shape.kind
        return f"{shape.kind} of {self.shapes(shapes_of(part, self._resolver), depth + 1)}"


def shown_values(values: tuple[object, ...]) -> str:
    """The values of an enum, all of them if they are few."""
    shown = [excerpt(json.dumps(value)) for value in values[:_MOST_VALUES]]
    return ", ".join([*shown, *([f"and {len(values) - _MOST_VALUES} more"] if len(values) > _MOST_VALUES else [])])
