"""What the bookshop's API sends and receives, and the one error that is the SDK's own."""

from typing import Literal

from pydantic import BaseModel


class Book(BaseModel):
    isbn: str
    title: str
    cents: int


class Cursors(BaseModel):
    next: str | None = None


class BookPage(BaseModel):
    data: list[Book]
    meta: Cursors


class NewOrder(BaseModel):
    isbn: str
    copies: int = 1


class Order(BaseModel):
    number: int
    isbn: str
    copies: int


class OrderState(BaseModel):
    state: Literal["received", "packed", "sent"]


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    title: str
    detail: str = ""


class NoSuchBook(LookupError):
    """The shop doesn't have the book."""
