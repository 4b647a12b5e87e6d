"""An operation as a decorated function or method."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from clientele_scaffold.reading import Content, Operation, Parameter
from clientele_scaffold.writing.arguments import API, Argument, Arguments, can_be_sent
from clientele_scaffold.writing.bodies import Bodies, Body, chosen_bodies, name_of
from clientele_scaffold.writing.literals import docstring, first_paragraph, literal
from clientele_scaffold.writing.names import Names
from clientele_scaffold.writing.paging import Pagination, Paging
from clientele_scaffold.writing.results import Outcome, Outcomes, has_others, status_map
from clientele_scaffold.writing.scopes import Scope
from clientele_scaffold.writing.types import Types

_PLACE = re.compile(r"\{([^{}]*)\}")
_MARKED = re.compile(r"Annotated\[(.*?), AsJSON\(\)\]")
"""A type that is marked as JSON, which means nothing where a function returns it."""
_URL = "/:@!$&'()*+,;=-._~%?"
_DECORATORS = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Style:
    """How functions are written: as methods of a class, and as coroutine functions."""

    is_class: bool = False
    is_async: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function that calls an operation.

    Attributes:
        name: its name.
        text: its source.
        operation: what it calls.
        path: the path that it calls, with the names of its parameters.
        arguments: what it takes.
        outcome: what it returns.
        paging: where the next page is, of what it returns a page of.
    """

    name: str
    text: str
    operation: Operation
    path: str
    arguments: list[Argument]
    outcome: Outcome
    paging: Paging | None


