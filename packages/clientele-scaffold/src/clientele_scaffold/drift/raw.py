"""Types of bodies that are taken as they are."""

from __future__ import annotations

import io
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from types import NoneType, UnionType
from typing import IO, Annotated, Any, BinaryIO, TextIO, Union, get_args, get_origin

from clientele.api import Response
from clientele.api.types.as_json import says_json

_BYTES = (bytes, bytearray, memoryview, Response, BinaryIO, IO, io.IOBase)
_TEXT = (str, TextIO)
_PIECES = frozenset({Iterable, Iterator, AsyncIterable, AsyncIterator})


def is_raw(kind: Any) -> bool:
    """Whether values of a type are bodies as they are: bytes, text, files, pieces of these, or the Response."""
    return not says_json(kind) and all(is_bytes(member) or _is(member, _TEXT) for member in _members(kind))


def is_bytes(kind: Any) -> bool:
    """Whether a value of a type may be a body of any sort."""
    return any(_is(member, _BYTES) or _are_bytes(member) for member in _members(kind))


def _members(kind: Any) -> list[Any]:
    """The types of a union but None."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in {Union, UnionType}:
        return [member for part in get_args(kind) for member in _members(part)]
    return [] if kind in (None, NoneType) else [kind]


def _is(kind: Any, classes: tuple[type, ...]) -> bool:
    found = get_origin(kind) or kind
    return isinstance(found, type) and issubclass(found, classes)


def _are_bytes(kind: Any) -> bool:
    return get_origin(kind) in _PIECES and get_args(kind) == (bytes,)
