"""Error messages for `client.get("/users")` used as a call: it returns a decorator, and sends nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from clientele.api.declaring.decorator_options import EndpointOptions
from clientele.http.backends.options import REQUEST_OPTIONS
from clientele.http.errors import ConfigurationError
from clientele.http.message.suggestions import instead_of

_OF_DECORATORS = EndpointOptions.__annotations__.keys()
_OF_CALLS = REQUEST_OPTIONS - _OF_DECORATORS


class NotACall:
    """A decorator; if code treats it as a response, the error explains the mistake.

    Args:
        method: the request method of the decorator.
        path: its path, of any type.
        options: its options.
        prefix: the prefix of its name in errors: `client.` or `""`.

    Raises:
        ConfigurationError: the path is a function: the decorator was used without parentheses.
        TypeError: an option belongs to a call.
    """

    def __init__(self, method: str, path: Any, options: EndpointOptions, prefix: str) -> None:
        name = f"{prefix}{str(method).lower()}"
        if callable(path) or hasattr(path, "__func__"):
            decorated = getattr(path, "__qualname__", type(path).__name__)
            raise ConfigurationError(f'{decorated}: @{name} has no path; write @{name}("/the/path") above it')
        self._said = f"{name}({path!r}) makes a decorator for a function and sends nothing"
        self._instead = f'to make a call, write client.request("{method}", {path!r}'
        misplaced = sorted(_OF_CALLS & options.keys())
        if misplaced:
            option = misplaced[0]
            raise TypeError(
                f"{self._said}, so it has no option {option!r}: {instead_of(option, _OF_DECORATORS)}; "
                f"{self._instead}, {option}=...)"
            )

    if not TYPE_CHECKING:  # Not for type checkers: for them, it has no such attributes.

        def __getattr__(self, name: str) -> NoReturn:
            if name in {"_said", "_instead"} or name.startswith("__"):
                raise AttributeError(name)
            raise AttributeError(f"{self._said}, so it has no {name!r}; {self._instead})")

        def __await__(self) -> NoReturn:
            raise TypeError(f"{self._said}, so there is nothing to await; {self._instead.replace('.r', '.ar')})")

        def __iter__(self) -> NoReturn:
            raise TypeError(f"{self._said}, so there is nothing to iterate over; {self._instead})")
