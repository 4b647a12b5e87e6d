"""The functions that a written package has for what no marker says; only those that it uses."""

from __future__ import annotations

_HEAD = '''"""How some arguments are written in a request."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from pydantic_core import to_json, to_jsonable_python
'''
_FUNCTIONS = {
    "as_json": '''
def as_json(value: Any) -> str:
    """Write a value as JSON."""
    return to_json(value, by_alias=True).decode()
''',
    "as_cookies": '''
def as_cookies(*exploded: str) -> Callable[[Any], str]:
    """Write the fields of a model as the cookies of a request; `exploded` are those whose values have a name each."""

    def write(value: Any) -> str:
        fields: dict[str, Any] = to_jsonable_python(value, by_alias=True, exclude_none=True)
        return "; ".join(f"{name}={cookie(name, each)}" for name, each in fields.items())

    def cookie(name: str, value: Any) -> str:
        delimiter = f"&{name}=" if name in exploded else ","
        if isinstance(value, dict):
            value = [part for pair in value.items() for part in pair]
        parts = value if isinstance(value, list) else [value]
        return delimiter.join(quote(_text(each), _OCTETS) for each in parts)

    return write
''',
    "path_style": '''
def path_style(name: str, style: str, *, explode: bool) -> Callable[[Any], str]:
    """Write lists and objects in a style of OpenAPI: simple, label or matrix."""
    start = {"simple": "", "label": ".", "matrix": ";"}[style]
    delimiter = {"simple": ",", "label": ".", "matrix": ";"}[style] if explode else ","

    def write(value: Any) -> str:
        plain = to_jsonable_python(value, by_alias=True, exclude_none=True)
        if isinstance(plain, dict) and explode:
            return start + delimiter.join(f"{key}={_text(each)}" for key, each in plain.items())
        if isinstance(plain, dict):
            plain = [part for pair in plain.items() for part in pair]
        parts = [_text(each) for each in plain] if isinstance(plain, list) else [_text(plain)]
        if style == "matrix" and explode:
            return start + delimiter.join(f"{name}={part}" for part in parts)
        return f"{start}{name}=" * (style == "matrix") + start * (style == "label") + delimiter.join(parts)

    return write
''',
}
_TEXT = """
_OCTETS = "!#$%&'()*+-./:<=>?@[]^_`{|}~"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
"""


def wire_module(names: list[str]) -> str:
    """The source of a module with some of the functions."""
    source = _HEAD + "\n".join(_FUNCTIONS[name] for name in names)
    return source if names == ["as_json"] else f"{source}\n{_TEXT}"
