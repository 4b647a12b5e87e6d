"""Assigns the arguments of a call to the path, the query, a header, the body, or a form."""

from __future__ import annotations

import re
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from inspect import Parameter
from typing import Any, get_args, get_origin

import typing_extensions

from clientele.api.arguments.checked import is_object
from clientele.api.arguments.markers import (
    Body,
    File,
    Form,
    Header,
    Marker,
    Part,
    Path,
    Query,
    as_marker,
    marked_field,
    marker_of,
)
from clientele.api.arguments.styles import check_style
from clientele.api.types.annotations import class_of, members, shown
from clientele.api.types.text_types import refuse_unwritable
from clientele.http.errors import ConfigurationError
from clientele.http.message.headers import checked_headers
from clientele.http.timeouts import Timeout


@dataclass(slots=True, repr=False, eq=False)
class Place:
    """One argument.

    Attributes:
        index: its position in the values of a call.
        parameter: its name in the function.
        name: the name under which it is sent.
        kind: its annotation; Any without one.
        marker: declares where it is sent, and optionally how it is encoded.
    """

    index: int
    parameter: str
    name: str
    kind: Any
    marker: Any


@dataclass(slots=True, repr=False, eq=False)
class Places:
    """The arguments of a call, by where they are sent."""

    path: dict[str, Place] = field(default_factory=dict)
    """By the name between the braces."""
    query: list[Place] = field(default_factory=list)
    more_query: Place | None = None
    """`**kwargs`: further query values."""
    headers: list[Place] = field(default_factory=list)
    body: Place | None = None
    form: list[Place] = field(default_factory=list)
    files: list[Place] = field(default_factory=list)
    """Parts of the form that are not files, in order."""

    @property
    def has_body(self) -> bool:
        """Whether any argument goes to the body."""
        return bool(self.body or self.form or self.files)

    def all(self) -> list[Place]:
        """All places, in no particular order."""
        single = [place for place in (self.more_query, self.body) if place is not None]
        return [*self.path.values(), *self.query, *self.headers, *self.form, *self.files, *single]


UNMARKED = Query()
"""The marker of arguments that go to the query by default."""


def read_places(
    function: str, template: str, names: Sequence[str], arguments: Sequence[Parameter], hints: Mapping[str, Any]
) -> Places:
    """Determine where each of `arguments` is sent.

    Args:
        function: the name of the function in errors.
        template: the path, as shown in errors.
        names: the names in its braces.
        arguments: the parameters of callers, in the order of the values of a call.
        hints: the annotations of the parameters, evaluated.

    Raises:
        ConfigurationError: an argument can't be assigned, or two are assigned to the same place; the message names
            function, parameter and fix.
    """
    places = Places()
    for index, parameter in enumerate(arguments):
        where = f"{function}: `{parameter.name}`"
        goal = _goal(parameter, hints.get(parameter.name), names, where)
        name, kind = _sent_as(parameter.name, goal, where), hints.get(parameter.name, Any)
        place = Place(index, parameter.name, name, kind, goal)
        if parameter.kind is Parameter.VAR_KEYWORD:
            places.more_query = _further_query(place, goal, where)
        elif isinstance(goal, Path):
            _add_path(places, place, names, where)
        else:
            _ADDERS[type(goal)](places, place, where)
    missing = next((name for name in names if name not in places.path), None)
    if missing is not None:
        raise ConfigurationError(f"{function}: {_no_argument(missing, template, arguments)}")
    if places.body is not None and (places.form or places.files):
        beside = (places.form or places.files)[0].parameter
        raise ConfigurationError(
            f"{function}: `{places.body.parameter}` is the body, and `{beside}` is part of a form, which is a body "
            "too; mark all of them Form(), File() or Part(), or none"
        )
    return places


def _goal(parameter: Parameter, annotation: Any, names: Sequence[str], where: str) -> Marker:
    """The marker, or the default: the path for names in braces, the body for `data`, the query for others."""
    marker = marker_of(annotation, where)
    if (default := as_marker(parameter.default)) is not None:
        first = getattr(default, "alias", None)
        is_name = first is None or isinstance(first, str)
        written = f"{default!r}]" if is_name else f"{type(default).__name__}()] = {first!r}"
        raise ConfigurationError(
            f"{where} has a marker for its default; write {parameter.name}: Annotated[Type, {written}"
        )
    if (kind := as_marker(annotation)) is not None:
        raise ConfigurationError(
            f"{where} has a marker for its type; write {parameter.name}: Annotated[Type, {kind!r}]"
        )
    if marker is not None:
        return marker
    if parameter.kind is Parameter.VAR_KEYWORD:
        return UNMARKED
    if parameter.name in names:
        return Path()
    if parameter.name == "data":
        return Body()
    return UNMARKED


def _sent_as(parameter: str, goal: Marker, where: str) -> str:
    alias = getattr(goal, "alias", None)
    if alias is None:
        return parameter.replace("_", "-") if isinstance(goal, Header) else parameter
    if not isinstance(alias, str) or not alias:
        raise ConfigurationError(f"{where}: {alias!r} is not a name; write one as in {type(goal).__name__}('name')")
    return alias


