"""A difference between a declaration and a description, and where each side of it is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from typing_extensions import TypeAliasType

from clientele.api import EndpointDeclaration

Change: TypeAlias = Literal[
    "missing",
    "gone",
    "method",
    "path",
    "name",
    "place",
    "style",
    "required",
    "nullable",
    "type",
    "format",
    "enum",
    "limits",
    "default",
    "media type",
    "status",
]
"""What differs: `"missing"` is described and not declared, `"gone"` is declared and not described any more."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A part of what is declared.

    Attributes:
        name: how a report calls it: `Pet.name`, `GET /pets: query limit`.
        owner: the class, the alias or the call that it is written in; of an operation that isn't declared, a call
            beside which it would be, or None.
        member: the field or the parameter, or `""` for all of it.
    """

    name: str
    owner: type | TypeAliasType | EndpointDeclaration | None
    member: str = ""

    def within(self, suffix: str) -> Spot:
        """A part of this one that has no line of its own."""
        return replace(self, name=self.name + suffix)


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference.

    Attributes:
        spot: where it is declared, or would be.
        change: what differs.
        declared: what is declared.
        described: what the description says.
        pointer: where the description says so, or would.
        is_operation: whether a whole operation is missing or gone.
    """

    spot: Spot
    change: Change
    declared: str
    described: str
    pointer: str
    is_operation: bool = False


@dataclass(frozen=True, slots=True)
class At:
    """Where two types are compared.

    Attributes:
        spot: where the one is declared.
        pointer: where the other is described.
        sent: whether values are sent, not received: what is read-only doesn't matter then, else what is write-only.
    """

    spot: Spot
    pointer: str
    sent: bool

    def differ(self, change: Change, declared: str, described: str) -> Difference:
        """A difference here."""
        return Difference(self.spot, change, declared, described, self.pointer)
