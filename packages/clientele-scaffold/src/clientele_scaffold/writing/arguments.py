"""Arguments of a function that calls an operation: its parameters, where each goes, and how it is written there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from clientele_scaffold.reading import Parameter, Schema
from clientele_scaffold.reading.references import value_at
from clientele_scaffold.writing.limits import fitting_default
from clientele_scaffold.writing.literals import literal
from clientele_scaffold.writing.names import PARAMETERS, Names, snake
from clientele_scaffold.writing.scopes import Scope
from clientele_scaffold.writing.types import Types, annotated

API = "clientele.api"


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument, as it is written.

    Attributes:
        name: its name in Python.
        annotation: its type, and where it goes.
        default: its default as an expression; None if it has to be given.
        source: what it is for: a parameter of the description, or the schema of a body or of a part of it.
        is_file: whether it is bytes, of a schema that says it is text.
    """

    name: str
    annotation: str
    default: str | None
    source: Parameter | Schema | None = None
    is_file: bool = False

    def __str__(self) -> str:
        return f"{self.name}: {self.annotation}{'' if self.default is None else f' = {self.default}'}"


def can_be_sent(parameter: Parameter) -> bool:
    """Whether a request may have a header of the name of a parameter, if it is one (RFC 9110, section 5.1)."""
    return parameter.place != "header" or re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", parameter.name) is not None


def _key(parameter: Parameter) -> str:
    return parameter.name.lower() if parameter.place == "header" else parameter.name


class Arguments:
    """Writes the arguments for the parameters of one operation.

    Args:
        types: writes annotations.
        scope: collects what they import.
        wanted: what models of arguments are called first.
        own: the names of arguments that are given already.
    """

    def __init__(self, types: Types, scope: Scope, wanted: str, document: dict[str, Any]) -> None:
        self._types = types
        self._scope = scope
        self._wanted = wanted
        self._document = document
        self.names = Names(PARAMETERS | {"data"})

    def of(self, parameters: tuple[Parameter, ...]) -> list[Argument]:
        """An argument for each parameter that can be sent; all cookies are one."""
        sent = {(each.place, _key(each)): each for each in reversed(parameters) if can_be_sent(each)}
        written = [self._argument(each) for each in reversed(sent.values()) if each.place != "cookie"]
        cookies = [each for each in parameters if each.place == "cookie"]
        return [*written, *([self._cookies(cookies)] if cookies else [])]

    def _argument(self, parameter: Parameter) -> Argument:
        name = self.names.new(snake(parameter.name, "argument"))
        kind, *said = _WRITERS[parameter.place](self, parameter, name)
        limits = self._types.limits(parameter.schema)
        if limits and not kind.startswith("Any"):
            told = ", ".join(f"{key}={value}" for key, value in limits.items())
            said.insert(0, f"{self._scope.use('pydantic', 'Field')}({told})")
        default = None if parameter.required else self._default(parameter)
        if default == "None" and not kind.endswith(("| None", "Any")):
            kind = f"{kind} | None"
        return Argument(name, annotated(self._scope, kind, *said), default, parameter)

    def _default(self, parameter: Parameter) -> str:
        """What is sent when nothing is given; lists have none, since a default may be changed."""
        schema = self._types.description.resolve(parameter.schema)
        said = parameter.schema if parameter.schema.has_default else schema
        if not said.has_default or self._types.is_list(schema) or self._types.is_object(schema):
            return "None"
        kinds = {"type": list(schema.types), "format": schema.format, "enum": list(schema.enum or ())}
        default = fitting_default({**kinds, "default": said.default}, self._document)
        return literal(default)

    def _kind(self, parameter: Parameter, name: str) -> str:
        return self._types.annotation(parameter.schema, self._scope, f"{self._wanted} {name}")

    def _path(self, parameter: Parameter, name: str) -> list[str]:
        kind = self._kind(parameter, name)
        is_plain = not (self._types.is_list(parameter.schema) or self._types.is_object(parameter.schema))
        if parameter.media_type:
            return [kind, self._serializer(self._scope.use(".wire", "as_json"))]
        if is_plain and parameter.style == "simple":
            return [kind]
        said = f"{literal(parameter.name)}, {literal(parameter.style)}, explode={parameter.explode}"
        return [kind, self._serializer(f"{self._scope.use('.wire', 'path_style')}({said})")]

    def _query(self, parameter: Parameter, name: str) -> list[str]:
        kind, alias = self._kind(parameter, name), "" if parameter.name == name else literal(parameter.name)
        if parameter.media_type:
            return [kind, self._serializer(self._scope.use(".wire", "as_json")), self._marker("Query", alias)]
        is_object, is_list = (each(parameter.schema) for each in (self._types.is_object, self._types.is_list))
        if is_list and self._types.is_object(self._types.items(parameter.schema)):
            # OpenAPI doesn't say how a list of objects is written.
            return ["list[str]", self._marker("Query", alias)]
        if is_list and parameter.style == "deepObject":
            return [kind, self._marker("Query", literal(f"{parameter.name}[]"))]
        style = [] if parameter.style == "form" or not (is_object or is_list) else [f"style={literal(parameter.style)}"]
        if (is_object or is_list) and parameter.explode != (parameter.style in {"form", "deepObject"}):
            style.append(f"explode={parameter.explode}")
        is_needed = alias or style or is_object
        return [kind, *([self._marker("Query", alias, *style)] if is_needed else [])]

    def _header(self, parameter: Parameter, name: str) -> list[str]:
        alias = "" if parameter.name.lower() == name.replace("_", "-") else literal(parameter.name)
        kind, marker = self._kind(parameter, name), self._marker("Header", alias)
        if parameter.media_type:
            return [kind, self._serializer(self._scope.use(".wire", "as_json")), marker]
        if self._types.is_object(parameter.schema):
            said = f"{literal(parameter.name)}, 'simple', explode={parameter.explode}"
            return [kind, self._serializer(f"{self._scope.use('.wire', 'path_style')}({said})"), marker]
        return [kind, marker]

    def _cookies(self, parameters: list[Parameter]) -> Argument:
        properties = {
            each.name: {**value_at(self._document, each.schema.pointer), "description": each.description}
            for each in parameters
        }
        required = [each.name for each in parameters if each.required]
        schema = {"type": "object", "properties": properties, "required": required}
        model = self._scope.use(".models", self._types.models.make(f"{self._wanted} Cookies", schema))
        exploded = [literal(each.name) for each in parameters if each.explode and self._types.is_list(each.schema)]
        serializer = self._serializer(f"{self._scope.use('.wire', 'as_cookies')}({', '.join(exploded)})")
        kind = model if required else f"{model} | None"
        annotation = annotated(self._scope, kind, serializer, self._marker("Header", literal("Cookie")))
        return Argument(self.names.new("cookies"), annotation, None if required else "None")

    def _marker(self, name: str, *said: str) -> str:
        return f"{self._scope.use(API, name)}({', '.join(filter(None, said))})"

    def _serializer(self, function: str) -> str:
        return f"{self._scope.use('pydantic', 'PlainSerializer')}({function})"


_WRITERS = {"path": Arguments._path, "query": Arguments._query, "header": Arguments._header}  # noqa: SLF001
