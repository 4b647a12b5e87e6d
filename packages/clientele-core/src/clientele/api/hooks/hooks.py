"""Hooks: functions that are called before each request, after each response, and for each error.

`on_request` is called with the Request before it is sent, and may change it. `on_response` is called with the Response,
whatever its status, and `on_error` with the TransportError or APIException before it is raised. Hooks are called in
order, once for each call: redirects, and the second request after `auth` has renewed the credentials, belong to the
call. An exception in a hook is raised to the caller; its return value is ignored, so it can't suppress an error. In an
asynchronous call a hook may be an `async def`; in a synchronous call that raises ConfigurationError before anything is
sent.

For a stream, `on_request` is called when it is entered, or when the first item is requested; `on_response` is called
with a Response without content; `on_error` is called for each error, also between items. With a backend that doesn't
support the option `on_head`, `on_response` isn't called for streams.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias, TypeVar

from clientele.api.hooks.awaiting import at_once, in_time
from clientele.api.hooks.request import Request
from clientele.http.errors import APIException, ConfigurationError, TransportError
from clientele.http.response import Response

RequestHook: TypeAlias = Callable[[Request], object]
"""Called with each request before it is sent; may change it."""
ResponseHook: TypeAlias = Callable[[Response], object]
"""Called with each response before it is read, whatever its status."""
ErrorHook: TypeAlias = Callable[[TransportError | APIException], object]
"""Called with the error of a call: there is no usable response, or the response isn't one that is declared."""

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
        ConfigurationError: one of them has to be awaited, and the call is synchronous.
    """
    for hook in hooks:
        if is_async:
            await in_time(hook, what)
        else:
            at_once(hook, what)
