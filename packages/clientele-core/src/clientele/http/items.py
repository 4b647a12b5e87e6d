"""The items of a stream: from decoded blocks of a body to what the caller iterates over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from clientele.http.lines import LineDecoder

Parser = Callable[[str], Any]


class InvalidItem(Exception):
    """An item is not what the stream declares; the driver turns this into ResponseValidationError."""

    def __init__(self, index: int, error: ValidationError) -> None:
        super().__init__(index, error)
        self.index = index
        self.error = error


@lru_cache(maxsize=256)
def adapter_for(kind: Any) -> TypeAdapter[Any]:
    """The validator for `kind`, built once."""
    return TypeAdapter(kind)


class ItemDecoder:
    """Turns blocks into items: `bytes` gives the blocks, `str` every line, any other type a value per line.

    JSON types and a parser skip blank lines.
    """

    def __init__(self, inner_type: Any, parser: Parser | None, charset: str, max_line_bytes: int | None) -> None:
        self._raw = inner_type is bytes and parser is None
        self._lines = LineDecoder(charset, max_line_bytes)
        self._keeps_blank = inner_type is str and parser is None
        self._read = parser or _reader(inner_type)
        self._count = 0

    def feed(self, block: bytes) -> Iterator[Any]:
        """The items that `block` completes."""
        if self._raw:
            return iter((block,))
        return self._items(self._lines.feed(block))

    def finish(self) -> Iterator[Any]:
        """The last item, if the body ended without a line end."""
        return iter(()) if self._raw else self._items(self._lines.finish())

    def _items(self, lines: list[str]) -> Iterator[Any]:
        for line in lines:
            if self._keeps_blank or line.strip():
                yield self._item(line)

    def _item(self, line: str) -> Any:
        index = self._count
        self._count += 1
        try:
            return self._read(line)
        except ValidationError as error:
            raise InvalidItem(index, error) from error


def _reader(inner_type: Any) -> Parser:
    return str if inner_type in (str, bytes) else adapter_for(inner_type).validate_json
