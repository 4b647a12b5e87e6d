"""Backends around the installed ones, as classes that the suite can test: `retrying_httpx`, `recording_aiohttp`.

`all_httpx` has all of them around each other. A program can import them by these names, too.
"""

from __future__ import annotations

import functools
import tempfile
import weakref
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from clientele.http import HTTPBackend
from clientele.http.limiting import LimitBackend, Rate
from clientele.http.recording import RecordingBackend
from clientele.http.retrying import RetryBackend
from clientele.http.signing import EncodedRequest, Signer, SigningBackend
from clientele.http.wrappers.wrapper import Wrapper


def _once_retrying(inner: HTTPBackend) -> Wrapper:
    return RetryBackend(inner, attempts=1)


def _recording_all(inner: HTTPBackend) -> Wrapper:
    folder = tempfile.TemporaryDirectory(prefix="clientele-")
    backend = RecordingBackend(inner, Path(folder.name, "cassette.yaml"), mode="all")
    weakref.finalize(backend, folder.cleanup)
    return backend


def _limiting_nothing(inner: HTTPBackend) -> Wrapper:
    return LimitBackend(inner, rate=Rate(1_000_000), concurrent=1_000_000, obey=False)


class _Looking(Signer):
    """Looks at all that it may, and adds nothing."""

    def sign(self, request: EncodedRequest) -> dict[str, str]:
        if request.is_readable:
            request.digest()
        return {}


def _signing_nothing(inner: HTTPBackend) -> Wrapper:
    return SigningBackend(inner, _Looking())


def _tracing_nothing(inner: HTTPBackend) -> Wrapper:
    # Imported here: the suite does without what it needs.
    from clientele.http.tracing import TracingBackend  # noqa: PLC0415

    return TracingBackend(inner)


def _caching_nothing(inner: HTTPBackend) -> Wrapper:
    # Imported here, as what tracing needs.
    from clientele.http.caching import CacheBackend  # noqa: PLC0415

    return CacheBackend(inner)


WRAPPERS: dict[str, Callable[[HTTPBackend], Wrapper]] = {
    "tracing": _tracing_nothing,
    "caching": _caching_nothing,
    "retrying": _once_retrying,
    "limiting": _limiting_nothing,
    "signing": _signing_nothing,
    "recording": _recording_all,
}
"""By name, the outermost first: each in a state in which it must not show."""

ALL = "all"
"""The name of all of them around each other."""


@functools.cache
def wrapped(wrapper: str, name: str) -> type[HTTPBackend]:
    """A class that makes the backend called `name`, with the options it is given, and wraps it."""
    inner_class: Any = entry_points(group="clientele.backends")[name].load()

    def new(_: type, **options: Any) -> Wrapper:
        wraps = WRAPPERS.values() if wrapper == ALL else [WRAPPERS[wrapper]]
        made: Wrapper = functools.reduce(lambda inner, wrap: wrap(inner), reversed([*wraps]), inner_class(**options))
        return made

    # What the class says is what the inner class says; what it makes is a wrapper.
    return type(f"{wrapper}_{name}", (inner_class,), {"__new__": new, "__module__": __name__})


def __getattr__(name: str) -> type[HTTPBackend]:
    wrapper, _, backend = name.partition("_")
    if wrapper not in {ALL, *WRAPPERS}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return wrapped(wrapper, backend)
