"""The parameters of calls and operations: a model in a query is its fields, as it is when it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pydantic import PlainSerializer
from pydantic_core import PydanticSerializationError, to_jsonable_python

from clientele.api import Cursor, EndpointDeclaration, EndpointParameter, Offset, PageNumber, Query
from clientele_scaffold.drift.comparing import Comparison
from clientele_scaffold.drift.declared_types import ANYTHING, DeclaredTypes
from clientele_scaffold.drift.differences import Spot
from clientele_scaffold.drift.limits import default_of
from clientele_scaffold.drift.paths import path_shape
from clientele_scaffold.drift.sent import Key, Sent, key_of
from clientele_scaffold.drift.shapes import Shape, Shapes
from clientele_scaffold.reading.description import Operation, Parameter, Schema

SPREAD = "form exploded"
"""The style in which an object is sent as its fields."""


class SentParameters:
    """Makes the parameters of calls and operations."""

    def __init__(self, comparison: Comparison, types: DeclaredTypes) -> None:
        self._comparison = comparison
        self._types = types

    def declared(self, call: EndpointDeclaration, operation: Operation, spot: Spot) -> dict[Key, Sent]:
        """Those of a call, whose places in the path are called as those of the operation are."""
        ours, theirs = (path_shape(path).names for path in (call.template, operation.path))
        names = dict(zip(ours, theirs, strict=False))
        found: dict[Key, Sent] = {}
        for parameter in call.parameters:
            if parameter.place in {"path", "query", "header"} and parameter.sent_as is not None:
                found |= self._declared(parameter, names.get(parameter.sent_as, parameter.sent_as), call, spot)
        paged = _paged_by(call)
        if paged and (key := key_of("query", paged)) not in found:  # It is sent with every page but the first.
            anything = Shapes((Shape(kind="any", schema=ANYTHING),))
            found[key] = Sent(anything, required=False, style="", spot=Spot(f"{spot.name}: query {paged}", call))
        return found

    def _declared(
        self, parameter: EndpointParameter, path_name: str, call: EndpointDeclaration, spot: Spot
    ) -> dict[Key, Sent]:
        shapes = self._comparison.declared(self._types.schema(parameter.annotation, "serialization"))
        name = path_name if parameter.place == "path" else parameter.sent_as or parameter.name
        at = Spot(f"{spot.name}: {parameter.place} {name}", call, parameter.name)
        default = _default(parameter)
        sent = Sent(shapes, parameter.required, _declared_style(parameter), at, default=default)
        place = "cookie" if key_of(parameter.place, name) == ("header", "cookie") else parameter.place
        if place in {"query", "cookie"} and (spread := dict(self._spread(sent, place, declared=True))):
            return spread
        return {key_of(parameter.place, name): sent}

    def described(self, operation: Operation, spot: Spot) -> dict[Key, Sent]:
        """Those of an operation."""
        found: dict[Key, Sent] = {}
        for parameter in operation.parameters:
            at = Spot(f"{spot.name}: {parameter.place} {parameter.name}", spot.owner)
            default = default_of(parameter.schema, self._comparison.resolve(parameter.schema))
            sent = Sent(self._shapes(parameter), parameter.required, _style(parameter), at, parameter.pointer, default)
            key = key_of(parameter.place, parameter.name)
            if parameter.style == "deepObject" and any(member.kind == "array" for member in sent.shapes.members):
                # OpenAPI has no such lists; this is how most servers read them.
                key, sent = (parameter.place, f"{parameter.name}[]"), replace(sent, style="")
            spread = dict(self._spread(sent, "query", declared=False)) if parameter.place == "query" else {}
            found |= spread or {key: sent}
        return found

    def _shapes(self, parameter: Parameter) -> Shapes:
        """What a parameter may be; how a list of objects is written in a query OpenAPI doesn't say, so it is text."""
        shapes = self._comparison.described(parameter.schema)
        if parameter.media_type:
            return shapes
        return Shapes(tuple(map(self._written, shapes.members)), shapes.nullable)

    def _written(self, member: Shape) -> Shape:
        items = () if member.items is None else self._comparison.described(member.items).members
        if member.items is None or not any(item.kind == "object" for item in items):
            return member
        return replace(member, items=Schema(pointer=member.items.pointer, types=("string",)))

    def _spread(self, sent: Sent, place: str, *, declared: bool) -> Iterator[tuple[Key, Sent]]:
        """The fields of an object that is sent as these."""
        members = sent.shapes.members
        if (place == "query" and sent.style != SPREAD) or len(members) != 1 or members[0].kind != "object":
            return
        side = self._comparison.declared if declared else self._comparison.described
        owner = self._types.class_of(members[0].schema) if declared else None
        for name, schema in members[0].fields.items():
            shown = f"{sent.spot.name.rpartition(': ')[0]}: {place} {name}"
            spot = Spot(shown, sent.spot.owner, sent.spot.member) if owner is None else Spot(shown, owner, name)
            required = sent.required and name in members[0].required
            pointer = schema.pointer if sent.pointer else ""
            yield key_of(place, name), Sent(side(schema), required, sent.style, spot, pointer)


def _default(parameter: EndpointParameter) -> Any:
    """The default as JSON has it; None if JSON has nothing like it."""
    try:
        return to_jsonable_python(parameter.default)
    except PydanticSerializationError:
        return None


def _paged_by(call: EndpointDeclaration) -> str:
    """The query value that the next page is asked for with, if it is one."""
    paging = call.pages
    is_query = isinstance(paging, Offset | PageNumber) or (isinstance(paging, Cursor) and paging.place == "query")
    return str(getattr(paging, "param", "")) if is_query else ""


def _declared_style(parameter: EndpointParameter) -> str:
    """The style; `""` if it is a function that says it."""
    marker = parameter.marker
    if any(isinstance(each, PlainSerializer) for each in getattr(parameter.annotation, "__metadata__", ())):
        return ""
    if not isinstance(marker, Query):
        return "simple"
    explode = marker.style in {"form", "deepObject"} if marker.explode is None else marker.explode
    return _named(marker.style, explode=explode)


def _style(parameter: Parameter) -> str:
    if parameter.media_type:
        return ""
    # A list in a header or a path is written the same, exploded or not.
    return _named(parameter.style, explode=parameter.explode and parameter.place == "query")


def _named(style: str, *, explode: bool) -> str:
    return f"{style} exploded" if explode else style
