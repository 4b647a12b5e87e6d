"""The model that answers are validated into."""

from __future__ import annotations

from pydantic import BaseModel


class User(BaseModel):
    """A small JSON object."""

    id: int
    name: str
    email: str
    active: bool
