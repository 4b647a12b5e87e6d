"""Hooks: functions that are called before each request, after each response, and for each error.

`on_request` gets the Request before it is sent and may change it, `on_response` the Response before it is read,
whatever its status, and `on_error` the TransportError or APIException that the caller is about to get. They run in
order, once for a call: redirects, and the second request after `auth` has got new credentials, belong to the call. What
a hook raises is what the caller gets; what it returns is ignored, so an error can't be swallowed. In an asynchronous
call a hook may be an `async def` and is awaited; in a synchronous one that is a ConfigurationError, before anything is
sent.

A stream tells `on_request` when it is entered, or its first item is asked for; `on_response` before that is over, of a
Response whose content is empty, because nothing is read ahead; and `on_error` of whatever it raises, between items too.
A backend that doesn't know the option `on_head` can't tell `on_response` of a stream.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias, TypeVar

from clientele.api.hooks.awaiting import at_once, in_time
from clientele.api.hooks.request import Request
from clientele.http.errors import APIException, ConfigurationError, TransportError
from clientele.http.response import Response

RequestHook: TypeAlias = Callable[[Request], object]
"""Told of a request before it is sent; it may change it."""
ResponseHook: TypeAlias = Callable[[Response], object]
"""Told of a response before it is read, whatever its status."""
ErrorHook: TypeAlias = Callable[[TransportError | APIException], object]
"""Told of the error that a call ends with: no usable answer, or one that the call doesn't declare."""

HookT = TypeVar("HookT", bound=Callable[..., object])
Hooks: TypeAlias = HookT | Sequence[HookT] | None


def checked_hooks(hooks: Any, where: str) -> tuple[Callable[..., object], ...]:
    """`hooks`, none, one or several, as a tuple.

    Raises:
        ConfigurationError: one of them can't be called; the message starts with `where`.
    """
    if hooks is None:
        return ()
    checked = tuple(hooks) if isinstance(hooks, Iterable) and not callable(hooks) else (hooks,)
    for hook in checked:
        if not callable(hook):
            raise ConfigurationError(f"{where}: a hook is a function, not {type(hook).__name__}")
    return checked


async def tell(hooks: tuple[Callable[..., object], ...], what: object, *, is_async: bool) -> None:
    """Call `hooks` with `what`, in order.

    Raises:
        ConfigurationError: one of them would have to be awaited, and the call is synchronous.
    """
    for hook in hooks:
        if is_async:
            await in_time(hook, what)
        else:
            at_once(hook, what)
