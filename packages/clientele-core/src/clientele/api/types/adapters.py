"""Validators and serializers of types, built at once or at first use."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pydantic import ConfigDict, PydanticUserError, TypeAdapter

from clientele.api.types.annotations import shown
from clientele.api.types.unfit_types import not_a_type, unfit
from clientele.http.errors import ConfigurationError
from clientele.http.streams import adapters as adapting


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
    """`adapter`, built now if that was deferred by the configuration of a model, or by an undefined name.

    Raises:
        NameError: the name is still undefined.
    """
    if not adapter.pydantic_complete:
        adapter.rebuild()
    return adapter


def serializing_adapter(kind: Any, where: str) -> TypeAdapter[Any]:
    """The serializer for `kind`, ready to be used.

    Raises:
        ConfigurationError: Pydantic can't write `kind`; the message starts with `where`.
        NameError: `kind` refers to something that isn't defined yet.
    """
    try:
        try:
            return completed(_cached_adapter(kind, repr(kind)))
        except TypeError:  # The annotation isn't hashable.
            return completed(_adapter(kind))
    except PydanticUserError as error:
        reason = str(error.message).partition("\n")[0]
        raise ConfigurationError(f"{where}: Pydantic can't write {shown(kind)}: {reason}") from error


# Unions that differ only in their order are equal, but not for a serializer, hence the repr in the key.
@lru_cache(maxsize=256)
def _cached_adapter(kind: Any, notation: str) -> TypeAdapter[Any]:  # noqa: ARG001 - part of the key
    return _adapter(kind)


def _adapter(kind: Any) -> TypeAdapter[Any]:
    """NaN and infinity are kept and refused later; by default, Pydantic writes them as null.

    Models have their own configuration, and Pydantic doesn't allow a second one.
    """
    try:
        return TypeAdapter(kind, config=ConfigDict(ser_json_inf_nan="constants"))
    except PydanticUserError:
        return TypeAdapter(kind)
