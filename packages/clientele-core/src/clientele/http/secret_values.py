"""Pydantic's types for secrets: they show asterisks, and are revealed where they are sent, nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from pydantic import Secret, SecretBytes, SecretStr

SECRETS = (SecretStr, SecretBytes, Secret)
"""The types whose values are revealed."""

_notes: ContextVar[list[Any] | None] = ContextVar("clientele_revealed", default=None)


def revealed(secret: Any) -> Any:
    """The value of one of `SECRETS`, which whoever asked for it by `noting_secrets` is told of."""
    value = secret.get_secret_value()
    notes = _notes.get()
    if notes is not None:
        notes.append(value)
    return value


@contextmanager
def noting_secrets() -> Iterator[list[Any]]:
    """Within the block, note the values that are revealed."""
    notes: list[Any] = []
    token = _notes.set(notes)
    try:
        yield notes
    finally:
        _notes.reset(token)
