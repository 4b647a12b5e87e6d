"""Header fields: the read-only headers of a response, and the checked headers of a request."""

from __future__ import annotations

import functools
import re
from typing import Any, NoReturn, TypeAlias

from clientele.http.message.errors import InvalidHeader
from clientele.http.message.name_values import Given, checked_pairs, pairs_of
from clientele.http.message.redaction import shown_header
from clientele.http.message.secret_values import SecretText, opened

HeadersInput: TypeAlias = Given[SecretText | None]
Pairs: TypeAlias = tuple[tuple[str, str], ...]
"""The fields in order: names and values; repeated names are separate."""

RequestHeaders: TypeAlias = dict[str, tuple[str, str | None]]
"""Maps the lower-case name to the original name and the value; None removes the header of a weaker layer."""


class Headers(dict[str, str]):
    """The headers of a response: a read-only dict that ignores case and keeps all fields.

    Keys are lower case. A field that was sent more than once reads as its values joined with `, ` (RFC 9110, section
    5.3), except Set-Cookie, which can't be joined (RFC 6265, section 3) and reads as its first value. `get_list` and
    `pairs` have every field as received. Methods that would modify it raise TypeError.
    """

    pairs: Pairs
    """The fields in the order and the case in which they were sent."""

    def __init__(self, headers: Given[str] = ()) -> None:
        given = headers.pairs if isinstance(headers, Headers) else pairs_of(headers)
        self.pairs = tuple((name, value) for name, value in given)
        joined: dict[str, str] = {}
        repeated: dict[str, list[str]] = {}
        for name, value in self.pairs:
            key = name.lower()
            if key not in joined:
                joined[key] = value
            elif key != "set-cookie":
                repeated.setdefault(key, [joined[key]]).append(value)
        # Joined once: joining one by one would be quadratic for a field that is repeated often.
        joined.update((key, ", ".join(values)) for key, values in repeated.items())
        super().__init__(joined)

    def get_list(self, name: str) -> list[str]:
        """All values of `name`, in order; an empty list if there is none."""
        wanted = name.lower()
        return [value for key, value in self.pairs if key.lower() == wanted]

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def get(self, name: str, default: Any = None) -> Any:
        """The value of `name` in any case, or `default`."""
        return super().get(name.lower(), default)

    def copy(self) -> Headers:
        """The object itself, because it is immutable."""
        return self

    def __repr__(self) -> str:
        shown = {name: shown_header(name, value) for name, value in self.items()}
        return f"Headers({shown!r})"

    def __reduce__(self) -> tuple[type[Headers], tuple[Pairs]]:
        return type(self), (self.pairs,)

    def _refuse(self: Any, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("the headers of a response are read-only; dict(headers) is a copy that can be changed")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse


_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_USUAL_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def is_token(text: str) -> bool:
    """Whether `text` is a token (RFC 9110, section 5.6.2)."""
    return _TOKEN.fullmatch(text) is not None


def checked_method(method: str) -> str:
    """`method` in upper case, checked to be a token (RFC 9110, section 9.1).

    Raises:
        InvalidHeader: it is not one.
    """
    if type(method) is str and method in _USUAL_METHODS:
        return method
    if not isinstance(method, str) or not is_token(method):
        order = ", and pass it before the path" if isinstance(method, str) and "/" in method else ""
        raise InvalidHeader(f"method: {method!r} is not a token; use a name such as GET or POST{order}")
    return method.upper()


def checked_headers(headers: HeadersInput, where: str = "headers") -> RequestHeaders:
    """Check request headers, and join repeated ones.

    Names are tokens, values printable ASCII; spaces around a value are stripped (RFC 9110, section 5.5). Repeated
    headers join with `, `, Cookie with `; `. A SecretStr is its secret value.

    Raises:
        InvalidHeader: a name or a value is invalid, or it is a header that only the body can set; the message has the
            name, never the value.
    """
    checked: RequestHeaders = {}
    repeated: dict[str, list[str]] = {}
    for name, value in checked_pairs(headers, where, InvalidHeader):
        key = (_key_of(name) if isinstance(name, str) else None) or _refuse_name(name, where)
        text = None if value is None else _checked_value(name, value, where)
        if key in checked:
            before = checked[key][1]
            if text is None or before is None:
                repeated.pop(key, None)
            else:
                repeated.setdefault(key, [before]).append(text)
        checked[key] = (name, text)
    for key, texts in repeated.items():
        checked[key] = (checked[key][0], ("; " if key == "cookie" else ", ").join(texts))
    return checked


def merged_headers(*layers: RequestHeaders) -> RequestHeaders:
    """The headers of all layers, weakest first: a stronger layer replaces a header, or removes it with None."""
    merged: RequestHeaders = {}
    for layer in layers:
        merged.update(layer)
    return merged


@functools.lru_cache(maxsize=256)
def _key_of(name: str) -> str | None:
    """`name` in lower case, checked. Cached, because programs use few names."""
    key = name.lower()
    return key if is_token(name) and key != "transfer-encoding" else None


def _refuse_name(name: object, where: str) -> NoReturn:
    if isinstance(name, str) and is_token(name):
        raise InvalidHeader(f"{where}[{name!r}]: it is set from the body; remove it")
    raise InvalidHeader(f"{where}: {name!r} is not a header name; use letters, digits and hyphens")


def _as_text(value: object) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        return 'join it, ", ".join(values), or pass a list of pairs'
    return "decode it: value.decode()" if isinstance(value, bytes) else "write it as text: str(value)"


def _checked_value(name: str, value: object, where: str) -> str:
    value = opened(value)
    if not isinstance(value, str):
        kind = type(value).__name__
        raise InvalidHeader(f"{where}[{name!r}]: a header value is a str, not {kind}; {_as_text(value)}")
    if not (value.isascii() and value.replace("\t", " ").isprintable()):
        raise InvalidHeader(
            f"{where}[{name!r}]: a header value is printable ASCII, without line breaks and control characters"
        )
    return value.strip(" \t")
