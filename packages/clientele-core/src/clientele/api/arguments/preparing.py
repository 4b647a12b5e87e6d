"""Converts the arguments of a call to a path below the base URL and the options of the request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from clientele.api.arguments.adding import Adder, header_adder, more_query_adder, part_adder, spreader
from clientele.api.arguments.bodies import body_writer, writing_of
from clientele.api.arguments.checked import argument_writer
from clientele.api.arguments.markers import Body
from clientele.api.arguments.parameters import Place, Places
from clientele.api.arguments.paths import PathTemplate, segment_writer
from clientele.api.signatures.binding import Values, generated
from clientele.api.types.json_values import Writing
from clientele.http.errors import ConfigurationError, InvalidBody, InvalidPathValue
from clientele.http.message.headers import HeadersInput, checked_headers, merged_headers
from clientele.http.message.name_values import checked_pairs, pairs_of

Prepared = tuple[str, dict[str, Any]]
Preparer = Callable[[Values], Prepared]


def make_preparer(  # noqa: PLR0917 - each is another half of the request
    name: str, method: str, template: PathTemplate, places: Places, common: Mapping[str, Any], first: int
) -> Preparer:
    """A function that converts the values of a call to the path and the options of the request.

    Args:
        name: the name of the function in errors.
        method: the request method.
        template: the path.
        places: where the values are sent.
        common: the options of the decorator, which are the same for each call.
        first: the number of values before the first argument: 1 for a method, whose first value is the client.

    The preparer raises:
        InvalidPathValue, InvalidHeader, InvalidBody: a value can't be sent; the message names the parameter.
        TypeError: a value can't be written as text, or a further query value has the name of a declared one.
    """
    source = _Source(first)
    source.namespace["__common"] = dict(common)
    source.add("options = __common.copy()" if common else "options = {}")
    _write_query(source, name, places)
    _write_headers(source, name, places, common)
    _write_body(source, name, method, places)
    source.add(f"return {_path(source, name, template, places)}, options")
    preparer: Preparer = generated(source.text(), "prepare", source.namespace)
    return preparer


def with_call_options(prepare: Preparer, changes: Mapping[str, Any]) -> Preparer:
    """`prepare`, with options of a single call, which take precedence. They have already been checked."""

    def prepare_changed(values: Values) -> Prepared:
        path, options = prepare(values)
        if "headers" in changes:
            options["headers"] = _over(options.get("headers", {}), changes["headers"])
        if "query" in changes:
            params = _replaced(options.pop("params", {}), changes["query"])
            if params:
                options["params"] = params
        if "timeout" in changes:
            options["timeout"] = changes["timeout"]
        if "follow_redirects" in changes:
            options["follow_redirects"] = changes["follow_redirects"]
        return path, options

    return prepare_changed


class _Source:
    """The source of a function `prepare(values)`, line by line, and the objects it refers to."""

    def __init__(self, first: int) -> None:
        self.namespace: dict[str, Any] = {}
        self._lines: list[str] = []
        self._first = first

    def value(self, place: Place) -> str:
        """The expression for the value of `place`."""
        return f"values[{place.index + self._first}]"

    def name(self, what: Any) -> str:
        """The name of `what` in the source."""
        name = f"__{len(self.namespace)}"
        self.namespace[name] = what
        return name

    def add(self, line: str) -> None:
        self._lines.append(line)

    def add_unless_none(self, place: Place, line: str) -> None:
        self.add(f"if {self.value(place)} is not None: {line}")

    def text(self) -> str:
        return "\n    ".join(["def prepare(values):", *self._lines])


def _write_query(source: _Source, name: str, places: Places) -> None:
    if not places.query and places.more_query is None:
        return
    source.add("params = {}")
    for place in places.query:
        _write_values(source, place, "params", spreader(name, place, Writing(), ConfigurationError))
    if places.more_query is not None:
        add_more = source.name(more_query_adder(name, places))
        source.add(f"{add_more}(params, {source.value(places.more_query)})")
    source.add("if params: options['params'] = params")


def _write_values(source: _Source, place: Place, target: str, add: Adder | None) -> None:
    line = f"{target}[{place.name!r}] = {source.value(place)}"
    source.add_unless_none(place, line if add is None else f"{source.name(add)}({target}, {source.value(place)})")


def _replaced(params: Any, query: Any) -> Any:
    """`params` with the values of `query`, which replace those of the same name; None removes them."""
    if isinstance(params, Mapping) and isinstance(query, Mapping):
        return {name: value for name, value in (dict(params) | dict(query)).items() if value is not None}
    pairs = tuple(checked_pairs(query, "query"))
    names = {name for name, _ in pairs}
    others = (pair for pair in pairs_of(params) if pair[0] not in names)
    return [(name, value) for name, value in (*others, *pairs) if value is not None]


def _write_headers(source: _Source, name: str, places: Places, common: Mapping[str, Any]) -> None:
    if places.headers:
        source.add("headers = {}")
        for place in places.headers:
            add = source.name(header_adder(place, f"{name}: header argument {place.parameter!r}"))
            source.add_unless_none(place, f"{add}(headers, {source.value(place)})")
        over = source.name(_over)
        merged = f"{over}(options['headers'], headers)" if "headers" in common else "headers"
        source.add(f"if headers: options['headers'] = {merged}")


def _over(weaker: HeadersInput, stronger: HeadersInput) -> HeadersInput:
    return dict(merged_headers(checked_headers(weaker), checked_headers(stronger)).values())


def _write_body(source: _Source, name: str, method: str, places: Places) -> None:
    if places.body is not None:
        own = writing_of(places.body.marker, method)
        write = body_writer(places.body.kind, f"{name}({places.body.parameter}=...)", own)
        source.add(f"{source.name(write)}(options, {source.value(places.body)})")
    writing = writing_of(Body(), method)
    if places.form:
        source.add("data = {}")
        for place in places.form:
            _write_values(source, place, "data", spreader(name, place, writing, InvalidBody))
        source.add("if data: options['data'] = data")
    if places.files:
        source.add("files = []")
        for place in places.files:
            add = source.name(part_adder(name, place, writing))
            source.add_unless_none(place, f"{add}(files, {place.name!r}, {source.value(place)})")
        # Also multipart if there is no file, because the server expects it.
        source.add("if files or 'data' in options: options['files'] = files")


def _path(source: _Source, name: str, template: PathTemplate, places: Places) -> str:
    """The expression for the path."""
    parts = [repr(template.literals[0])]
    for field, literal in zip(template.names, template.literals[1:], strict=True):
        place = places.path[field]
        check = argument_writer(place.kind, f"{name}: path argument {place.parameter!r}", Writing(), InvalidPathValue)
        write = source.name(segment_writer(place.parameter, name, check, segments=place.marker.segments))
        value = source.value(place)
        # Fast path: most values are ints, which need no escaping.
        is_plain = f"str({value}) if type({value}) is int else " if check is None else ""
        parts.append(f"({is_plain}{write}({value}))")
        parts.append(repr(literal))
    return " + ".join(part for part in parts if part != "''") or "''"
