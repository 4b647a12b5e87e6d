"""Messages for validation errors: the place and the kind of the problem, without the value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError, core_schema

from clientele.http.message.printable import excerpt

# These messages come from the user's validators, or contain a part of the input.
_TELLING = frozenset({"value_error", "assertion_error", "union_tag_invalid"})
_TOO_MANY = frozenset({"extra_forbidden", "no_such_attribute", "unexpected_keyword_argument"})
_SAFE = frozenset(get_args(core_schema.ErrorType)) - _TELLING


def first_problem(error: ValidationError, schema: Any = None, content_type: str | None = "") -> str:
    """The first of the problems of `error`, in one line.

    Args:
        error: what validating a body raised.
        schema: the core schema that the body was validated by. In the path of the problem, only keys of the schema and
            unexpected fields are shown; others, such as the keys of a dict, are part of the body.
        content_type: the Content-Type of the body, which is shown if the body isn't JSON; default empty, for a part of
            a body.
    """
    problem = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(map(str, _shown(problem, _names_in(schema)))) or "the body"
    said = _said(problem) or f"Input was refused by the validator ({problem['type']})"
    if problem["type"] == "json_invalid" and content_type != "":
        said += came_as(content_type)
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{place}: {said}{more}"


def came_as(content_type: str | None) -> str:
    """The end of a message about a body that isn't JSON: its Content-Type."""
    return f"; it came as {excerpt(content_type)}" if content_type else "; it came without a Content-Type"


def without_values(error: ValidationError, schema: Any = None) -> ValidationError:
    """`error`, with a message without parts of the body, for tracebacks.

    Its `errors()` contain the values, as usual.

    Args:
        error: what validating a body raised.
        schema: as for `first_problem`.
    """
    declared = _names_in(schema)
    problems = [_without_value(problem, declared) for problem in error.errors(include_url=False)]
    return ValidationError.from_exception_data(error.title, problems, hide_input=True)


def _without_value(problem: ErrorDetails, declared: set[str]) -> InitErrorDetails:
    kind: Any = problem["type"]
    details: InitErrorDetails = {"type": kind, "loc": tuple(_shown(problem, declared)), "input": problem["input"]}
    if kind not in _SAFE:
        said = _said(problem) or "Input was refused by the validator"
        template: Any = said.replace("{", "{{").replace("}", "}}")
        details["type"] = PydanticCustomError(kind, template)
    elif (context := problem.get("ctx")) is not None:
        details["ctx"] = context
    return details


def _said(problem: ErrorDetails) -> str | None:
    """The problem, in words without parts of the body; None if Pydantic's message may contain one."""
    if problem["type"] == "union_tag_invalid":
        about = problem.get("ctx", {})
        return f"the tag in {about['discriminator']} is not one of {about['expected_tags']}"
    return problem["msg"] if problem["type"] in _SAFE else None


def _shown(problem: ErrorDetails, declared: set[str]) -> Iterator[str | int]:
    """The path of a problem, without parts of the body; the name of an unexpected field is shown."""
    *way, last = problem["loc"] or ("",)
    for part in way:
        yield part if isinstance(part, int) or part in declared else "*"
    if problem["type"] in _TOO_MANY and isinstance(last, str):
        yield excerpt(last)
    elif problem["loc"]:
        yield last if isinstance(last, int) or last in declared else "*"


def _names_in(schema: Any) -> set[str]:
    """All names in `schema`: fields, aliases, tags and classes."""
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
