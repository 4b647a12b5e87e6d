"""The root of all errors, and errors about arguments and received bodies.

`clientele.http.errors` has every error, these among them.
"""

from __future__ import annotations

from typing import Any, NoReturn, Self


class ClienteleError(Exception):
    """The base class of all errors of Clientele."""

    def __reduce__(self) -> tuple[Any, ...]:
        made: dict[int, Any] = {}
        state = {name: without_secrets(value, made) for name, value in vars(self).items() if name != "_read_problem"}
        return type(self), without_secrets(self.args, made), state

    def __copy__(self) -> Self:
        copy = type(self).__new__(type(self), *self.args)
        copy.args = self.args
        vars(copy).update(vars(self))
        return copy

    def __deepcopy__(self, memo: object) -> Self:
        return self.__copy__()


class ConfigurationError(ClienteleError, ValueError):
    """A setting or an argument is invalid; nothing was sent."""


class InvalidURL(ConfigurationError):
    """The URL, or the base URL, is invalid (RFC 3986; RFC 9110, section 4.2)."""


class InvalidHeader(ConfigurationError):
    """The name or the value of a header is invalid (RFC 9110, section 5)."""


class InvalidBody(ConfigurationError):
    """The request body can't be encoded."""


class InvalidPathValue(ConfigurationError):
    """A path argument is empty, `.` or `..`, and would change the declared path (RFC 3986, section 5.2.4)."""


class JSONDecodeError(ClienteleError, ValueError):
    """The body of a response is empty or isn't JSON (RFC 8259)."""


class RecordingError(ClienteleError):
    """A cassette can't be read, or has no response to a request; see `clientele.http.recording`."""


def raise_from(error: BaseException, cause: BaseException | None) -> NoReturn:
    """Raise `error` from `cause`. The exception that is being handled, which may show secrets, isn't its context."""
    try:
        raise error from cause
    finally:
        error.__context__ = cause
        del error  # Its traceback has this frame: as a cycle, they would keep what all frames have, such as sockets.


def without_secrets(value: Any, made: dict[int, Any]) -> Any:
    """`value`; a Response, or a tuple of them, is copied without secrets.

    Args:
        value: an attribute of an error.
        made: the copies so far, because the history of a response contains other responses.
    """
    copied = getattr(value, "_without_secrets", None)
    if copied is not None:
        return copied(made)
    return tuple(without_secrets(each, made) for each in value) if isinstance(value, tuple) else value