def _further_query(place: Place, goal: Marker, where: str) -> Place:
    if goal != Query():
        raise ConfigurationError(
            f"{where} takes any keywords, which are further query values, so it can't be marked {goal!r}; "
            "name the parameters that go elsewhere"
        )
    unpacked = get_args(place.kind)[0] if get_origin(place.kind) in _UNPACK else None
    if unpacked is None:
        refuse_unwritable(place.kind, where, "a query")
    else:
        place.kind = unpacked
        _refuse_marked_fields(place, where)
    return place


_UNPACK = (typing.Unpack, typing_extensions.Unpack)


def _add_path(places: Places, place: Place, names: Sequence[str], where: str) -> None:
    if place.name not in names:
        raise ConfigurationError(
            f"{where} is marked Path, but the path has no {{{place.name}}}; add it, or remove the marker"
        )
    if place.name in places.path:
        other = places.path[place.name].parameter
        raise ConfigurationError(f"{where} and `{other}` both fill {{{place.name}}} in the path; keep one of them")
    refuse_unwritable(place.kind, where, "a path")
    places.path[place.name] = place


def _refuse_marked_fields(place: Place, where: str) -> None:
    for member in members(place.kind):
        if (found := marked_field(member)) is not None:
            raise ConfigurationError(
                f"{where}: the field {found[0]!r} of {shown(member)} is marked {found[1]!r}, which has no effect on a "
                "field; declare it as a parameter of its own, or name it with Field(alias=...)"
            )


def _add_query(places: Places, place: Place, where: str) -> None:
    check_style(place.marker, where)
    _refuse_marked_fields(place, where)
    if place.marker is UNMARKED or not is_object(place.kind):
        _refuse_option(place, where)
        refuse_unwritable(place.kind, where, "one value of a query" if is_object(place.kind) else "a query")
    _add(places.query, place, where, "query value")


def _refuse_option(place: Place, where: str) -> None:
    """Refuse a parameter that has the name and the type of an option: the error shows how to pass options."""
    option, kinds = _OPTIONS.get(place.name, ("", ()))
    if any(issubclass(class_of(member) or object, kinds) for member in members(place.kind)):
        raise ConfigurationError(
            f"{where} is a value of the query, which {shown(place.kind)} can't be; if it is an option of the call, "
            f"take it out, and use with_options({option}=...)"
        )


_OPTIONS: Mapping[str, tuple[str, tuple[type, ...]]] = {
    "headers": ("headers", (Mapping,)),
    "query": ("query", (Mapping,)),
    "params": ("query", (Mapping,)),
    "timeout": ("timeout", (Timeout,)),
}


def _add_header(places: Places, place: Place, where: str) -> None:
    checked_headers({place.name: ""}, where)
    refuse_unwritable(place.kind, where, "a header")
    _add(places.headers, place, where, "header")


def _add_form(places: Places, place: Place, where: str) -> None:
    _refuse_marked_fields(place, where)
    if not is_object(place.kind):
        refuse_unwritable(place.kind, where, "a field of a form")
    _add(places.form, place, where, "form field")


def _add_file(places: Places, place: Place, where: str) -> None:
    _add(places.files, place, where, "file")


def _add_part(places: Places, place: Place, where: str) -> None:
    content_type = place.marker.content_type
    if not (content_type is None or isinstance(content_type, str)):
        raise ConfigurationError(f"{where}: Part(content_type=...) is a str, not {type(content_type).__name__}")
    _add(places.files, place, where, "part")


def _add(places: list[Place], place: Place, where: str, what: str) -> None:
    # Names of headers are the same in any case (RFC 9110, section 5.1); the others differ by it.
    fold = str.lower if what == "header" else str
    for other in places:
        if fold(other.name) == fold(place.name):
            raise ConfigurationError(
                f"{where} and `{other.parameter}` are both sent as the {what} {place.name!r}; give one another alias, "
                "or make them one parameter that takes a list"
            )
    places.append(place)


def _add_body(places: Places, place: Place, where: str) -> None:
    if places.body is not None:
        raise ConfigurationError(
            f"{where} and `{places.body.parameter}` are both the body, and a request has one; mark one of them "
            "otherwise, or make them fields of a model"
        )
    _check_switches(place.marker, where)
    places.body = place


def _check_switches(marker: Marker, where: str) -> None:
    for name in ("exclude_unset", "exclude_none", "exclude_defaults", "by_alias"):
        value = getattr(marker, name)
        if not isinstance(value, bool) and not (value is None and name == "exclude_unset"):
            raise ConfigurationError(f"{where}: Body({name}=...) is True or False, not {type(value).__name__}")


_ADDERS = {
    Query: _add_query,
    Header: _add_header,
    Body: _add_body,
    Form: _add_form,
    File: _add_file,
    Part: _add_part,
}


def _no_argument(name: str, template: str, arguments: Sequence[Parameter]) -> str:
    if any(parameter.name == name for parameter in arguments):
        return f"`{name}` is in {template}, but is marked to go elsewhere; remove the marker or the place"
    if not name.isidentifier():
        parameter = re.sub(r"\W", "_", name)
        return (
            f"{template} has {{{name}}}, but no parameter is marked so; write "
            f"{parameter}: Annotated[Type, Path({name!r})], or remove the place"
        )
    return f"{template} has {{{name}}}, but the function has no such parameter; add it, or remove the place"
