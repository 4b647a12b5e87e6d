"""Maps from statuses to types, as OpenAPI has them: `{200: User, 404: NotFound, "4XX": Problem, "default": Problem}`.

The status itself comes before its range, and that before `"default"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar

from clientele.api.types.annotations import refuse_open
from clientele.http.errors import ConfigurationError

T = TypeVar("T")

# To type checkers a mapping of ints is none of ints and strings, and mypy takes a dict of both for one of objects.
ByStatus: TypeAlias = Mapping[Any, T]
"""What there is for a status, for each of a range such as `"4XX"`, and for all others: `"default"`."""


def checked_map(by_status: Any, option: str, where: str, *, lowest: int = 200) -> Mapping[Any, Any]:
    """`by_status`, if it is a map to types.

    Args:
        by_status: what was given.
        option: what it was given as.
        where: what errors begin with.
        lowest: the first status that it may have.

    Raises:
        ConfigurationError: it is none, or empty, or a key is not a final status, or a type is left open.
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
    """What `by_status` has for `status`, or None."""
    for key in (status, f"{status // 100}XX", "default"):
        if key in by_status:
            return by_status[key]
    return None


def _is_known(status: Any, lowest: int) -> bool:
    if isinstance(status, str):
        return status == "default" or (status[:1] in "2345" and status[1:] == "XX" and int(status[0]) * 100 >= lowest)
    return isinstance(status, int) and not isinstance(status, bool) and lowest <= status <= 599
