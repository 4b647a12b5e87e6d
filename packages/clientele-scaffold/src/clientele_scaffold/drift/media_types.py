"""The contents that declarations are for."""

from __future__ import annotations

from collections.abc import Iterable

from clientele_scaffold.reading.description import Content
from clientele_scaffold.writing.bodies import is_json


def json_content(contents: Iterable[Content]) -> Content | None:
    """The JSON among contents, if there is some."""
    return next((each for each in contents if is_json(each.media_type)), None)


def named(contents: Iterable[Content]) -> str:
    """The media types of contents, for a reader."""
    return ", ".join(each.media_type for each in contents) or "nothing"
