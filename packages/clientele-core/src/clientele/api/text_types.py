"""Types that can't be written as text, and so can't go in a path, a query, a header or a field of a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import is_dataclass
from typing import Any, get_args

from pydantic import BaseModel
from typing_extensions import is_typeddict

from clientele.api.annotations import class_of, members, shown
from clientele.http.errors import ConfigurationError

_NEVER_TEXT = (BaseModel, bytes, bytearray, memoryview, complex, Mapping, AbstractSet)


def refuse_unwritable(kind: Any, where: str, place: str) -> None:
    """Do nothing for types whose values may be written as text.

    Raises:
        ConfigurationError: none of the values of a part of `kind` can be; the message starts with `where`, and says
            that it can't be written in `place`.
    """
    for member in members(kind):
        found = class_of(member)
        if found is None:
            continue
        if issubclass(found, (list, tuple, Sequence)) and place != "a path" and not issubclass(found, (str, bytes)):
            for item in get_args(member):
                refuse_unwritable(item, where, place)
        elif _is_never_text(found, place):
            raise ConfigurationError(
                f"{where} is of type {shown(member)}, which can't be written in {place}; {_advice(place)}"
            )


def _is_never_text(kind: type, place: str) -> bool:
    one_value = place == "a path" and issubclass(kind, (list, tuple))
    return one_value or issubclass(kind, _NEVER_TEXT) or is_dataclass(kind) or is_typeddict(kind)


def _advice(place: str) -> str:
    if place == "a field of a form":
        return "make its fields parameters of their own, or mark it File() if it is a file"
    if place == "a query":
        return "call it `data` or mark it Body() if it is the body, else make its fields parameters of their own"
    if place == "one value of a query":
        return "mark it Query() if its fields are query values; call it `data` or mark it Body() if it is the body"
    return "make its fields parameters of their own"