class Functions:
    """Writes functions.

    Args:
        types: writes annotations.
        style: how they are written.
        common: the types of errors that the client has for all.
        base_url: where the client sends its requests.
        names: gives names to the further functions of an operation.
    """

    def __init__(self, types: Types, style: Style, common: dict[str, str], base_url: str, names: Names) -> None:
        self._names = names
        self._base_url = base_url
        self._types = types
        self._style = style
        self._common = common
        self._outcomes = Outcomes(types)
        self._pagination = Pagination(types)

    def of(self, operation: Operation, name: str, scope: Scope) -> list[Function]:
        """The functions of an operation: one for each body of a schema of its own, and one for an answer that is a
        stream only when it is asked for.
        """
        bodies: list[Content | None] = [*chosen_bodies(operation, self._types.description)]
        first, *others = bodies or [None]
        found = [self._function(operation, name, name, scope, first)]
        for content in filter(None, others):
            unique = self._names.new(f"{name}_as_{name_of(content.media_type)}")
            found.append(self._function(operation, unique, name, scope, content))
        if has_others(operation):
            unique = self._names.new(f"stream_{name}")
            found.append(self._function(operation, unique, name, scope, first, stream=True))
        return found

    def _function(
        self,
        operation: Operation,
        name: str,
        wanted: str,
        scope: Scope,
        content: Content | None,
        *,
        stream: bool = False,
    ) -> Function:
        written = Arguments(self._types, scope, wanted, dict(self._types.description.document))
        parameters = written.of(operation.parameters)
        body = Bodies(self._types, scope, wanted, written).of(operation, content)
        # What has to be given comes first, and what goes to the body right behind what goes to the path.
        arguments = sorted([*parameters, *body.arguments], key=_order)
        outcome = self._outcomes.of(operation, scope, wanted, stream=stream)
        is_plain = not (outcome.is_stream or outcome.by_status or outcome.kind.endswith("None"))
        paging = self._pagination.of(operation, content, scope, wanted) if is_plain else None
        path = self._path(operation, [each for each in parameters if _place(each) == "path"])
        text = "\n".join(
            [
                self._decorator(operation, path, body, (outcome, paging), scope),
                self._signature(name, arguments, self._returned(outcome, paging, scope)),
                *self._body(operation, content, arguments),
            ]
        )
        return Function(name, text, operation, path, arguments, outcome, paging)

    def _path(self, operation: Operation, arguments: list[Argument]) -> str:
        names = {each.source.name: each.name for each in arguments if isinstance(each.source, Parameter)}
        parts = _PLACE.split(operation.path.partition("#")[0])
        parts[::2] = [quote(part, _URL) for part in parts[::2]]
        parts[1::2] = [f"{{{names.get(part, part)}}}" for part in parts[1::2]]
        server = operation.server.rstrip("/")
        is_elsewhere = "://" in server and server != self._base_url
        return "".join([server if is_elsewhere else "", *parts])

    def _decorator(
        self, operation: Operation, path: str, body: Body, results: tuple[Outcome, Paging | None], scope: Scope
    ) -> str:
        outcome, paging = results
        method = operation.method.lower() if operation.method in _DECORATORS else "endpoint"
        said = [literal(path)] if method != "endpoint" else [literal(operation.method), literal(path)]
        headers = {"Accept": outcome.accept, "Content-Type": body.content_type}
        if any(headers.values()):
            said.append(f"headers={literal({name: value for name, value in headers.items() if value})}")
        if outcome.by_status:
            said.append(f"response_map={status_map(outcome.by_status)}")
        own = {status: kind for status, kind in outcome.errors.items() if self._common.get(status) != kind}
        if own:
            said.append(f"errors={status_map(own)}")
        if outcome.is_stream:
            said.append("streaming_response=True")
        if paging is not None:
            said.append(f"pages={paging.strategy}")
        decorator = scope.use(API, method) if self._style.is_class else f"{scope.use('.client', 'api')}.{method}"
        return f"@{decorator}({', '.join(said)})"

    def _returned(self, outcome: Outcome, paging: Paging | None, scope: Scope) -> str:
        """The type of `result`."""
        start = "Async" if self._style.is_async else ""
        if outcome.is_stream:
            return f"{scope.use(API, f'{start}Stream')}[{outcome.kind}]"
        return outcome.kind if paging is None else f"{scope.use(API, f'{start}Pages')}[{outcome.kind}, {paging.item}]"

    def _signature(self, name: str, arguments: list[Argument], kind: str) -> str:
        required = [str(each) for each in arguments if each.default is None]
        others = [str(each) for each in arguments if each.default is not None]
        listed = ["self"] * self._style.is_class + [f"result: {kind}", *required, *(["*"] if others else []), *others]
        keyword = "async def" if self._style.is_async else "def"
        returned = _MARKED.sub(r"\1", kind)
        return f"{keyword} {name}({', '.join(listed)}) -> {returned}:"

    def _body(self, operation: Operation, content: Content | None, arguments: list[Argument]) -> list[str]:
        summary = first_paragraph(operation.summary) or first_paragraph(operation.description)
        more = first_paragraph(operation.description)
        paragraphs = [summary or f"{operation.method} {operation.path}", "" if more.startswith(summary) else more]
        unsent = [each.name for each in operation.parameters if not can_be_sent(each)]
        paragraphs += [f"No request can have a header {name!r}" for name in unsent]
        if operation.deprecated:
            paragraphs.append("Deprecated.")
        chosen = chosen_bodies(operation, self._types.description)
        if content is not None and content is not chosen[0]:
            paragraphs.append(f"The body is {content.media_type}.")
        elif others := [each.media_type for each in operation.bodies if each not in chosen]:
            paragraphs.append(f"The body may also be {' or '.join(others)}.")
        told = {each.name: self._about(each) for each in arguments}
        text = docstring(*paragraphs, arguments=told).replace("\n", "\n    ").replace("\n    \n", "\n\n")
        return [f"    {text}", "    return result"]

    def _about(self, argument: Argument) -> str:
        """What is said of an argument; of a body its model says it."""
        source = argument.source
        if source is None or argument.name == "data":
            return ""
        schema = source.schema if isinstance(source, Parameter) else source
        said = source.description or (schema.description or self._types.description.resolve(schema).description)
        deprecated = " Deprecated." if source.deprecated else ""
        return f"{first_paragraph(said)}{deprecated}"


def _place(argument: Argument) -> str:
    return argument.source.place if isinstance(argument.source, Parameter) else "body" if argument.source else "cookie"


def _order(argument: Argument) -> tuple[bool, bool]:
    return argument.default is not None, _place(argument) not in {"path", "body"}
