"""Statuses, their ranges and `"default"`, on both sides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def is_success(status: str) -> bool:
    """Whether a status is one of 2xx, or all of these."""
    return status.startswith("2")


def is_error(status: str) -> bool:
    """Whether a status is one of 4xx and 5xx, or all of these, or all that aren't named."""
    return status[0] in "45" or status == "default"


def by_text(*maps: Mapping[Any, Any]) -> dict[str, Any]:
    """Maps by status with keys as a description has them; the first that has a status counts."""
    return {str(status): kind for each in reversed(maps) for status, kind in each.items()}


def covering(status: str, statuses: Iterable[str]) -> str | None:
    """Which of `statuses` says what there is for a status or a range."""
    known = set(statuses)
    return next((each for each in (status, f"{status[0]}XX", "default") if each in known), None)


def covered(status: str, statuses: Iterable[str]) -> str | None:
    """A status among `statuses` that a range, or `"default"`, stands for, too."""
    for each in statuses:
        if (status == "default" and is_error(each)) or (status.endswith("XX") and each[0] == status[0]):
            return each
    return None
