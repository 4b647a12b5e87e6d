"""The base class of `auth`: adds credentials to a request, and renews them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Self, TypeAlias

from clientele.api.credentials.refreshing import Refreshing
from clientele.api.hooks.awaiting import is_asynchronous
from clientele.api.hooks.request import Request
from clientele.http.message.unshown import Unshown
from clientele.http.response import Response

Send: TypeAlias = Callable[..., Response]
"""Sends a request through the client's backend, without its `auth`: `send("POST", url, data=...)`."""
AsyncSend: TypeAlias = Callable[..., Awaitable[Response]]
"""`Send`, in an asynchronous call."""


class Auth(Unshown):
    """Authenticates requests. Subclass it for your own scheme.

    `apply` is called before each request. `refresh` is called when the server responds with 401: once for all calls
    that were rejected, in any number of threads, tasks and event loops. If there are new credentials, each of these
    calls is sent a second time, and its caller gets the second response. A request whose body can be read only once is
    not sent again: its caller gets the 401, and later calls use the new credentials. Calls that `refresh` makes with
    the same `auth`, in its own thread or task, are sent without it.

    Asynchronous calls use `aapply` and `arefresh`, which by default call `apply` and `refresh`.

    The repr shows no secret, and the object can't be pickled. A copy is the object itself.
    """

    header: str | None = "Authorization"
    """The header that `apply` sets. A call with this header keeps its own. None if it isn't always the same."""
    refreshing: Refreshing
    """The refreshes in progress; for internal use."""

    def __new__(cls, *_: Any, **__: Any) -> Self:
        """Create the refreshes here, because a subclass may not call `__init__`."""
        self = super().__new__(cls)
        object.__setattr__(self, "refreshing", Refreshing())  # A subclass may be a frozen dataclass.
        return self

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        for name in ("apply", "refresh", "renew"):
            if is_asynchronous(getattr(cls, name)):
                raise TypeError(
                    f"{cls.__name__}.{name} is for synchronous calls; write `async def a{name}` for asynchronous ones"
                )

    @property
    def ready(self) -> bool:
        """Whether there are credentials; if not, `refresh` is called before a request is sent."""
        return True

    def apply(self, request: Request) -> None:
        """Add the credentials to the headers or the query of `request`.

        Raises:
            ConfigurationError: the credentials can only be added asynchronously.
        """
        raise NotImplementedError(f"{type(self).__name__} has no method `apply`")

    async def aapply(self, request: Request) -> None:
        """`apply`, in an asynchronous call."""
        self.apply(request)

    def refresh(self, response: Response | None) -> bool:  # noqa: ARG002
        """Get new credentials, after `response` or, if it is None, for the first time.

        Returns:
            Whether there are new ones; if not, the caller gets the 401. An exception is raised to the callers.
        """
        return False

    async def arefresh(self, response: Response | None) -> bool:
        """`refresh`, in an asynchronous call."""
        return self.refresh(response)

    def renew(self, response: Response | None, send: Send) -> bool:  # noqa: ARG002
        """Get new credentials from a server: override it instead of `refresh`.

        Args:
            response: as for `refresh`.
            send: sends a request through the client's backend, and returns its Response, whatever its status:
                `send("POST", url, data={...})`, with the options of `clientele.http.backends.RequestOptions`. The
                client's configuration applies, except hooks and `auth`; headers are sent to the origin of the base URL
                only.
        """
        return self.refresh(response)

    async def arenew(self, response: Response | None, send: AsyncSend) -> bool:  # noqa: ARG002
        """`renew`, in an asynchronous call; `send` must be awaited."""
        return await self.arefresh(response)
