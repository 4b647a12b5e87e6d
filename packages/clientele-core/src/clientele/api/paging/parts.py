"""Parts of a page, selected by a path such as `"meta.next"`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from pydantic import BaseModel

from clientele.api.types.annotations import class_of
from clientele.http.errors import ConfigurationError

Part: TypeAlias = "str | Callable[[Any], Any]"
"""Where a part of a page is: names, joined by dots, or a function of the page. A name is a field of a model, an
attribute, or a key of a dict. If a value on the way is None, the part is None.
"""


def part_of(page: Any, part: Part) -> Any:
    """The part of `page`.

    Raises:
        LookupError: the page has no such name; the message says which.
    """
    if not isinstance(part, str):
        return part(page)
    for name in part.split("."):
        if page is None:
            return None
        page = _step(page, name)
    return page


def number_of(page: Any, part: Part, where: str) -> float | None:
    """The part of `page` as a number; some servers send it as a string.

    Raises:
        TypeError: it is neither a number nor None; the message starts with `where`.
        LookupError: as `part_of`.
    """
    found = part_of(page, part)
    if isinstance(found, str) and found.isascii() and found.isdigit():
        return int(found)
    if found is not None and (isinstance(found, bool) or not isinstance(found, (int, float))):
        raise TypeError(f"{where} is {type(found).__name__}, not a number")
    return found


def _step(page: Any, name: str) -> Any:
    if isinstance(page, Mapping):
        return page.get(name)
    if isinstance(page, BaseModel):
        field = _field(type(page), name)
        if field is not None:
            return getattr(page, field)
    try:
        return getattr(page, name)
    except AttributeError:
        raise LookupError(f"{type(page).__name__} has no {name!r}") from None


def _field(model: type[BaseModel], name: str) -> str | None:
    """The field of `model` with the name or the alias `name`."""
    if name in model.model_fields:
        return name
    aliases = {each.alias or each.validation_alias: field for field, each in model.model_fields.items()}
    return aliases.get(name)


def check_part(kind: Any, part: object, where: str) -> None:
    """Refuse a path whose first name isn't a field of `kind`.

    Raises:
        ConfigurationError: it is neither a path nor a function, or a model has no such field; the message starts with
            `where`.
    """
    if callable(part):
        return
    if not isinstance(part, str) or not all(part.split(".")):
        raise ConfigurationError(f"{where}: a path such as 'meta.next', or a function of the page")
    model, name = class_of(kind), part.partition(".")[0]
    if not isinstance(model, type) or not issubclass(model, BaseModel) or model.model_config.get("extra") == "allow":
        return
    if _field(model, name) is None and not hasattr(model, name):
        known = ", ".join(model.model_fields)
        raise ConfigurationError(f"{where}: {model.__name__} has no field {name!r}; it has {known}")
