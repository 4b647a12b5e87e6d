"""A description's text as a JSON value: of YAML only what JSON can say, and no more than a description needs."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

import yaml

from clientele_scaffold.reading.problems import DescriptionError, Problem, pointer_of

MAX_DEPTH = 100
MAX_VALUES = 4_000_000
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads keys as they are written, and dates as text."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                key.tag = "tag:yaml.org,2002:str"
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


_PLAIN = {"timestamp", "bool", "int", "float"}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] not in _PLAIN]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
# As YAML 1.2 has them, which OpenAPI is written in: to PyYAML `no` is false, and `12:30` is 750.
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("(true|True|TRUE|false|False|FALSE)$"), "tTfF")
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?(0|[1-9]\d*)$"), "-+0123456789")
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$"), "-+.0123456789"
)


def parse(source: str, content: bytes) -> dict[str, Any]:
    """The JSON value of a text.

    Raises:
        DescriptionError: it is neither JSON nor YAML, not an object, or nested or shared beyond all need.
    """
    try:
        text = content.decode("utf-8-sig")
        value = _from_json(text) if text.lstrip().startswith("{") else yaml.load(text, _Loader)  # noqa: S506 - a safe one
    except yaml.YAMLError as error:
        raise DescriptionError(source, [Problem("#", f"is not YAML: {error}")]) from error
    except RecursionError:
        raise DescriptionError(source, [Problem("#", "is nested too deeply")]) from None
    except ValueError as error:
        raise DescriptionError(source, [Problem("#", f"is not JSON: {error}")]) from error
    if not isinstance(value, dict):
        raise DescriptionError(source, [Problem("#", "is not an object; a description begins with `openapi:`")])
    if problem := _beyond_json(value):
        raise DescriptionError(source, [problem])
    return value


def _from_json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError:
        # YAML may begin with a brace, too.
        try:
            return yaml.load(text, _Loader)  # noqa: S506 - a safe one
        except yaml.YAMLError:
            pass
        raise


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a value of JSON")


def _beyond_json(document: Any) -> Problem | None:
    """What a description has no need of: great depth, billions of values behind aliases, half characters."""
    left: list[tuple[tuple[str | int, ...], Any]] = [((), document)]
    seen = 0
    while left:
        path, value = left.pop()
        seen += 1
        if len(path) > MAX_DEPTH:
            return Problem(pointer_of(path[:5]), f"is nested more than {MAX_DEPTH} levels deep")
        if seen > MAX_VALUES:
            return Problem("#", f"has more than {MAX_VALUES:,} values")
        if isinstance(value, dict):
            left += [((*path, str(key)), item) for key, item in value.items()]
            left += [((*path, str(key)), key) for key in value if not (isinstance(key, str) and key.isascii())]
        elif isinstance(value, list):
            left += [((*path, index), item) for index, item in enumerate(value)]
        elif wrong := _unfit(value):
            return Problem(pointer_of(path), wrong)
    return None


def _unfit(value: Any) -> str:
    if isinstance(value, str):
        return "has half of a surrogate pair, which is not text" if _SURROGATE.search(value) else ""
    return "" if isinstance(value, int | float | None) else f"is a {type(value).__name__} of YAML, which JSON hasn't"
