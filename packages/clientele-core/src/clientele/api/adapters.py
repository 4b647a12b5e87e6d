"""Validators and serializers of types, complete or not there yet."""

from __future__ import annotations

from typing import Any

from pydantic import PydanticUserError, TypeAdapter

from clientele.api.unfit_types import not_a_type, unfit
from clientele.http import adapting


def adapter_for(kind: Any) -> TypeAdapter[Any]:
    """The validator for `kind`, ready to be used.

    Raises:
        PydanticUserError: Pydantic can't validate `kind`; the message says what to write instead.
        NameError: `kind` refers to something that isn't defined yet.
    """
    if (mistake := not_a_type(kind)) is not None:
        raise PydanticUserError(mistake, code=None)
    try:
        return completed(adapting.adapter_for(kind))
    except PydanticUserError as error:
        raise PydanticUserError(unfit(kind, error.message), code=None) from error


def completed(adapter: TypeAdapter[Any]) -> TypeAdapter[Any]:
    """`adapter`, built if that was put off: by the configuration of a model, or for a name that wasn't defined.

    Raises:
        NameError: it still isn't.
    """
    if not adapter.pydantic_complete:
        adapter.rebuild()
    return adapter
