"""All files of a package for a description."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field

from clientele.api import APIClient
from clientele_scaffold.reading import Description, Operation
from clientele_scaffold.writing.clients import client_module
from clientele_scaffold.writing.credentials import credentials
from clientele_scaffold.writing.expressions import Expressions
from clientele_scaffold.writing.functions import Function, Functions, Style
from clientele_scaffold.writing.literals import docstring, literal, plain
from clientele_scaffold.writing.models import models_module
from clientele_scaffold.writing.names import FUNCTIONS, Names, pascal, snake
from clientele_scaffold.writing.results import Outcomes, common_errors, status_map
from clientele_scaffold.writing.samples import Samples
from clientele_scaffold.writing.schemas import ModelSchemas
from clientele_scaffold.writing.scopes import Scope
from clientele_scaffold.writing.servers import base_url_of
from clientele_scaffold.writing.trials import Trials
from clientele_scaffold.writing.types import Types
from clientele_scaffold.writing.wire import wire_module

MODULES = {"client", "models", "wire"}
_NO_TAG = "endpoints"


@dataclass(frozen=True, slots=True)
class Package:
    """What is written.

    Attributes:
        files: the sources, by path.
        functions: all functions, by module.
        notes: what the description has and the package hasn't.
    """

    files: dict[str, str]
    functions: dict[str, list[Function]]
    notes: list[str] = field(default_factory=list)


def package_for(description: Description, name: str, style: Style, tags: list[str]) -> Package:
    """A package that calls the operations of a description.

    Args:
        description: the description.
        name: what the package is called.
        style: how functions are written.
        tags: if there are any, only operations with one of these.
    """
    chosen = [each for each in description.operations if not tags or set(tags) & set(each.tags)]
    return _Writer(description, name, style).package(chosen)


class _Writer:
    def __init__(self, description: Description, name: str, style: Style) -> None:
        self._description = description
        self._name = name
        self._style = style
        self._models = ModelSchemas(dict(description.document))
        self._types = Types(description, self._models)
        self._base_url, self._is_known = base_url_of(description)
        self._notes: list[str] = []

    def package(self, operations: list[Operation]) -> Package:
        client, scope = self._client(operations)
        names = Names(FUNCTIONS | (set(dir(APIClient)) if self._style.is_class else set()))
        # Each is there once in the whole package.
        named = {each.pointer: names.new(_function_name(each)) for each in operations}
        functions = Functions(self._types, self._style, client, self._base_url, names)
        files: dict[str, str] = {}
        written: dict[str, list[Function]] = {}
        owners: dict[str, str] = {}
        used: set[str] = set()
        for module, (tag, members) in by_module(operations).items():
            inner = Scope()
            found = [each for operation in members for each in functions.of(operation, named[operation.pointer], inner)]
            owners[module] = self._models.reserve(f"{pascal(tag, 'Tag')}API") if self._style.is_class else module
            files[f"{self._name}/{module}.py"] = self._module(tag, owners[module], found, inner)
            written[module] = found
            used |= set(inner.uses(".wire"))
        samples = Samples(self._description)
        expressions = Expressions(self._types, samples, self._name)
        trials = Trials(expressions, samples, self._name, self._base_url, self._style)
        files[f"test_{self._name}.py"] = trials.module(written, owners)
        files[f"{self._name}/client.py"] = scope
        files[f"{self._name}/__init__.py"] = self._init(owners)
        files[f"{self._name}/py.typed"] = ""
        if used:
            files[f"{self._name}/wire.py"] = wire_module(sorted(used))
        if models := models_module(self._models.document()):
            files[f"{self._name}/models.py"] = models
        return Package(dict(sorted(files.items())), written, self._notes)

    def _client(self, operations: list[Operation]) -> tuple[dict[str, str], str]:
        """The errors that the client has for all, and the source of its module."""
        scope, outcomes = Scope(), Outcomes(self._types)
        # A class doesn't know the configuration of its clients, so that its methods say their errors themselves.
        shared = [] if self._style.is_class else operations
        errors = common_errors([outcomes.errors(each, Scope(), each.id or "call") for each in shared])
        if not self._is_known:
            self._notes.append(f"the description doesn't say where the API is: in client.py it is {self._base_url}")
        auth = credentials(self._description, operations, scope, is_method=self._style.is_class)
        if auth.unknown:
            self._notes.append(f"nothing is written for the security scheme {' and '.join(auth.unknown)}")
        if auth.others:
            self._notes.append(f"authenticate() has nothing of the security scheme {' and '.join(auth.others)}")
        for kind in errors.values():
            for model in re.findall(r"\w+", kind):
                if self._models.has(model):
                    scope.use(".models", model)
        settings = {
            "base_url": literal(self._base_url),
            **({"errors": status_map(errors)} if errors else {}),
        }
        source = client_module(self._description, settings, auth.text, scope, self._style)
        return errors, source

    def _module(self, tag: str, owner: str, functions: list[Function], scope: Scope) -> str:
        if tag == _NO_TAG:
            about = docstring(f"The calls of {plain(self._description.title)}")
        else:
            about = docstring(f"The calls of {plain(self._description.title)} that are tagged {plain(tag)}")
        bodies = [each.text for each in functions]
        if not self._style.is_class:
            return "\n\n\n".join([f"{about}\n\n{scope.lines()}", *bodies]) + "\n"
        scope.use(".client", "Client")
        methods = "\n\n".join(textwrap.indent(each, "    ") for each in bodies)
        return f"{about}\n\n{scope.lines()}\n\n\nclass {owner}(Client):\n    {about}\n\n{methods}\n"

    def _init(self, owners: dict[str, str]) -> str:
        about = docstring(f"A client of {plain(self._description.title)}")
        if not self._style.is_class:
            listed = ", ".join(f'"{name}"' for name in sorted([*owners, "api"]))
            modules = f"from . import {', '.join(sorted(owners))}\n" if owners else ""
            return f"{about}\n\n{modules}from .client import api\n\n__all__ = [{listed}]\n"
        imports = "\n".join(f"from .{module} import {owner}" for module, owner in owners.items())
        if len(owners) == 1:
            (owner,) = owners.values()
            return f'{about}\n\n{imports}\n\n__all__ = ["{owner}"]\n'
        whole = self._models.reserve(f"{pascal(self._name, 'Whole')}API")
        body = f"class {whole}({', '.join(owners.values())}):\n    {docstring('All calls of the API')}\n"
        listed = ", ".join(f'"{name}"' for name in sorted([whole, *owners.values()]))
        return f"{about}\n\n{imports}\n\n__all__ = [{listed}]\n\n\n{body}"


def by_module(operations: list[Operation]) -> dict[str, tuple[str, list[Operation]]]:
    """Operations by module, each in that of its first tag; and the tag."""
    names = Names(MODULES)
    modules: dict[str, str] = {}
    found: dict[str, tuple[str, list[Operation]]] = {}
    for operation in operations:
        tag = operation.tags[0] if operation.tags else _NO_TAG
        if tag not in modules:
            modules[tag] = names.new(snake(tag, "tag"))
        found.setdefault(modules[tag], (tag, []))[1].append(operation)
    return found


def _function_name(operation: Operation) -> str:
    suffix = re.sub(r"\W", "_", operation.path) + f"_{operation.method.lower()}"
    # FastAPI makes ids of the function's name, the path and the method.
    if len(operation.id) > len(suffix) and operation.id.endswith(suffix):
        return snake(operation.id.removesuffix(suffix), "call")
    return snake(operation.id or f"{operation.method} {operation.path}", "call")
