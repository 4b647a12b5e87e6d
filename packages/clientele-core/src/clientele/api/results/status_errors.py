"""Types of error bodies by status: `errors={404: NotFound, "4XX": Problem}`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from typing import Any, TypeAlias

from clientele.api.results.results import Reader, body_reader, validatable
from clientele.api.results.statuses import checked_map, found
from clientele.http.errors import ConfigurationError, HTTPStatusError, ResponseValidationError
from clientele.http.response import Response

Problems: TypeAlias = Mapping[Any, Reader]
"""The readers of bodies, by status, range or `"default"`."""
NO_PROBLEMS: Problems = {}


def problem_readers(errors: Any, where: str) -> Problems:
    """The readers of error bodies, for the types of `errors`; empty if it is None.

    Raises:
        ConfigurationError: it is not a map of statuses from 400 to types that Pydantic can validate; the message starts
            with `where`.
        NameError: a type refers to something that isn't defined yet.
    """
    if errors is None:
        return {}
    checked = checked_map(errors, "errors", where, lowest=400)
    return {status: validatable(partial(body_reader, kind), f"{where}: errors") for status, kind in checked.items()}


def checked_errors(errors: Any, where: str) -> Any:
    """The `errors` of a configuration, checked; all types must be defined.

    Raises:
        ConfigurationError: it is not a map of statuses from 400 to types; the message starts with `where`.
    """
    try:
        problem_readers(errors, where)
    except NameError as error:
        raise ConfigurationError(f"{where}: errors names {error.name}, which isn't defined; give types") from error
    return None if errors is None else dict(errors)


def explain(error: Exception, problems: Problems, further: Problems) -> None:
    """Set how `error.problem` is read: by `problems`, or for other statuses by `further`."""
    if not isinstance(error, HTTPStatusError):
        return
    status = error.response.status_code
    reader = found(problems, status) or found(further, status)
    if reader is not None:
        error._read_problem = cache(partial(_fitting, reader, error.response))  # noqa: SLF001 - not for its users


def _fitting(reader: Reader, response: Response) -> Any:
    try:
        return reader(response)
    except ResponseValidationError:
        return None
