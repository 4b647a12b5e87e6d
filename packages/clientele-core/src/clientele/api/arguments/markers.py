"""Markers in annotations that declare where an argument is sent: `Annotated[int, Query("userId")]`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from types import UnionType
from typing import Annotated, Any, Literal, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from typing_extensions import is_typeddict

from clientele.api.types.annotations import alias_value, class_of, plain
from clientele.http.errors import ConfigurationError


class _Marker:
    __slots__ = ()

    def __repr__(self) -> str:
        said = [(field.name, getattr(self, field.name), field.default) for field in fields(self)]  # type: ignore[arg-type]
        written = ", ".join(f"{name}={value!r}" for name, value, default in said if value != default)
        return f"{type(self).__name__}({written})"


@dataclass(frozen=True, slots=True, repr=False)
class _Aliased(_Marker):
    alias: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Path(_Marker):
    """An argument for the path.

    Attributes:
        alias: the name between the braces; default: that of the parameter.
        segments: allow several segments: slashes are kept, and each segment is escaped and checked separately (RFC
            3986, section 3.3). By default, a value is one segment, and a slash in it becomes `%2F`.
    """

    alias: str | None = None
    segments: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Query(_Aliased):
    """An argument for the query: text, a number, bool, Enum, UUID, Decimal, date or time, or a list of these.

    A list repeats the name; None and empty lists are omitted. Each field of a model, dataclass, TypedDict or dict is
    sent as a value, under its name in JSON.

    Attributes:
        alias: the name in the query; default: that of the parameter.
        style: how lists and objects are written (OpenAPI 3.1, section 4.8.12). With `"form"`, the default, a list is
            `a=1&a=2`, and an object has a value for each field: `x=1&y=2`; with `explode=False` they are `a=1,2` and
            `a=x,1,y,2`. `"spaceDelimited"` is `a=1%202`, `"pipeDelimited"` is `a=1%7C2`, and `"deepObject"`, for
            objects only, `a%5Bx%5D=1&a%5By%5D=2`; it also supports nested objects.
        explode: whether each value gets its own name; default None, which means True for `"form"` and `"deepObject"`
            and False for the others.
    """

    style: Literal["form", "spaceDelimited", "pipeDelimited", "deepObject"] = field(default="form", kw_only=True)
    explode: bool | None = field(default=None, kw_only=True)


class Header(_Aliased):
    """An argument for a header of the request, of any type that a query value may have.

    The values of a list are joined with `, ` (RFC 9110, section 5.3); None omits the header, so a configured header of
    that name is kept.

    Attributes:
        alias: the name of the header; default: that of the parameter, with hyphens for its underscores.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Body(_Marker):
    """The body of the request. A parameter called `data` doesn't need the marker.

    A model, dataclass, TypedDict, dict, list, number or bool is sent as JSON; bytes, str, a binary file or an iterator
    of bytes is sent unchanged, but a str that is also marked `AsJSON()` is sent as JSON. None sends no body.

    All fields of a model are sent, but a PATCH sends only the fields that were set, because the others would overwrite
    the values on the server. This also applies to nested models, and to models in lists and dicts.

    Attributes:
        exclude_unset: omit fields that were not set, and computed fields; default: True for a PATCH, False for other
            methods.
        exclude_none: omit fields that are None; default False.
        exclude_defaults: omit fields that have their default values; default False.
        by_alias: use the serialization aliases of fields instead of their names; default True.
    """

    exclude_unset: bool | None = None
    exclude_none: bool = False
    exclude_defaults: bool = False
    by_alias: bool = True


class Form(_Aliased):
    """A field of a form, `application/x-www-form-urlencoded`, or of `multipart/form-data` if there are files too.

    Values are encoded as in a query: a list repeats the name, None is omitted. Each field of a model, dataclass,
    TypedDict or dict becomes a field of the form; a PATCH sends only the fields of a model that were set.

    Attributes:
        alias: the name of the field; default: that of the parameter.
    """

    __slots__ = ()


