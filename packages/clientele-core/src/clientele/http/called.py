"""A call as those see it who look at many of them: hooks, logs, and what handles errors."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from clientele.http.redaction import redacted_url

if TYPE_CHECKING:
    from clientele.http.wire import WireRequest


class Source(NamedTuple):
    """Where a call comes from; `Call` says what the two mean."""

    name: str | None = None
    template: str | None = None


BY_HAND = Source()
"""A call that no decorated function has made."""


@dataclass(frozen=True, slots=True, repr=False)
class Call:
    """A call: what is asked for, and which declaration asks for it.

    `name` and `template` are the same for all calls of a function, so that they can be labels of metrics.

    Attributes:
        method: the request method.
        url: without user information; the one that is asked for, whatever redirects lead to.
        name: the qualified name of the decorated function, such as `GitHub.user`; None for a call that was made by
            hand, as with `api.request`.
        template: the path as it is declared, such as `/users/{login}`; None for a call that was made by hand.
    """

    method: str
    url: str
    name: str | None = None
    template: str | None = None

    def __repr__(self) -> str:
        return f"<Call {self.name or 'by hand'}: {self.method} {self.template or redacted_url(self.url)}>"


class Watcher(Protocol):
    """Is told by a TransportBackend of what it does for a call."""

    def sent(self, request: WireRequest) -> None:
        """`request` is about to be sent as it is."""

    def broke_off(self, error: Exception) -> None:
        """A stream ends with `error`."""


watching: ContextVar[Watcher | None] = ContextVar("clientele_watching", default=None)
"""Who watches the calls that begin now; None for most."""
