"""References within a description: where they lead, and whether they lead anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar
from urllib.parse import unquote

from openapi_pydantic.v3 import v3_1 as written
from pydantic import BaseModel, ValidationError

from clientele_scaffold.reading.problems import Problem, ProblemFound, below, pointer_of

M = TypeVar("M", bound=BaseModel)
_DATA = {"default", "enum", "example", "examples", "const"}


def target_of(reference: str) -> str:
    """The pointer that a reference names, in the one form that `pointer_of` writes."""
    parts = unquote(reference.removeprefix("#")).split("/")[1:]
    return pointer_of(part.replace("~1", "/").replace("~0", "~") for part in parts)


def value_at(document: Any, pointer: str) -> Any:
    """What is at a pointer.

    Raises:
        LookupError: nothing is.
    """
    value = document
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value[key]
        elif isinstance(value, list) and key.isdecimal():
            value = value[int(key)]
        else:
            raise LookupError(pointer)
    return value


def model_at(document: Any, pointer: str, kind: type[M]) -> M:
    """What is at a pointer, as a model of `kind`.

    Raises:
        ProblemFound: it is none.
    """
    try:
        return kind.model_validate(value_at(document, pointer))
    except ValidationError as error:
        message = f"is referred to as a {kind.__name__}, and is none: {error.errors()[0]['msg']}"
        raise ProblemFound(Problem(pointer, message)) from error


def followed(document: Any, source: M | written.Reference, pointer: str, kind: type[M]) -> tuple[M, str]:
    """What is written at a pointer, or what that refers to, and where.

    Raises:
        ProblemFound: it refers to something else.
    """
    while isinstance(source, written.Reference):
        pointer = target_of(source.ref)
        value = value_at(document, pointer)
        is_reference = isinstance(value, dict) and "$ref" in value
        source = model_at(document, pointer, written.Reference) if is_reference else model_at(document, pointer, kind)
    return source, pointer


def reference_problems(document: Any) -> Iterator[Problem]:
    """The references that can't be followed, and those that lead back to where they begin."""
    for pointer, reference in _references(document, "#"):
        if reference != "#" and not reference.startswith("#/"):
            yield Problem(
                pointer, f"refers to {reference!r}, outside of the description; bundle it into one file before"
            )
            continue
        try:
            value_at(document, target_of(reference))
        except LookupError:
            yield Problem(pointer, f"refers to {reference!r}, where nothing is")
            continue
        if _is_circle(document, target_of(reference)):
            yield Problem(pointer, f"refers to {reference!r}, which is made of itself")


def _references(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _references(item, below(pointer, index))
    elif isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield pointer, value["$ref"]
        for key, item in value.items():
            if isinstance(item, dict | list) and key not in _DATA and not key.startswith("x-"):
                yield from _references(item, below(pointer, key))


def _is_circle(document: Any, start: str) -> bool:
    """Whether what is at a pointer refers to itself, or has itself as a part of its `allOf`."""
    seen: set[str] = set()
    left = [start]
    while left:
        try:
            value = value_at(document, left.pop())
        except LookupError:
            continue
        for part in [value, *_parts(value)]:
            reference = part.get("$ref") if isinstance(part, dict) else None
            if isinstance(reference, str) and reference.startswith("#"):
                target = target_of(reference)
                if target == start:
                    return True
                if target not in seen:
                    seen.add(target)
                    left.append(target)
    return False


def _parts(value: Any) -> list[Any]:
    parts = value.get("allOf") if isinstance(value, dict) else None
    return parts if isinstance(parts, list) else []
