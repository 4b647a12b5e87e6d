"""Arguments for a call, as expressions: values that the schemas of a description allow."""

from __future__ import annotations

from typing import Any

from clientele_scaffold.reading import Parameter, Schema
from clientele_scaffold.writing.arguments import Argument
from clientele_scaffold.writing.limits import FORMATS
from clientele_scaffold.writing.literals import literal
from clientele_scaffold.writing.samples import Samples
from clientele_scaffold.writing.scopes import Scope
from clientele_scaffold.writing.types import Types

_MADE = {"date": "fromisoformat", "date-time": "fromisoformat", "time": "fromisoformat"}


class Expressions:
    """Writes arguments.

    Args:
        types: says which types values have.
        samples: makes the values.
        package: the name of the package that has the models.
    """

    def __init__(self, types: Types, samples: Samples, package: str) -> None:
        self._types = types
        self._samples = samples
        self._models = f"{package}.models"

    def call(self, arguments: list[Argument], scope: Scope) -> str:
        """The arguments that have to be given, by keyword."""
        return ", ".join(f"{each.name}={self._argument(each, scope)}" for each in arguments if each.default is None)

    def _argument(self, argument: Argument, scope: Scope) -> str:
        if argument.is_file:
            one = 'b"content"'
            return f"[{one}]" if argument.annotation.startswith("Annotated[list") else one
        if argument.source is None or argument.annotation.startswith("list[str]"):
            return "[]"
        schema = argument.source.schema if isinstance(argument.source, Parameter) else argument.source
        if argument.name == "data" and argument.annotation in {"str", "bytes"}:
            return '"text"' if argument.annotation == "str" else 'b"content"'
        return self._value(schema, scope)

    def _value(self, schema: Schema, scope: Scope) -> str:
        found = self._types.description.resolve(schema)
        value: Any = self._samples.value(schema)
        if parts := (*found.any_of, *found.one_of, *(found.all_of if len(found.all_of) == 1 else ())):
            schema, found = parts[0], self._types.description.resolve(parts[0])
        if isinstance(value, dict) and (model := self._model(schema, scope)):
            return f"{model}.model_validate({literal(value)})"
        if isinstance(value, list) and found.items is not None:
            return f"[{self._value(found.items, scope)}]" if value else "[]"
        if isinstance(value, str) and found.format in FORMATS and found.enum is None:
            return self._made(value, found.format, scope)
        return literal(value)

    def _model(self, schema: Schema, scope: Scope) -> str:
        """The class of an object; `""` if it is a dict."""
        annotation = self._types.annotation(schema, Scope(), "")
        is_model = annotation.isidentifier() and annotation not in {"Any", "str"}
        return scope.use(self._models, annotation) if is_model else ""

    def _made(self, value: str, name: str, scope: Scope) -> str:
        module, kind = FORMATS[name]
        if not module:
            return "b'content'"
        scope.use(module, kind)
        if name in _MADE:
            return f"{kind}.{_MADE[name]}({literal(value)})"
        return f"{kind}(days=1)" if name == "duration" else f"{kind}({literal(value)})"
