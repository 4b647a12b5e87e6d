"""Settings of decorators and `with_options` for the wrappers around a backend, such as `retry=`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from clientele.http.backends.interface import HTTPBackend
from clientele.http.backends.kinds import innermost, taken_by
from clientele.http.errors import ConfigurationError
from clientele.http.message.call import Setting, Source


class Option(NamedTuple):
    """An option that is a setting.

    Attributes:
        wrapper: the class that uses it.
        example: a value, as written in code; it is a Setting with the name of the option.
    """

    wrapper: str
    example: str


OPTIONS = {
    "cache": Option("CacheBackend", "Cache(lifetime=60)"),
    "limit": Option("LimitBackend", "Limit(concurrent=2)"),
    "retry": Option("RetryBackend", "Retry(attempts=3)"),
}
"""By name."""


def checked_settings(options: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The settings in `options`, by the names that wrappers use, including those of the option `settings`.

    Raises:
        ConfigurationError: a value can't be used.
    """
    more = options.get("settings") or {}
    if not isinstance(more, Mapping):
        raise ConfigurationError(f"{where}(settings=...): use a mapping of names to values, not {type(more).__name__}")
    for name, option in OPTIONS.items():
        if name in more:
            raise ConfigurationError(f"{where}(settings=...): {name!r} is a separate option; write {name}=...")
        value = options.get(name)
        if value is not None and not (isinstance(value, Setting) and value.setting == name):
            given = f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__
            raise ConfigurationError(f"{where}({name}=...): use {option.example} or None, not {given}")
    return {**more, **{name: options[name] for name in OPTIONS if name in options}}


def refuse_untaken(source: Source, backend: HTTPBackend, configured: object) -> None:
    """Refuse settings that no wrapper takes, neither one of `backend` nor one of the `configured` backend.

    The two differ in tests, which replace the backend with a fake or with another library.

    Raises:
        ConfigurationError: there is such a setting; the message names it, and the wrapper to use.
    """
    asked = {name for name, value in source.settings.items() if value is not None}
    configured_takes = taken_by(configured) if isinstance(configured, HTTPBackend) else frozenset[str]()
    untaken = sorted(asked - taken_by(backend) - configured_takes)
    if not untaken or _is_fake(innermost(backend)):
        return
    name, inside = untaken[0], type(innermost(backend)).__name__
    known = OPTIONS.get(name)
    what = f"write http_backend={known.wrapper}({inside}(...))" if known else "add the wrapper that does"
    raise ConfigurationError(f"{source.name}({name}=...): no wrapper around {inside} takes {name!r}; {what}")


def _is_fake(backend: HTTPBackend) -> bool:
    from clientele.http.fake import FakeHTTPBackend  # noqa: PLC0415 - programs start sooner without it

    return isinstance(backend, FakeHTTPBackend)
