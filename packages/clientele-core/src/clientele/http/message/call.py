"""A call as those see it who look at many of them: hooks, logs, and what handles errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from clientele.http.message.redaction import redacted_url


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
