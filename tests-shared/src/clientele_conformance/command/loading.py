"""Finds the class of the backend that the command is about, and functions that use its library by hand."""

from __future__ import annotations

import difflib
import importlib
import inspect
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from types import ModuleType
from typing import Any

from clientele.http import HTTPBackend
from clientele.http.backends import backend_class
from clientele.http.errors import ConfigurationError


class NotFound(Exception):
    """The backend or function doesn't exist; the message lists the existing ones, and says what to do."""


@cache
def load(path: str) -> type[HTTPBackend]:
    """The class at `path`, which is `module:Class` or the name of an installed backend.

    Raises:
        NotFound: there is none.
    """
    module_name, colon, name = path.partition(":")
    if not colon:
        return _installed(path)
    if not module_name or not name:
        raise NotFound(f"{path!r}: give a module and a class, as my_package:MyBackend")
    found = _named(_imported(module_name), name)
    if not (isinstance(found, type) and issubclass(found, HTTPBackend)):
        raise NotFound(f"{path} is not a subclass of clientele.http.HTTPBackend but {_kind(found)}")
    if inspect.isabstract(found):
        missing = ", ".join(sorted(found.__abstractmethods__))
        raise NotFound(f"{path} lacks methods of clientele.http.HTTPBackend: {missing}")
    return found


def load_function(path: str) -> Callable[..., Any]:
    """The function at `path`, which is `module:function`.

    Raises:
        NotFound: there is none.
    """
    module_name, colon, name = path.partition(":")
    if not (colon and module_name and name):
        raise NotFound(f"{path!r}: give a module and a function, as my_package:my_function")
    found = _named(_imported(module_name), name)
    if not callable(found):
        raise NotFound(f"{path} is not a function but {_kind(found)}")
    return found


def _installed(name: str) -> type[HTTPBackend]:
    try:
        return backend_class(name)
    except (ConfigurationError, ImportError) as error:
        raise NotFound(f"{error}; a class is given by module and name, as my_package:MyBackend") from error


def _imported(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise NotFound(f"importing {name} failed: {error}; install what it needs") from error
        raise NotFound(f"there is no module {error.name}; run where it can be imported, or install it") from error
    except Exception as error:
        raise NotFound(f"importing {name} failed with {type(error).__name__}: {error}") from error


def _named(module: ModuleType, name: str) -> object:
    try:
        found: object = attrgetter(name)(module)
    except AttributeError:
        near = difflib.get_close_matches(name, vars(module), n=1)
        hint = f"; is it {near[0]}?" if near else ""
        raise NotFound(f"{module.__name__} has no {name}{hint}") from None
    return found


def _kind(found: object) -> str:
    return f"another class, {found.__qualname__}" if isinstance(found, type) else f"of type {type(found).__name__}"
