"""Timeouts: their names and valid values."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from clientele.http.message.errors import ConfigurationError


class _Assumed(float):
    """A default limit, which a library without such a limit may ignore."""

    __slots__ = ()


_DEFAULT = _Assumed(5.0)


@dataclass(frozen=True, slots=True)
class Timeout:
    """Time limits in seconds; None means no limit.

    Each limits an inactivity, not the whole call: a body that keeps arriving isn't cut off by `read`.

    Attributes:
        connect: to connect, TLS handshake included; default 5.0.
        read: to wait for the next chunk of the response; default 5.0.
        write: to wait until the server accepts the next chunk of the request; default 5.0 if the library supports it.
            A backend that doesn't support it refuses an explicit value.
        pool: to wait for a free connection; default 5.0.
        total: for the whole call, including redirects, the body, and the wait for credentials; default None.

    Raises:
        ConfigurationError: a limit is zero, negative or not a number.
    """

    connect: float | None = 5.0
    read: float | None = 5.0
    write: float | None = _DEFAULT
    pool: float | None = _DEFAULT
    total: float | None = None

    def __post_init__(self) -> None:
        for name in self.__slots__:
            _check_seconds(getattr(self, name), f"timeout.{name}")

    def asked_for(self, name: str) -> bool:
        """Whether the limit `name` was set explicitly, and not to None."""
        seconds = getattr(self, name)
        return seconds is not None and not isinstance(seconds, _Assumed)

    def within(self, limited: Callable[[float | None], float]) -> Timeout:
        """These limits, each at most the time left of `total`."""
        return Timeout(limited(self.connect), limited(self.read), limited(self.write), limited(self.pool), self.total)


def checked_timeout(timeout: object, where: str = "timeout") -> Timeout:
    """A number or None for all four limits, or a Timeout, as a Timeout.

    Raises:
        ConfigurationError: it is of another type, or zero or negative.
    """
    if isinstance(timeout, Timeout):
        return timeout
    return _each(_check_seconds(timeout, where))


@functools.lru_cache(maxsize=64)
def _each(seconds: float | None) -> Timeout:
    """`seconds` for each inactivity. Cached, because programs use few values."""
    assumed = None if seconds is None else _Assumed(seconds)
    return Timeout(seconds, seconds, assumed, assumed)


_MAX_SECONDS = 1_000_000.0
"""Eleven days; the sockets of some systems don't support more."""


def _check_seconds(value: object, where: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= _MAX_SECONDS:
        raise ConfigurationError(f"{where}: {value!r} is not a time limit; use {_instead_of(value)}")
    return float(value)


def _instead_of(value: object) -> str:
    if isinstance(value, (tuple, list)) and len(value) == 2:
        return f"Timeout(connect={value[0]!r}, read={value[1]!r}) for two limits"
    if isinstance(value, Mapping):
        return f"Timeout({', '.join(f'{name}={limit!r}' for name, limit in value.items())})"
    if hasattr(value, "total_seconds"):
        return "its .total_seconds()"
    if hasattr(value, "connect") or hasattr(value, "total"):
        return "a Timeout of clientele.http: Timeout(connect=..., read=...)"
    return "a positive number of seconds, or None for no limit"
