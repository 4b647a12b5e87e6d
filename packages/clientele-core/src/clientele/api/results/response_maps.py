"""Results by status: `response_map={200: User, "4XX": Problem}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from clientele.api.results.results import Reader, body_reader
from clientele.api.results.statuses import checked_map, found
from clientele.api.types.annotations import class_of, members, shown
from clientele.http.errors import APIException
from clientele.http.message import redirects
from clientele.http.message.statuses import status_line
from clientele.http.response import Response


def mapped_reader(response_map: Any, where: str) -> Reader:
    """A function that reads a Response as the type that `response_map` has for its status.

    Raises:
        ConfigurationError: the map is empty, or a key of it is not a final status; the message starts with `where`.
        PydanticUserError, NameError: as for `body_reader`.
    """
    checked = checked_map(response_map, "response_map", where)
    readers = {status: body_reader(kind) for status, kind in checked.items()}

    def read(response: Response) -> Any:
        read_body = found(readers, response.status_code)
        return read_body(response) if read_body is not None else _unmapped(response, list(readers))

    return read


def uncovered(response_map: Mapping[Any, Any], declared: Any) -> Any:
    """The first key of `response_map` whose type isn't part of the `declared` one, or None."""
    parts = members(declared)
    if Any in parts or object in parts:
        return None
    for status, kind in response_map.items():
        if not all(any(_is_part(member, part) for part in parts) for member in members(kind)):
            return status
    return None


def shown_union(response_map: Mapping[Any, Any]) -> str:
    """The type of the result of a `response_map`, as written in code."""
    return " | ".join(
        dict.fromkeys("None" if kind in (None, type(None)) else shown(kind) for kind in response_map.values())
    )


def _unmapped(response: Response, known: list[Any]) -> Any:
    response.raise_for_status()
    status, location = response.status_code, response.headers.get("location")
    if status in redirects.STATUSES and location:
        raise APIException(response, redirects.unfollowed(status, location))
    raise APIException(
        response, f"{status_line(status)} is not in response_map, which has {', '.join(map(str, known))}"
    )


def _is_part(kind: Any, declared: Any) -> bool:
    if _form(kind) == _form(declared):
        return True
    found = class_of(kind)
    try:
        return found is not None and isinstance(declared, type) and issubclass(found, declared)
    except TypeError:  # TypedDicts and protocols don't support issubclass.
        return False


def _form(kind: Any) -> Any:
    """The same form for `list[X]` and `typing.List[X]`."""
    return class_of(kind) or kind, [_form(part) for part in get_args(kind)]
