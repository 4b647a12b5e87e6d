"""Cache-Control (RFC 9111, section 5.2). Where a field contradicts itself, it says what allows less."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Directives: TypeAlias = Mapping[str, Sequence[str]]
"""The names of directives in lower case, to their arguments; without one it is empty."""

LONGEST = 2**31 - 1
"""Seconds: what more counts as (RFC 9111, section 1.2.2)."""
_MOST = 4096
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


def directives(field: str) -> Directives:
    """What the value of a Cache-Control says; one of more than 4096 characters is taken for `no-store`."""
    if len(field) > _MOST:
        return {"no-store": [""]}
    said: dict[str, list[str]] = {}
    for part in _parts(field):
        name, _, argument = part.partition("=")
        said.setdefault(name.strip().lower(), []).append(argument.strip())
    return said


def seconds(arguments: Sequence[str] | None) -> int | None:
    """The number of seconds; None if there is no such directive, 0 if it is none, or says different ones."""
    if not arguments:
        return None
    texts = {argument.strip('"') for argument in arguments}
    text = texts.pop() if len(texts) == 1 else ""
    if not (text.isascii() and text.isdigit()):
        return 0
    return LONGEST if len(text) > 10 else min(int(text), LONGEST)


def field_names(arguments: Sequence[str]) -> list[str] | None:
    """The fields that a directive is about; None if it is about the whole response."""
    if not all(argument.strip('" ') for argument in arguments):
        return None
    return [name.lower() for argument in arguments for name in _TOKEN.findall(argument)]


def written(said: Directives, lifetime: int | None, *, revalidates: bool = False) -> str:
    """A Cache-Control for a private cache, which says what is certain of `said`, and nothing twice.

    Args:
        said: what a response says.
        lifetime: seconds for which it is fresh; None if it doesn't say.
        revalidates: say that it must not be used without asking the server.
    """
    parts = [name for name in ("no-store", "public", "private", "must-revalidate") if name in said]
    fields = field_names(said["no-cache"]) if "no-cache" in said else []
    if revalidates or fields is None:
        parts.append("no-cache")
    elif fields:
        parts.append(f'no-cache="{", ".join(fields)}"')
    if lifetime is not None:
        parts.append(f"max-age={max(lifetime, 0)}")
    return ", ".join(parts)


def _parts(field: str) -> list[str]:
    """What the commas divide that are not in a quoted string; all of them do where one isn't closed."""
    parts, start, in_quotes, escaped = list[str](), 0, False, False
    for at, character in enumerate(field):
        if escaped:
            escaped = False
        elif character == '"':
            in_quotes = not in_quotes
        elif in_quotes:
            escaped = character == "\\"
        elif character == ",":
            parts.append(field[start:at])
            start = at + 1
    return field.split(",") if in_quotes else [*parts, field[start:]]
