"""Resolves annotations: names, unions and aliases."""

from __future__ import annotations

import inspect
import sys
import typing
from collections.abc import Callable, Collection, Iterator, Mapping
from types import NoneType, SimpleNamespace, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from typing_extensions import TypeAliasType

from clientele.http.errors import ConfigurationError

if sys.version_info >= (3, 14):
    import annotationlib

# The type of `type` aliases, also that of typing_extensions.
_ALIASES = (TypeAliasType, getattr(typing, "TypeAliasType", TypeAliasType))


def annotations_of(
    function: Callable[..., Any], parameters: Collection[str], namespace: Mapping[str, Any]
) -> dict[str, Any]:
    """The annotations of the `parameters` of `function` by name, including markers.

    Names are looked up in `namespace`, the block that the function is defined in, then in its module. Other
    annotations, such as the return annotation, may have names that only type checkers see.

    Raises:
        NameError: an annotation has a name that isn't defined, or isn't defined yet.
    """
    inner = inspect.unwrap(function)
    written = {name: kind for name, kind in written_annotations(inner).items() if name in parameters}
    annotated = SimpleNamespace(__annotations__=written, __type_params__=getattr(inner, "__type_params__", ()))
    return get_type_hints(annotated, getattr(inner, "__globals__", {}), dict(namespace), include_extras=True)


def signature_of(function: Callable[..., Any]) -> inspect.Signature:
    """`inspect.signature`, without evaluating annotations."""
    if sys.version_info >= (3, 14):
        return inspect.signature(function, annotation_format=annotationlib.Format.FORWARDREF)
    return inspect.signature(function)


def written_annotations(function: Callable[..., Any], form: int | None = None) -> dict[str, Any]:
    """The annotations of `function`, unevaluated: they may have undefined names.

    Args:
        function: a function.
        form: one of `annotationlib.Format`, if Python has it; default: the one that evaluates nothing.
    """
    if sys.version_info >= (3, 14):
        wanted = annotationlib.Format.FORWARDREF if form is None else annotationlib.Format(form)
        return annotationlib.get_annotations(function, format=wanted)
    return inspect.get_annotations(function)


def plain(kind: Any) -> Any:
    """`kind` without `Annotated` and `type` aliases."""
    while True:
        if get_origin(kind) is Annotated:
            kind = get_args(kind)[0]
        elif (value := alias_value(kind)) is not kind:
            kind = value
        else:
            return NoneType if kind is None else kind


def alias_value(kind: Any) -> Any:
    """The value of `kind` if it is a `type` alias; else `kind` itself."""
    if isinstance(kind, _ALIASES):
        return alias_value(kind.__value__)
    origin = get_origin(kind)
    if not isinstance(origin, _ALIASES):
        return kind
    return alias_value(with_types(origin.__value__, dict(zip(origin.__type_params__, get_args(kind), strict=False))))


def with_types(kind: Any, types: Mapping[Any, Any]) -> Any:
    """`kind` with its type variables replaced by `types`."""
    if isinstance(kind, TypeVar):
        return types.get(kind, kind)
    origin, arguments = taken_apart(kind)
    given = tuple(with_types(argument, types) for argument in arguments)
    if all(new is old for new, old in zip(given, arguments, strict=True)):
        return kind
    generic: Any = Union if origin is UnionType else origin
    return generic[given[0] if len(given) == 1 else given]


def taken_apart(kind: Any) -> tuple[Any, tuple[Any, ...]]:
    """The origin of `kind` and its arguments: `(list, (int,))` of `list[int]`; also for generic models, which are
    classes.
    """
    of_model = getattr(kind, "__pydantic_generic_metadata__", {}) if isinstance(kind, type) else {}
    return (of_model["origin"], of_model["args"]) if of_model.get("args") else (get_origin(kind), get_args(kind))


def variables_in(kind: Any) -> Iterator[TypeVar]:
    """The type variables in `kind`."""
    return (part for part in _parts(kind) if isinstance(part, TypeVar))


def parts(kind: Any, names: frozenset[Any] = frozenset()) -> Iterator[Any]:
    """`kind`, its parts, and the metadata of `Annotated` at any depth. `names` are the `type` aliases that were already
    visited.
    """
    value = alias_value(kind)
    if value is not kind:
        if kind not in names:
            yield from parts(value, names | {kind})
        return
    yield kind
    if get_origin(kind) is Annotated:
        yield from kind.__metadata__
        yield from parts(kind.__origin__, names)
    elif get_origin(kind) is not Literal:
        for part in get_args(kind):
            yield from parts(part, names)


def members(kind: Any) -> list[Any]:
    """The members of a union, at any depth, each of them plain; `kind` itself if it isn't a union."""
    bare = plain(kind)
    if get_origin(bare) in {Union, UnionType}:
        return [member for part in get_args(bare) for member in members(part)]
    return [bare]


def refuse_open(kind: Any, where: str) -> None:
    """Refuse type variables and BaseModel itself.

    Raises:
        ConfigurationError: `kind` contains one; the message starts with `where`.
    """
    for part in _parts(kind):
        if isinstance(part, TypeVar):
            raise ConfigurationError(
                f"{where} is {shown(kind)}, and the type variable {part} has no type when a body is read; "
                "write the type itself"
            )
        if part is BaseModel:
            raise ConfigurationError(
                f"{where} is {shown(kind)}, and BaseModel itself has no fields; write your own model, or dict[str, Any]"
            )


def _parts(kind: Any) -> Iterator[Any]:
    """`kind` and its parts."""
    yield kind
    for part in taken_apart(kind)[1]:
        yield from _parts(part)


def class_of(kind: Any) -> type | None:
    """The class of values of the plain type `kind`, such as dict for dict[str, int]; None if there is no class."""
    found = get_origin(kind) or kind
    return found if isinstance(found, type) else None


def class_of_values(kind: type) -> type:
    """The class that all values of the class `kind` have: for a parameter of type `Box[int]`, type checkers also accept
    `Box(...)`, which is not an instance of `Box[int]`.
    """
    found = taken_apart(kind)[0]
    return found if isinstance(found, type) else kind


def shown(kind: Any) -> str:
    """`kind` as written in an annotation."""
    return kind.__name__ if isinstance(kind, type) and get_origin(kind) is None else str(kind).replace("typing.", "")
