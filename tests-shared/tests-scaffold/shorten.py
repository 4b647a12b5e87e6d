"""Makes a small description of a large one: some of its paths, and what these refer to, without examples and prose.

`python shorten.py SOURCE ORIGIN LICENCE PATH... > descriptions/NAME.json`
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from clientele_scaffold.reading.parsing import parse

_PROSE = {"example", "examples", "externalDocs", "callbacks", "links"}
_MAPS = {"properties", "schemas", "parameters", "responses", "headers", "paths", "securitySchemes", "requestBodies"}
_LENGTH = 120


def shortened(document: dict[str, Any], origin: str, licence: str, paths: list[str]) -> dict[str, Any]:
    """The small description; `paths` are kept, or all if there are none."""
    chosen = {path: item for path, item in document["paths"].items() if not paths or path in paths}
    small: dict[str, Any] = {
        "openapi": document["openapi"],
        "info": {key: document["info"][key] for key in ("title", "version")},
        "x-origin": {"source": origin, "licence": licence},
    }
    small |= {key: _without_prose(document[key]) for key in ("servers", "security") if key in document}
    small["paths"] = _without_prose(chosen)
    wanted = _references(small["paths"])
    schemes = document.get("components", {}).get("securitySchemes", {})
    small["components"] = {"securitySchemes": _without_prose(schemes)} if schemes else {}
    while left := [each for each in sorted(wanted) if _at(small, each) is None]:
        for reference in left:
            value = _without_prose(_at(document, reference))
            _put(small, reference, value)
            wanted |= _references(value)
    return small


def _without_prose(value: Any, within: str = "") -> Any:
    if isinstance(value, list):
        return [_without_prose(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for key, item in value.items():
        is_name = within in _MAPS
        if is_name or not (key in _PROSE or key.startswith("x-")):
            is_text = key in {"description", "summary"} and isinstance(item, str) and not is_name
            kept[key] = _first_sentence(item) if is_text else _without_prose(item, "" if is_name else key)
    return kept


def _first_sentence(text: str) -> str:
    return " ".join(text.partition("\n\n")[0].split()).partition(". ")[0][:_LENGTH]


def _references(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(_references, value))
    if not isinstance(value, dict):
        return set()
    own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
    mapping = value.get("discriminator")
    if isinstance(mapping, dict) and "propertyName" in mapping:
        own |= {each for each in mapping.get("mapping", {}).values() if each.startswith("#/")}
    return own.union(*map(_references, value.values()))


def _parts(reference: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in reference.removeprefix("#/").split("/")]


def _at(document: Any, reference: str) -> Any:
    for part in _parts(reference):
        document = document.get(part) if isinstance(document, dict) else None
    return document


def _put(document: dict[str, Any], reference: str, value: Any) -> None:
    *parts, name = _parts(reference)
    for part in parts:
        document = document.setdefault(part, {})
    document[name] = value


if __name__ == "__main__":
    file, origin, licence, *paths = sys.argv[1:]
    small = shortened(parse(file, Path(file).read_bytes()), origin, licence, paths)
    sys.stdout.write(json.dumps(small, indent=1, ensure_ascii=False) + "\n")
