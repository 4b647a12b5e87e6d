"""Writes a package of a description, and imports it, to call what is written."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

import pytest

from clientele_scaffold.reading import parse_description
from clientele_scaffold.writing.files import write
from clientele_scaffold.writing.functions import Style
from clientele_scaffold.writing.package import package_for

New: TypeAlias = Callable[..., ModuleType]
"""Writes a package of a document, and imports it: `new(document)`, `new(document, is_async=True)`."""

_numbers = count()


def new_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> New:
    """What writes packages to `folder`."""
    monkeypatch.syspath_prepend(str(folder))

    def new(document: dict[str, Any], **style: bool) -> ModuleType:
        name = f"clientele_tried_{next(_numbers)}"
        write(package_for(parse_description(document), name, Style(**style), []).files, name, folder)
        return importlib.import_module(name)

    return new


def source_of(module: ModuleType) -> str:
    """The source of a module."""
    return Path(str(sys.modules[module.__name__].__file__)).read_text(encoding="utf-8")
