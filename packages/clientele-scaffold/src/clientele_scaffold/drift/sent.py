"""What is sent under names: parameters, and the fields of forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from clientele_scaffold.drift.comparing import Comparison, need, with_need
from clientele_scaffold.drift.differences import At, Difference, Spot
from clientele_scaffold.drift.pairing import paired
from clientele_scaffold.drift.shapes import Shapes

Key: TypeAlias = tuple[str, str]
"""The place and the name under which something is sent; names of headers are in lower case."""
FILE = "file"
"""The style of a file, whose type says nothing of what is sent."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A name of one side, and what is sent under it.

    Attributes:
        shapes: what its values may be.
        required: whether it has to be sent.
        style: how lists and objects are written; `""` if it doesn't matter.
        spot: where it is declared; of what is described, where it would be.
        pointer: where it is described; `""` of what is declared.
        default: what is sent, or meant, if nothing is given, as JSON has it; None if nothing is said.
    """

    shapes: Shapes
    required: bool
    style: str
    spot: Spot
    pointer: str = ""
    default: Any = None


class Compared(NamedTuple):
    """The names of both sides, compared."""

    found: list[Difference]
    gone: dict[Key, Sent]
    missing: dict[Key, Sent]


def key_of(place: str, name: str) -> Key:
    """The key of a name."""
    return place, name.lower() if place == "header" else name


class SentComparison:
    """Compares what is sent with what is described."""

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison

    def compared(self, ours: Mapping[Key, Sent], theirs: Mapping[Key, Sent]) -> Compared:
        """What differs between names that both sides have, and those that one side has alone."""
        pairs = paired(ours, theirs, lambda mine, other: not self._one(ours[mine], theirs[other]))
        found = [each for key in pairs.both for each in self._one(ours[key], theirs[key])]
        if pairs.renamed:
            mine, other = pairs.renamed
            at = At(ours[mine].spot, theirs[other].pointer, sent=True)
            found.append(at.differ("name", repr(mine[1]), repr(other[1])))
        return Compared(found, {key: ours[key] for key in pairs.gone}, {key: theirs[key] for key in pairs.missing})

    def alone(self, gone: Mapping[Key, Sent], missing: Mapping[Key, Sent], pointer: str) -> Iterator[Difference]:
        """The differences that names of one side are; those that are gone would be described at `pointer`."""
        for sent in gone.values():
            shown = FILE if sent.style == FILE else self._comparison.shown_declared(sent.shapes)
            yield At(sent.spot, pointer, sent=True).differ("gone", shown, "nothing")
        for sent in missing.values():
            shown = with_need(self._comparison.shown_described(sent.shapes), required=sent.required)
            yield At(sent.spot, sent.pointer, sent=True).differ("missing", "nothing", shown)

    def _one(self, ours: Sent, theirs: Sent) -> list[Difference]:
        at = At(ours.spot, theirs.pointer, sent=True)
        found = self._types(ours, theirs, at)
        if ours.required != theirs.required:
            found = [*found, at.differ("required", *map(need, (ours.required, theirs.required)))]
        if not found and ours.style != theirs.style and _have_style(ours, theirs):
            found = [at.differ("style", ours.style, theirs.style)]
        return [*found, *self._comparison.defaults(ours.default, theirs.default, at)]

    def _types(self, ours: Sent, theirs: Sent, at: At) -> list[Difference]:
        if ours.style != FILE:
            return self._comparison.shapes(ours.shapes, theirs.shapes, at, nulls=False)  # None is left out.
        if self._may_be_file(theirs.shapes):
            return []
        return [at.differ("type", FILE, self._comparison.shown_described(theirs.shapes))]

    def _may_be_file(self, shapes: Shapes) -> bool:
        for member in shapes.members:
            items = None if member.items is None else self._comparison.described(member.items)
            if member.kind == "any" or member.format == "binary" or (items and self._may_be_file(items)):
                return True
        return False


def _have_style(ours: Sent, theirs: Sent) -> bool:
    """Whether both are lists or objects, and it is known how they are written."""
    is_whole = any(member.kind in {"array", "object"} for member in theirs.shapes.members)
    return bool(ours.style and theirs.style) and is_whole
