"""What an annotation may say about where an argument goes: `Annotated[int, Query("userId")]`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, Any, TypeAlias, get_args, get_origin

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
        segments: the value may be several segments: its slashes stay slashes, and each segment is escaped and checked
            by itself (RFC 3986, section 3.3). By default a value is one segment, in which a slash is `%2F`.
    """

    alias: str | None = None
    segments: bool = False


class Query(_Aliased):
    """An argument for the query: text, a number, bool, Enum, UUID, Decimal, date or time, or a list of these.

    A list repeats the name; None is left out.

    Attributes:
        alias: the name in the query; default: that of the parameter.
    """

    __slots__ = ()


class Header(_Aliased):
    """An argument for a header of the request: of the types that a query value may have.

    The values of a list are joined with `, ` (RFC 9110, section 5.3); None leaves the header out, so that a configured
    one of that name stays.

    Attributes:
        alias: the name of the header; default: that of the parameter, with hyphens for its underscores.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Body(_Marker):
    """The body of the request, as a parameter called `data` is without a marker.

    A model, dataclass, TypedDict, dict, list, number or bool is written as JSON; bytes, str, a binary file or an
    iterator of bytes is the body as it is. None is no body.

    A model is written with all of its fields, but in a PATCH only with those that were set, because the others would
    take the place of what the server has. This holds for models inside of models, lists and dicts, too.

    Attributes:
        exclude_unset: leave out the fields of models that were not set, and computed ones; default: True for a PATCH,
            False for other methods.
        exclude_none: leave out the fields of models that are None; default False.
        exclude_defaults: leave out the fields of models that have their default values; default False.
        by_alias: write fields by their serialization aliases, not by their names; default True.
    """

    exclude_unset: bool | None = None
    exclude_none: bool = False
    exclude_defaults: bool = False
    by_alias: bool = True


class Form(_Aliased):
    """A field of a form, `application/x-www-form-urlencoded`, or of `multipart/form-data` if there are files too.

    Values are written as in a query: a list repeats the name, None is left out.

    Attributes:
        alias: the name of the field; default: that of the parameter.
    """

    __slots__ = ()


class File(_Aliased):
    """A file of a form, which is `multipart/form-data` (RFC 7578) then.

    The value is bytes, str, a binary file, `(filename, content)` or `(filename, content, content type)`, or a list of
    these under one name; None is left out.

    Attributes:
        alias: the name of the part; default: that of the parameter.
    """

    __slots__ = ()


Marker: TypeAlias = Path | Query | Header | Body | Form | File


def marker_of(annotation: Any, where: str) -> Marker | None:
    """The marker of `annotation`, if it has one; a class stands for an instance without arguments.

    Raises:
        ConfigurationError: there are several, or one is hidden inside a union; the message starts with `where`.
    """
    found = [marker for item in _metadata(annotation) if (marker := as_marker(item)) is not None]
    if len(found) > 1:
        raise ConfigurationError(
            f"{where} is marked {found[0]!r} and {found[1]!r}, but goes to one place; keep one of them"
        )
    if not found:
        _refuse_hidden(annotation, where)
    return found[0] if found else None


def as_marker(value: Any) -> Marker | None:
    """`value`, if it is a marker, or one without arguments if it is the class of one."""
    if isinstance(value, Marker):
        return value
    return value() if isinstance(value, type) and issubclass(value, Marker) else None


def _metadata(annotation: Any) -> tuple[Any, ...]:
    return tuple(getattr(annotation, "__metadata__", ()))


def _refuse_hidden(annotation: Any, where: str) -> None:
    inner = [part for part in get_args(annotation) if get_origin(part) is Annotated]
    for marker in (as_marker(item) for part in inner for item in _metadata(part)):
        if marker is not None:
            raise ConfigurationError(
                f"{where} has its marker inside the type; put it outside: Annotated[the whole type, {marker!r}]"
            )
