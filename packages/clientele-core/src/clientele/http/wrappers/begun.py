"""Converts the arguments of a backend method to the Call of a flow, and back to options."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import Any

from clientele.http.backends.limits import limits_of
from clientele.http.message.call import BY_HAND, Backstage, Call, Source
from clientele.http.message.errors import InvalidHeader
from clientele.http.message.headers import checked_method
from clientele.http.message.name_values import kept
from clientele.http.message.redaction import without_userinfo
from clientele.http.timeouts import Timeout


def begun(
    method: str, url: str, options: dict[str, Any], configured: Timeout | None, *, is_stream: bool = False
) -> Call:
    """The call with these arguments, whose deadline starts now.

    Args:
        method: as passed to the backend.
        url: as passed to the backend.
        options: the options; `call` is the source from a client or an outer wrapper.
        configured: the default limits, if they are known.
        is_stream: whether the call is a stream.

    Raises:
        TypeError, ConfigurationError: an argument is invalid.
    """
    said: Source | Call = options.pop("call", BY_HAND)
    for name, error in (("headers", InvalidHeader), ("params", TypeError)):
        if options.get(name) is not None:
            options[name] = kept(options[name], name, error)
    limits = limits_of(options, configured)
    if isinstance(said, Call):
        call = replace(said, options=options)
    else:
        backstage, shown = said.backstage or Backstage(), url
        if isinstance(url, str) and "@" in url:
            backstage.address, shown = url, without_userinfo(url)
        where = (said.name, said.template, said.settings, said.attempt, said.home or options.get("home"), backstage)
        call = Call(checked_method(method), shown, *where, options, None, is_stream)
    return call if limits is None or limits.total is None else call.with_(total=limits.total)


def in_time(call: Call, options: dict[str, Any], configured: Timeout | None) -> dict[str, Any]:
    """`options` for the backend that sends `call`, with a timeout of at most the time left."""
    limits = None if call.deadline is None else limits_of(options, configured)
    if limits is None or call.deadline is None:
        return options
    left = max(call.deadline - monotonic(), 0.001)
    return {**options, "timeout": replace(limits, total=left if limits.total is None else min(left, limits.total))}
