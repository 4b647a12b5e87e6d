"""Paths without the names of their places, which aren't sent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

_PLACE = re.compile(r"\{([^{}]*)\}")


class PathShape(NamedTuple):
    """What of a path is sent."""

    text: str
    """The path, with `{}` for each place."""
    names: tuple[str, ...]
    """What the places are called, in order."""


def path_shape(template: str) -> PathShape:
    """The shape of a path below a base URL, or of that of an absolute URL, without its query."""
    path = template.partition("#")[0].partition("?")[0]
    if path.lower().startswith(("http://", "https://")):
        path = urlsplit(path).path
    parts = _PLACE.split(path)
    return PathShape("/" + unquote("{}".join(parts[::2])).lstrip("/"), tuple(parts[1::2]))


def fixed_query(template: str) -> frozenset[str]:
    """The names of the query values that a template has itself."""
    return frozenset(name for name, _ in parse_qsl(template.partition("?")[2], keep_blank_values=True))


def prefixes(servers: Iterable[str]) -> list[str]:
    """What a declared path may begin with before a described one: nothing, or the path of a server."""
    paths = {urlsplit(server).path.rstrip("/") for server in servers}
    return ["", *sorted(path for path in paths if path)]
