"""The options of a `RetryBackend`, and of `retry=` for one endpoint or call."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from math import inf
from typing import Any, TypedDict, Unpack

from clientele.http.backends.option_signatures import with_option_signature
from clientele.http.backends.options import refuse_unknown
from clientele.http.errors import ConfigurationError
from clientele.http.message.call import Setting
from clientele.http.message.headers import checked_method

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Safe methods (RFC 9110, section 9.2.1), the default `methods` of a RetryBackend."""


class RetryOptions(TypedDict, total=False):
    """The options of a `RetryBackend` and a `Retry`, as keywords."""

    attempts: int
    """Attempts per call at most, including the first; default 3."""
    backoff: float
    """The longest wait before the second attempt, in seconds; default 0.5.
    The wait is a random part of it (full jitter), and the limit doubles with each attempt.
    """
    max_backoff: float
    """The longest wait, in seconds; default 30."""
    statuses: Collection[int]
    """The statuses to retry; default 429, 502, 503, 504.
    Those of a `Retry` apply to any method of its endpoint, those of a `RetryBackend` to `methods`.
    """
    methods: Collection[str]
    """The methods to retry although the server may have seen the request; default GET, HEAD, OPTIONS, TRACE.
    Add `"PUT"` or `"POST"` if your server accepts a request twice.
    """
    max_retry_after: float
    """The longest Retry-After (RFC 9110, section 10.2.3) that is obeyed, in seconds; default 60.
    If a server asks for more, the call ends with that response.
    """
    total: float | None
    """The longest time for all attempts and the waits between them, in seconds; default None, no limit.
    The `total` of the call's Timeout includes all attempts, too. An attempt is cancelled when the total is over, unless
    the inner backend isn't a TransportBackend and has no known timeout.
    """
    idempotency_keys: bool
    """Whether to add an Idempotency-Key header to calls whose method isn't safe; default False.
    It is a random UUID for each call, the same for all of its attempts, so they can be retried whatever the method. A
    call that has the header keeps its own.
    """


@dataclass(frozen=True, slots=True)
class Policy:
    """The effective options of a call.

    Attributes:
        any_method: whether `statuses` apply to all methods.
    """

    attempts: int = 3
    backoff: float = 0.5
    max_backoff: float = 30.0
    statuses: Collection[int] = (429, 502, 503, 504)
    methods: Collection[str] = SAFE_METHODS
    max_retry_after: float = 60.0
    total: float | None = None
    idempotency_keys: bool = False
    any_method: bool = False


DEFAULTS = {name: getattr(Policy(), name) for name in RetryOptions.__annotations__}
"""The default options."""


class Retry(Setting):
    """The options of a RetryBackend for one endpoint or one call: `@api.get(path, retry=Retry(attempts=5))`.

    Args:
        options: see `RetryOptions`. Options that aren't passed keep the value of the RetryBackend.

    Raises:
        TypeError: an unknown option.
        ConfigurationError: an invalid value.
    """

    setting = "retry"

    @with_option_signature(RetryOptions, dict.fromkeys(DEFAULTS, ...))
    def __init__(self, **options: Unpack[RetryOptions]) -> None:
        refuse_unknown(options, frozenset(DEFAULTS), "Retry")
        self.options: dict[str, Any] = {name: _CHECKS[name](name, value) for name, value in options.items()}
        """The passed options."""

    def __repr__(self) -> str:
        return f"Retry({', '.join(f'{name}={value!r}' for name, value in self.options.items())})"


def _count(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConfigurationError(f"retry: {name}={value!r} is not a number of attempts; use 1 or more")
    return value


def _seconds(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < inf:
        raise ConfigurationError(f"retry: {name}={value!r} is not a positive number of seconds")
    return float(value)


def _seconds_or_none(name: str, value: object) -> float | None:
    return None if value is None else _seconds(name, value)


def _statuses(name: str, value: Any) -> frozenset[int]:
    statuses: list[Any] = list(value) if isinstance(value, Iterable) else [None]
    if not all(isinstance(status, int) and 100 <= status <= 599 for status in statuses):
        raise ConfigurationError(f"retry: {name}={value!r} is not a list of statuses; use ints, as in [429, 503]")
    return frozenset(statuses)


def _methods(name: str, value: Any) -> frozenset[str]:
    if isinstance(value, str):
        raise ConfigurationError(f"retry: {name}={value!r}: use a list of methods, as in [{value!r}]")
    return frozenset(map(checked_method, value))


def _switch(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ConfigurationError(f"retry: {name}={value!r}: use True or False")
    return value


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "attempts": _count,
    "backoff": _seconds,
    "max_backoff": _seconds,
    "statuses": _statuses,
    "methods": _methods,
    "max_retry_after": _seconds,
    "total": _seconds_or_none,
    "idempotency_keys": _switch,
}
