"""Texts of a description as Python: whatever is in them, they are strings and docstrings, and never code."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

WIDTH = 80


def literal(value: Any) -> str:
    """A JSON value as an expression."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(literal, value)) + "]"
    return repr(value)


def plain(text: str) -> str:
    """A text on one line, without what a terminal or an editor would act on."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def first_paragraph(text: str) -> str:
    """The first paragraph of a text, on one line."""
    return plain(text.strip().partition("\n\n")[0])


def docstring(*paragraphs: str, arguments: Mapping[str, str] = MappingProxyType({})) -> str:
    """Paragraphs as a docstring, and what is said of arguments, by their names in Python."""
    wrapped = [filled(_sentence(each)) for each in paragraphs if plain(each)]
    told = [filled(f"{name}: {_sentence(each)}", 1) for name, each in arguments.items() if plain(each)]
    text = "\n\n".join([*wrapped, *(["\n".join(["Args:", *told])] if told else [])])
    inner = text.rstrip('"')
    safe = inner.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') + '\\"' * (len(text) - len(inner))
    return f'"""{safe}\n"""' if "\n" in safe else f'"""{safe}"""'


def filled(text: str, depth: int = 0) -> str:
    """A text in lines, indented so deep."""
    first, others = "    " * depth, "    " * (2 * depth)
    return textwrap.fill(
        text, WIDTH, initial_indent=first, subsequent_indent=others, break_long_words=False, break_on_hyphens=False
    )


def _sentence(text: str) -> str:
    shown = plain(text)
    return f"{shown}." if shown[-1].isalnum() else shown
