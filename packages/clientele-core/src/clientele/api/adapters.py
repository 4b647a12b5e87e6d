"""Validators and serializers of types, complete or not there yet."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from clientele.http import items


def adapter_for(kind: Any) -> TypeAdapter[Any]:
    """The validator for `kind`, ready to be used.

    Raises:
        PydanticUserError: Pydantic can't validate `kind`.
        NameError: `kind` refers to something that isn't defined yet.
    """
    return completed(items.adapter_for(kind))


def completed(adapter: TypeAdapter[Any]) -> TypeAdapter[Any]:
    """`adapter`, built if that was put off: by the configuration of a model, or for a name that wasn't defined.

    Raises:
        NameError: it still isn't.
    """
    if not adapter.pydantic_complete:
        adapter.rebuild()
    return adapter
