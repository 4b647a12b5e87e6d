"""Types that a body can't be validated as: what is wrong, and what to write instead."""

from __future__ import annotations

from types import ModuleType
from typing import Any, TypeVar, get_args

from clientele.api.types.annotations import shown

_SPECIAL = ("typing", "typing_extensions", "types", "annotationlib")


def not_a_type(kind: Any) -> str | None:
    """Why `kind` is an invalid annotation, and what to write instead; None if it is valid."""
    if isinstance(kind, list):
        item = _name(kind[0]) if len(kind) == 1 else "Type"
        return f"a list is not a type; write list[{item}]"
    if isinstance(kind, dict):
        return "a dict is not a type; write dict[str, Type], a TypedDict or a model"
    if isinstance(kind, (tuple, set, frozenset)):
        union = " | ".join(map(_name, kind)) or "None"
        return f"a {type(kind).__name__} is not a type; write {union} for one of several"
    if isinstance(kind, ModuleType):
        return f"{kind.__name__} is a module; write the class that is in it"
    if kind is None or isinstance(kind, (type, str, TypeVar)) or type(kind).__module__.startswith(_SPECIAL):
        return None
    return None if get_args(kind) else _instance(kind)


def unfit(kind: Any, reason: str) -> str:
    """What to do about a type that Pydantic can't validate.

    Args:
        kind: the type; the problem may be one of its parts.
        reason: the error of Pydantic.
    """
    for part in _parts(kind):
        if hasattr(part, "__struct_fields__"):
            decoded = f"msgspec.json.decode(response.content, type={shown(kind)})"
            return f"{shown(part)} is a msgspec.Struct, which Pydantic can't validate; {_parser(decoded)}"
        if hasattr(part, "__attrs_attrs__"):
            made = f"{shown(part)}(**response.json())" if part is kind else "..."
            return f"{shown(part)} is an attrs class, which Pydantic can't validate; {_parser(made)}"
    # The rest of Pydantic's message is advice for the authors of models.
    said = reason.partition("\n")[0].partition(". Set `arbitrary")[0]
    return f"Pydantic can't validate this type: {said}; {_parser('...')}"


def _parser(made: str) -> str:
    return (
        f"set response_parser=lambda response: {made}, or write a Pydantic model, dataclass or TypedDict; `request` "
        "has no parser, and returns the Response"
    )


def _instance(kind: Any) -> str:
    return f"an instance of {type(kind).__name__} is not a type; write the class itself"


def _name(kind: Any) -> str:
    return "None" if kind is None else shown(kind) if isinstance(kind, type) else type(kind).__name__


def _parts(kind: Any) -> list[Any]:
    return [kind, *(part for argument in get_args(kind) for part in _parts(argument))]
