"""Arguments that Pydantic validates or serializes: constraints, serializers, models as queries and forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from typing import Any, Literal, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from typing_extensions import is_typeddict

from clientele.api.types.adapters import serializing_adapter
from clientele.api.types.annotations import class_of, members, parts
from clientele.api.types.core_schemas import serializes
from clientele.api.types.json_values import Writing, json_writer, of_models
from clientele.api.types.unwritable import reason_of
from clientele.http.errors import ConfigurationError
from clientele.http.message.errors import raise_from
from clientele.http.message.secret_values import opened
from clientele.http.streams.validation_messages import first_problem, without_values

Check = Callable[[Any], Any]


def is_object(kind: Any) -> bool:
    """Whether the values of `kind`, or some of them, have fields or keys."""
    return any(_is_object(member) for member in members(kind))


def _is_object(member: Any) -> bool:
    found = class_of(member)
    return found is not None and (issubclass(found, (BaseModel, Mapping)) or is_dataclass(found) or is_typeddict(found))


def argument_check(kind: Any, where: str, error: type[ConfigurationError] = ConfigurationError) -> Check | None:
    """A function that validates the values of `kind` against its constraints and validators, and returns the validated
    value. None if it has none: plain types are left to type checkers.

    Raises:
        ConfigurationError: Pydantic can't do it; the message starts with `where`.

    The check raises:
        error: a value doesn't fit; the message starts with `where`, and doesn't show the value.
    """
    if not any(map(_says_more, parts(kind))):
        return None
    adapter = serializing_adapter(kind, where)

    def check(value: Any) -> Any:
        try:
            return adapter.validate_python(value)
        except ValidationError as problem:
            schema = adapter.core_schema
            said = first_problem(problem, schema).removeprefix("the body: ")
            raise_from(error(f"{where}: {said}"), without_values(problem, schema))

    return check


def argument_writer(
    kind: Any, where: str, writing: Writing, error: type[ConfigurationError] = ConfigurationError
) -> Check | None:
    """A function that converts the values of `kind` to values that can be sent as text, or to dicts and lists of them.
    None if no conversion is needed.

    The writer raises:
        error: a value doesn't fit, or isn't of the type `kind`; the message starts with `where`.
    """
    check = argument_check(kind, where, error)
    if any(member in {Any, object} for member in members(kind)):
        return opened
    adapter = serializing_adapter(kind, where) if check is not None or is_object(kind) else None
    if adapter is None or not (is_object(kind) or serializes(adapter.core_schema)):
        return check
    written = of_models(json_writer(writing._replace(warnings="error")).writer(adapter), kind)

    def write(value: Any) -> Any:
        checked = value if check is None else check(value)
        try:
            return written(checked)
        except (ValueError, TypeError, RecursionError) as problem:
            raise_from(error(f"{where}: {reason_of(problem, checked, kind)}"), None)

    return write


def _says_more(part: Any) -> bool:
    if isinstance(part, FieldInfo):
        return bool(part.metadata)
    if get_origin(part) is Literal:
        return True
    if isinstance(part, type):
        is_plain = issubclass(part, BaseModel) or is_dataclass(part) or is_typeddict(part)
        return hasattr(part, "__get_pydantic_core_schema__") and not is_plain
    return get_origin(part) is None and (
        hasattr(part, "__get_pydantic_core_schema__")
        or type(part).__module__.partition(".")[0] in {"annotated_types", "pydantic"}
    )