class File(_Aliased):
    """A file of a form, which is then sent as `multipart/form-data` (RFC 7578).

    The value is bytes, str, a binary file, `(filename, content)` or `(filename, content, content type)`, or a list of
    these under one name; None is omitted.

    Attributes:
        alias: the name of the part; default: that of the parameter.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True, repr=False)
class Part(_Aliased):
    """A part of a form without a filename, usually JSON. The form is then sent as `multipart/form-data` (RFC 7578).

    A model, dataclass, TypedDict, dict, list, number or bool is sent as JSON, in a PATCH only the fields of models that
    were set; bytes and str are sent unchanged. None is omitted.

    Attributes:
        alias: the name of the part; default: that of the parameter.
        content_type: its media type; default None, which means `application/json` for values that are sent as JSON, and
            no media type for bytes and str.
    """

    content_type: str | None = field(default=None, kw_only=True)


Marker: TypeAlias = Path | Query | Header | Body | Form | File | Part


def marker_of(annotation: Any, where: str) -> Marker | None:
    """The marker of `annotation`, or None; a class means an instance without arguments.

    The marker may be in a nested `Annotated`, in a member of a union, in a `type` alias, or in the bound of a type
    variable.

    Raises:
        ConfigurationError: there are several markers, one applies only to a part of the value, or one is not ours; the
            message starts with `where`.
    """
    found = []
    for item in _metadata(annotation):
        if (marker := as_marker(item)) is not None:
            found.append(marker)
        else:
            _refuse_foreign(item, where)
    others = [marker for marker in found if marker != found[0]]
    if others:
        raise ConfigurationError(
            f"{where} is marked {found[0]!r} and {others[0]!r}, but goes to one place; keep one of them"
        )
    if not found:
        _refuse_hidden(annotation, where)
    return found[0] if found else None


def as_marker(value: Any) -> Marker | None:
    """`value` if it is a marker, an instance of it if it is the class of a marker, else None."""
    if isinstance(value, Marker):
        return value
    return value() if isinstance(value, type) and issubclass(value, Marker) else None


def _refuse_foreign(item: Any, where: str) -> None:
    """Refuse the markers of other libraries, and names for the fields of models: they would have no effect."""
    kind = item if isinstance(item, type) else type(item)
    if kind.__name__ in _NAMES or (issubclass(kind, FieldInfo) and kind is not FieldInfo):
        raise ConfigurationError(
            f"{where} is marked {kind.__module__}.{kind.__name__}, which is not a marker of clientele.api; import "
            f"{kind.__name__ if kind.__name__ in _NAMES else 'the marker'} from there"
        )
    if isinstance(item, FieldInfo) and (alias := item.alias or item.serialization_alias):
        raise ConfigurationError(
            f"{where} has Field(alias={alias!r}), which is for fields of models; the name of a parameter is in its "
            f"marker: write Query({alias!r}), Header({alias!r}), Form({alias!r}) or Path({alias!r})"
        )


_NAMES = frozenset(kind.__name__ for kind in get_args(Marker))


def marked_field(kind: Any) -> tuple[str, Marker] | None:
    """The first field of the model, dataclass or TypedDict `kind` that has a marker, and the marker; None if there is
    none.
    """
    found = class_of(kind)
    if found is None:
        return None
    if issubclass(found, BaseModel):
        named = [(name, field.metadata) for name, field in found.model_fields.items()]
    elif is_dataclass(found) or is_typeddict(found):
        try:
            hints = get_type_hints(found, include_extras=True)
        except NameError:  # A name of a local scope, which Pydantic may know.
            return None
        named = [(name, list(_metadata(hint))) for name, hint in hints.items()]
    else:
        return None
    return next(((name, marker) for name, items in named for item in items if (marker := as_marker(item))), None)


def _metadata(annotation: Any) -> Iterator[Any]:
    """The metadata of `Annotated` that applies to the whole value."""
    kind = alias_value(annotation)
    if get_origin(kind) is Annotated:
        yield from kind.__metadata__
        yield from _metadata(kind.__origin__)
    elif get_origin(kind) in {Union, UnionType}:
        for member in get_args(kind):
            yield from _metadata(member)
    elif isinstance(kind, TypeVar):
        yield from _metadata(getattr(kind, "__bound__", None))


def _refuse_hidden(annotation: Any, where: str) -> None:
    kind = plain(annotation)
    if isinstance(kind, TypeVar) or get_origin(kind) is Literal:
        return
    inner = [item for part in get_args(kind) for item in _metadata(part)]
    for marker in filter(None, map(as_marker, inner)):
        raise ConfigurationError(
            f"{where} has its marker inside the type; put it outside: Annotated[the whole type, {marker!r}]"
        )
