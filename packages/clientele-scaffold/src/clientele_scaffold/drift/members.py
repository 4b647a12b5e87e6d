"""The fields of classes: what Python calls them, and which class of several defines them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import AliasChoices
from typing_extensions import Format, get_annotations


def names_of(owner: type, sent_as: str) -> frozenset[str]:
    """What Python calls the fields of a class that are sent under a name."""
    fields: dict[str, Any] = getattr(owner, "__pydantic_fields__", {})
    return frozenset(name for name, field in fields.items() if sent_as in _aliases(field)) or frozenset({sent_as})


def definer_of(owner: type, sent_as: str) -> type:
    """The class that defines a field of `owner`: itself, or one that it inherits from."""
    names = names_of(owner, sent_as)
    return next((base for base in owner.__mro__ if names & _annotations(base).keys()), owner)


def _annotations(owner: type) -> dict[str, Any]:
    return get_annotations(owner, format=Format.FORWARDREF)


def _aliases(field: Any) -> Iterator[object]:
    yield from (field.alias, field.serialization_alias, field.validation_alias)
    if isinstance(field.validation_alias, AliasChoices):
        yield from field.validation_alias.choices
