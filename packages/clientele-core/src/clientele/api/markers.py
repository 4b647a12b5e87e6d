"""What an annotation may say about where an argument goes: `Annotated[str, Path(segments=True)]`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Path:
    """An argument for the path.

    Attributes:
        segments: the value may be several segments: its slashes stay slashes, and each segment is escaped and checked
            by itself. By default a value is one segment, in which a slash is `%2F`.
    """

    segments: bool = False


def path_marker(annotation: Any) -> Path:
    """What `annotation` says about a path argument."""
    metadata = getattr(annotation, "__metadata__", ())
    return next((marker for marker in metadata if isinstance(marker, Path)), Path())
