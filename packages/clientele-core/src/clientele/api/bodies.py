"""From the `data` argument of a call to the body option that a backend takes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError

from clientele.http.errors import InvalidBody
from clientele.http.items import adapter_for


def body_option(value: Any, kind: Any, where: str) -> dict[str, Any]:
    """`json` for a model, dataclass, TypedDict, dict or list; `content` for bytes, str, a file or an iterator.

    Models are written by alias, in JSON mode. None is no body.

    Raises:
        InvalidBody: the value is not of the type `kind`, or can't be written as JSON; the message starts with `where`.
    """
    if value is None:
        return {}
    if isinstance(value, (bytes, bytearray, memoryview, str, Iterator, AsyncIterator)) or hasattr(value, "read"):
        return {"content": value}
    try:
        if isinstance(value, BaseModel):
            return {"json": value.model_dump(mode="json", by_alias=True)}
        return {"json": adapter_for(kind).dump_python(value, mode="json", by_alias=True, warnings="error")}
    except PydanticSerializationError as error:
        raise InvalidBody(f"{where}: the value can't be written as JSON: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
