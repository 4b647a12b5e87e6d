"""The options of a LimitBackend, and of `limit=` for one endpoint or call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import Any

from clientele.http.errors import ConfigurationError
from clientele.http.message.call import Setting


@dataclass(frozen=True, slots=True)
class Rate:
    """The maximum number of calls that start in any period.

    Attributes:
        calls: the number of calls, at least 1.
        per: the length of the period in seconds; default 1.

    Raises:
        ConfigurationError: a value is not a valid number.
    """

    calls: int
    per: float = 1.0

    def __post_init__(self) -> None:
        check_count(self.calls, "Rate(calls=...)")
        if isinstance(self.per, bool) or not isinstance(self.per, (int, float)) or not 0 < self.per < inf:
            raise ConfigurationError(f"Rate(per={self.per!r}): use a positive number of seconds")


@dataclass(frozen=True, slots=True)
class SharedRate(Rate):
    """A Rate that several processes keep together, by the store of a bucket of pyrate-limiter.

    ```python
    def bucket(rates: list[pyrate_limiter.Rate]) -> pyrate_limiter.SQLiteBucket:
        return pyrate_limiter.SQLiteBucket.init_from_file(rates, db_path="limits.sqlite", use_file_lock=True)

    backend = LimitBackend("httpx", rate=SharedRate(10, per=1.0, bucket=bucket))
    ```

    Attributes:
        calls: how many calls may begin in `per`, at least 1.
        per: the length of the span in seconds; default 1; it is kept to the millisecond.
        bucket: makes a synchronous bucket of the rates that it is given. It is called at the first call, and in each
            process; closing the LimitBackend closes the bucket.

    Raises:
        ImportError: pyrate-limiter is missing: `pip install 'clientele-core[limits]'`.
        ConfigurationError: one of them can't be used.
    """

    bucket: Callable[[list[Any]], Any] = field(kw_only=True)

    def __post_init__(self) -> None:
        Rate.__post_init__(self)  # A class with slots is made anew, so that it has no `super()`.
        if not callable(self.bucket):
            raise ConfigurationError(
                f"SharedRate(bucket=...): give a function that makes a bucket, not {type(self.bucket).__name__}: each "
                "process has to open the store by itself"
            )
        pyrate_limiter()


def pyrate_limiter() -> Any:
    """The library.

    Raises:
        ImportError: it is missing; the message says what to install.
    """
    try:
        import pyrate_limiter  # noqa: PLC0415 - core does without it
    except ModuleNotFoundError as error:
        raise ImportError(
            f"SharedRate needs {error.name}, which is not installed: pip install 'clientele-core[limits]'",
            name=error.name,
        ) from error
    return pyrate_limiter


class Limit(Setting):
    """The limits of one endpoint, in addition to those of the backend: `@api.get(path, limit=Limit(rate=Rate(2,
    per=60)))`.

    All calls with this object share its limits, also those of several endpoints.

    Args:
        rate: the maximum rate of calls; default None, no limit.
        concurrent: the maximum number of concurrent calls; default None, no limit.

    Raises:
        ConfigurationError: a value is invalid.
    """

    setting = "limit"

    def __init__(self, *, rate: Rate | None = None, concurrent: int | None = None) -> None:
        self.rate = checked_rate(rate)
        self.concurrent = None if concurrent is None else check_count(concurrent, "limit: concurrent")

    def __repr__(self) -> str:
        return f"Limit(rate={self.rate!r}, concurrent={self.concurrent!r})"


def checked_rate(rate: object) -> Rate | None:
    """`rate`, checked.

    Raises:
        ConfigurationError: it is neither a Rate nor None.
    """
    if rate is None or isinstance(rate, Rate):
        return rate
    raise ConfigurationError(f"limit: rate={rate!r}: use Rate(10, per=1.0), for ten calls a second")


def check_count(count: object, where: str) -> int:
    """Check that `count` is a number of calls.

    Raises:
        ConfigurationError: it is not; the message starts with `where`.
    """
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise ConfigurationError(f"{where}: use a number of calls, 1 or more, not {count!r}")
    return count
