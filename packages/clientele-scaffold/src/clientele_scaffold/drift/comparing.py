"""What differs between a declared type and a schema of a description: each difference once, where it begins."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from clientele_scaffold.drift.declared_types import ANYTHING, DeclaredTypes
from clientele_scaffold.drift.differences import At, Change, Difference, Spot
from clientele_scaffold.drift.discriminators import discriminated
from clientele_scaffold.drift.formats import is_same_format, is_same_kind
from clientele_scaffold.drift.limits import default_of, limits_of, shown_limits
from clientele_scaffold.drift.members import definer_of
from clientele_scaffold.drift.pairing import paired
from clientele_scaffold.drift.shapes import Shape, Shapes, shapes_of
from clientele_scaffold.drift.showing import Shower, shown_values
from clientele_scaffold.reading.description import Description, Schema
from clientele_scaffold.writing.names import plain

_COMPONENTS = "#/components/schemas/"


class Comparison:
    """Compares types with schemas.

    Args:
        types: the declared types.
        description: the description.
    """

    def __init__(self, types: DeclaredTypes, description: Description) -> None:
        self._types = types
        self._description = description
        self._declared = Shower(types, lambda schema: getattr(types.class_of(schema), "__name__", ""))
        self._described = Shower(description, _component)
        self._discriminated = discriminated(description)
        self._names = {plain(name): schema.pointer for name, schema in description.schemas.items()}
        self._known: dict[tuple[str, str, bool], list[Difference]] = {}

    def schemas(self, declared: Schema, described: Schema, at: At) -> list[Difference]:
        """What differs between two schemas."""
        return self.shapes(self.declared(declared), self.described(described), at)

    def declared(self, schema: Schema) -> Shapes:
        """The kinds of values of a declared type."""
        return shapes_of(schema, self._types)

    def resolve(self, schema: Schema) -> Schema:
        """A schema of the description, or what it refers to."""
        return self._description.resolve(schema)

    def described(self, schema: Schema) -> Shapes:
        """The kinds of values of a schema of the description."""
        return shapes_of(schema, self._description)

    def shapes(self, declared: Shapes, described: Shapes, at: At, *, nulls: bool = True) -> list[Difference]:
        """What differs between the kinds of values of two schemas.

        Args:
            declared: those that are declared; of anything there is no difference.
            described: those that are described.
            at: where they are.
            nulls: whether it matters that null is one of them.
        """
        if declared.is_any:
            return []
        found = None if described.is_any else self._members(declared, described, at)
        if found is None:
            at = self._home(declared, described, at)
            return [at.differ("type", self.shown_declared(declared), self.shown_described(described))]
        if nulls and declared.nullable != described.nullable:
            shown = self.shown_declared(declared), self.shown_described(described)
            return [*found, at.differ("nullable", *shown)]
        return found

    def shown_declared(self, shapes: Shapes) -> str:
        """Kinds of values of a declared type, for a reader."""
        return self._declared.shapes(shapes)

    def shown_described(self, shapes: Shapes) -> str:
        """Kinds of values of the description, for a reader."""
        return self._described.shapes(shapes)

    def _differ(self, change: Change, declared: Shape, described: Shape, at: At) -> Difference:
        return at.differ(change, self.shown_declared(Shapes((declared,))), self.shown_described(Shapes((described,))))

    def _members(self, declared: Shapes, described: Shapes, at: At) -> list[Difference] | None:
        """Each member of a union is compared with the one that it differs from least; None if one has no other."""
        found: list[Difference] = []
        left = list(described.members)
        for member in declared.members:
            compared = [(self._member(member, other, at), other) for other in left if is_same_kind(member, other)]
            if not compared:
                return None
            differences, other = min(compared, key=lambda each: len(each[0]))
            left.remove(other)
            found += differences
        return None if left else found

    def _home(self, declared: Shapes, described: Shapes, at: At) -> At:
        """Where two types of one name are defined, which differ there once, however often they are used."""
        if len(declared.members) != 1 or len(described.members) != 1:
            return at
        schema = described.members[0].schema
        home = self._types.home_of(declared.members[0].schema)
        if home is None or plain(home.__name__) != plain(_component(schema)):
            return at
        return replace(at, spot=Spot(home.__name__, home), pointer=schema.pointer)

    def _member(self, declared: Shape, described: Shape, at: At) -> list[Difference]:
        if declared.kind == "object":
            return self._object(declared, described, at)
        owner = self._types.class_of(declared.schema)
        if owner is not None:
            at = replace(at, spot=Spot(owner.__name__, owner), pointer=described.schema.pointer)
        else:
            at = self._home(Shapes((declared,)), Shapes((described,)), at)
        if declared.kind == "array":
            items = declared.items or ANYTHING, described.items or replace(ANYTHING, pointer=described.schema.pointer)
            found = self.schemas(*items, replace(at, spot=at.spot.within("[]"), pointer=items[1].pointer))
            return [*found, *self._limits(declared, described, at)]
        is_open = declared.kind == "number" and declared.enum is None  # No Literal has floats.
        if not is_open and _values(declared) != _values(described):
            shown = [
                f"any {each.kind}" if each.enum is None else shown_values(each.enum) for each in (declared, described)
            ]
            return [replace(at, pointer=described.schema.pointer).differ("enum", *shown)]
        if declared.enum is None and not is_same_format(declared, described):
            return [self._differ("format", declared, described, at)]
        return self._limits(declared, described, at)

    def _limits(self, declared: Shape, described: Shape, at: At) -> list[Difference]:
        """What differs between limits, where any are declared: all other values are checked by the server only."""
        ours, theirs = limits_of(declared), limits_of(described)
        # The types of URLs and of tuples have limits of their own.
        is_limited = bool(described.schema.prefix_items) or declared.format.endswith("uri")
        if not ours or ours == theirs or declared.enum is not None or is_limited:
            return []
        at = replace(at, pointer=described.schema.pointer)
        return [at.differ("limits", shown_limits(ours), shown_limits(theirs))]

    def defaults(self, declared: Any, described: Any, at: At) -> list[Difference]:
        """What differs between defaults, where both sides have one."""
        if declared is None or described is None or declared == described:
            return []
        return [at.differ("default", *(shown_values((each,)) for each in (declared, described)))]

    def _object(self, declared: Shape, described: Shape, at: At) -> list[Difference]:
        key = declared.schema.pointer, described.schema.pointer, at.sent
        if key not in self._known:
            self._known[key] = []  # For types within themselves: what differs is found where they begin.
            self._known[key] = self._objects(declared, described, at)
        return self._known[key]

    def _objects(self, declared: Shape, described: Shape, at: At) -> list[Difference]:
        owner = self._types.class_of(declared.schema)
        if owner is None and not (declared.fields or declared.additional):
            return []  # A dict of anything.
        if _is_of_another_sort(declared, described):
            return [self._differ("type", declared, described, at)]
        inside = at if owner is None else replace(at, spot=Spot(owner.__name__, owner))
        found = self._fields(declared, described, inside)
        if declared.additional and described.additional:
            others = replace(inside, spot=inside.spot.within("{}"), pointer=described.additional.pointer)
            found += self.schemas(declared.additional, described.additional, others)
        if found and self._is_another(declared, described):
            return [self._differ("type", declared, described, at)]
        return found

    def _is_another(self, declared: Shape, described: Shape) -> bool:
        """Whether two objects that differ have different names, both of which the description has."""
        names = [plain(self._declared.name_of(declared.schema)), plain(self._described.name_of(described.schema))]
        return names[0] != names[1] and self._names.keys() >= set(names)

    def _fields(self, declared: Shape, described: Shape, at: At) -> list[Difference]:
        theirs, named = described.fields, described.required
        ours = {
            name: schema
            for name, schema in declared.fields.items()
            # What is required, and nothing is said of, is anything.
            if not self._is_computed(schema, at) and (name in theirs or name not in named)
        }
        pairs = paired(
            ours,
            [name for name, schema in theirs.items() if name in ours or not self._is_hidden(schema, at)],
            lambda gone, missing: not self._field(declared, described, (gone, missing), at),
        )
        found = [each for name in pairs.both for each in self._field(declared, described, (name, name), at)]
        if pairs.renamed:
            gone, missing = pairs.renamed
            inside = replace(at, spot=_field_spot(at.spot, gone), pointer=theirs[missing].pointer)
            found.append(inside.differ("name", repr(gone), repr(missing)))
        for name in pairs.gone:
            spot = _field_spot(at.spot, name)
            inherited = "" if spot.owner is at.spot.owner else self._component_of(spot.owner)
            inside = replace(at, spot=spot, pointer=inherited or described.schema.pointer)
            found.append(inside.differ("gone", self.shown_declared(self.declared(ours[name])), "nothing"))
        for name in pairs.missing:
            spot = self._spot_of_missing(at.spot, name, theirs[name])
            shown = with_need(self.shown_described(self.described(theirs[name])), required=name in described.required)
            found.append(replace(at, spot=spot, pointer=theirs[name].pointer).differ("missing", "nothing", shown))
        return found

    def _component_of(self, owner: object) -> str:
        """The pointer of the schema that has the name of a class."""
        return self._names.get(plain(getattr(owner, "__name__", "")), "")

    def _spot_of_missing(self, spot: Spot, name: str, described: Schema) -> Spot:
        """Where a field would be: in the class, or in the one that is called as what it is inherited from there."""
        bases = spot.owner.__mro__ if isinstance(spot.owner, type) else ()
        above = described.pointer.rpartition("/properties/")[0]
        owner = next((base for base in bases if above and self._component_of(base) == above), None)
        return _field_spot(spot if owner is None else Spot(owner.__name__, owner), name)

    def _field(self, declared: Shape, described: Shape, names: tuple[str, str], at: At) -> list[Difference]:
        """What differs between a declared field and a described one."""
        ours, theirs = declared.fields[names[0]], described.fields[names[1]]
        if (described.schema.pointer, names[1]) in self._discriminated:
            return []
        inside = replace(at, spot=_field_spot(at.spot, names[0]), pointer=theirs.pointer)
        required = names[0] in declared.required, names[1] in described.required
        found = self._shapes_of_field(ours, theirs, inside, required)
        if required[0] != required[1] and not self._is_hidden(theirs, at):
            found = [*found, inside.differ("required", *map(need, required))]
        resolved = self._types.resolve(ours), self._description.resolve(theirs)
        return [*found, *self.defaults(default_of(ours, resolved[0]), default_of(theirs, resolved[1]), inside)]

    def _shapes_of_field(self, ours: Schema, theirs: Schema, at: At, required: tuple[bool, bool]) -> list[Difference]:
        shapes = self.declared(ours), self.described(theirs)
        # A field that may be left out is mostly declared `X | None = None`, whether null may be sent or not.
        is_left_out = shapes[0].nullable and not required[0]
        return self.shapes(*shapes, at, nulls=not is_left_out)

    def _is_hidden(self, described: Schema, at: At) -> bool:
        """Whether a field is for the other direction only."""
        found = self._description.resolve(described)
        return any(each.read_only if at.sent else each.write_only for each in (described, found))

    def _is_computed(self, declared: Schema, at: At) -> bool:
        return at.sent and declared.read_only


def need(required: bool) -> str:  # noqa: FBT001 - it is what is shown
    """Whether something has to be there, for a reader."""
    return "required" if required else "optional"


def with_need(shown: str, *, required: bool) -> str:
    """A kind of value, and whether it has to be there."""
    return f"{shown}, {need(required)}"


def _field_spot(spot: Spot, name: str) -> Spot:
    if not isinstance(spot.owner, type):
        return spot.within(f".{name}")
    owner = definer_of(spot.owner, name)
    return Spot(f"{owner.__name__}.{name}", owner, name)


def _is_of_another_sort(declared: Shape, described: Shape) -> bool:
    """Whether one has fields, and the other has keys of any name."""
    if declared.fields:
        return not described.fields and len(declared.fields) > 1
    return declared.additional is not None and described.additional is None


def _values(shape: Shape) -> set[tuple[str, object]] | None:
    return None if shape.enum is None else {(type(value).__name__, value) for value in shape.enum}


def _component(schema: Schema) -> str:
    name = schema.pointer.removeprefix(_COMPONENTS)
    return "" if name == schema.pointer or "/" in name else name
