"""What may be told of a body that is not what was declared: where and how it differs, never what stands there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError, core_schema

# The words of these are made by validators of the user's, or hold a piece of the input.
_TELLING = frozenset({"value_error", "assertion_error", "union_tag_invalid"})
_SAFE = frozenset(get_args(core_schema.ErrorType)) - _TELLING


def first_problem(error: ValidationError, schema: Any = None) -> str:
    """The first of the problems of `error`, in one line.

    Args:
        error: what validating a body raised.
        schema: the core schema that the body was validated by. Of the keys on the way to the problem only those that it
            knows are shown; the others, such as the keys of a dict, are part of the body.
    """
    problem = error.errors(include_input=False, include_url=False, include_context=False)[0]
    declared = _names_in(schema)
    place = ".".join(map(str, _shown(problem, declared))) or "the body"
    kind = problem["type"]
    said = problem["msg"] if kind in _SAFE else f"Input was refused by the validator ({kind})"
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{place}: {said}{more}"


def without_values(error: ValidationError, schema: Any = None) -> ValidationError:
    """`error`, whose text has no piece of the body: what a printed traceback shows.

    Its `errors()` have the values, as every ValidationError has.

    Args:
        error: what validating a body raised.
        schema: as for `first_problem`.
    """
    declared = _names_in(schema)
    problems = [_told(problem, declared) for problem in error.errors(include_url=False)]
    return ValidationError.from_exception_data(error.title, problems, hide_input=True)


def _told(problem: ErrorDetails, declared: set[str]) -> InitErrorDetails:
    kind: Any = problem["type"]
    told: InitErrorDetails = {"type": kind, "loc": tuple(_shown(problem, declared)), "input": problem["input"]}
    if kind not in _SAFE:
        told["type"] = PydanticCustomError(kind, "Input was refused by the validator")
    elif "ctx" in problem:
        told["ctx"] = problem["ctx"]
    return told


def _shown(problem: ErrorDetails, declared: set[str]) -> Iterator[str | int]:
    """The way to a problem, without what is part of the body."""
    return (part if isinstance(part, int) or part in declared else "*" for part in problem["loc"])


def _names_in(schema: Any) -> set[str]:
    """Every name that `schema` has anywhere: those of fields, aliases, tags and classes."""
    found: set[str] = set()
    waiting: list[Any] = [schema]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            found.add(item)
        elif isinstance(item, dict):
            waiting.extend((*item.keys(), *item.values()))
        elif isinstance(item, (list, tuple)):
            waiting.extend(item)
        elif isinstance(item, type):
            found.add(item.__name__)
    return found
