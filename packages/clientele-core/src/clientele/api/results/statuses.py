"""Maps from statuses to types, as in OpenAPI: `{200: User, 404: NotFound, "4XX": Problem, "default": Problem}`.

A status takes precedence over its range, and a range over `"default"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar

from clientele.api.types.annotations import refuse_open
from clientele.http.errors import ConfigurationError

T = TypeVar("T")

# For type checkers, a mapping of ints isn't one of ints and strings, and mypy infers objects for a dict of both.
ByStatus: TypeAlias = Mapping[Any, T]
"""Values by status, by range such as `"4XX"`, and for all others: `"default"`."""


def checked_map(by_status: Any, option: str, where: str, *, lowest: int = 200) -> Mapping[Any, Any]:
    """`by_status`, checked.

    Args:
        by_status: the value.
        option: the name of the option.
        where: the beginning of errors.
        lowest: the lowest allowed status.

    Raises:
        ConfigurationError: it isn't a mapping, is empty, has a key that is not a final status, or a type with type
            variables.
    """
    if not isinstance(by_status, Mapping) or not by_status:
        example = "{200: User, 404: Problem}" if lowest == 200 else '{404: NotFound, "4XX": Problem}'
        raise ConfigurationError(f"{where}: {option} is a mapping of statuses to types: {example}")
    for status, kind in by_status.items():
        if not _is_known(status, lowest):
            sort = "final status" if lowest == 200 else "status of an error"
            ranges = f'"{lowest // 100}XX" to "5XX"'
            raise ConfigurationError(
                f'{where}: {option} has {status!r}, which is not a {sort}; use {lowest} to 599, {ranges}, or "default"'
            )
        refuse_open(kind, f"{where}: {option}[{status!r}]")
    return by_status


def found(by_status: Mapping[Any, T], status: int) -> T | None:
    """The value of `by_status` for `status`, or None."""
    for key in (status, f"{status // 100}XX", "default"):
        if key in by_status:
            return by_status[key]
    return None


def _is_known(status: Any, lowest: int) -> bool:
    if isinstance(status, str):
        return status == "default" or (status[:1] in "2345" and status[1:] == "XX" and int(status[0]) * 100 >= lowest)
    return isinstance(status, int) and not isinstance(status, bool) and lowest <= status <= 599
