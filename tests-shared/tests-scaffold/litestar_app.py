"""A server of Litestar, for its description."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Annotated
from uuid import UUID

from litestar import Litestar, delete, get, patch, post
from litestar.datastructures import State
from litestar.params import CookieParameter, FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter
from litestar.status_codes import HTTP_204_NO_CONTENT


class Kind(Enum):
    """What a book is."""

    PRINT = "print"
    AUDIO = "audio"


@dataclass
class Author:
    """Who wrote it."""

    name: str
    born: date | None = None


@dataclass
class Book:
    """A book."""

    id: UUID
    title: str
    kind: Kind
    authors: list[Author] = field(default_factory=list)
    prices: dict[str, float] = field(default_factory=dict)
    sequel: Book | None = None


@get("/books", tags=["books"])
async def list_books(
    kind: FromQuery[Kind | None] = None,
    tag: FromQuery[list[str] | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
    language: Annotated[str | None, HeaderParameter(name="Accept-Language-Tag")] = None,
    session: Annotated[str | None, CookieParameter(name="session-id")] = None,
) -> list[Book]:
    """List books."""
    return []


@get("/books/{book_id:uuid}", tags=["books"])
async def read_book(book_id: FromPath[UUID]) -> Book:
    """Read a book."""
    return Book(book_id, "", Kind.PRINT)


@post("/books", tags=["books"])
async def add_book(data: JSONBody[Book]) -> Book:
    """Add a book."""
    return data


@patch("/books/{book_id:uuid}", tags=["books"])
async def change_book(book_id: FromPath[UUID], data: JSONBody[Author]) -> Book:
    """Change a book."""
    return Book(book_id, "", Kind.PRINT)


@delete("/books/{book_id:uuid}", tags=["books"], status_code=HTTP_204_NO_CONTENT)
async def remove_book(book_id: FromPath[UUID], state: State) -> None:
    """Remove a book."""


app = Litestar([list_books, read_book, add_book, change_book, remove_book])
