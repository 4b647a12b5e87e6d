"""`Call`, a call as wrappers, hooks, logs and error handlers see it."""

from __future__ import annotations

import abc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import inf
from time import monotonic
from typing import Any, ClassVar, NamedTuple, Protocol

from clientele.http.message.errors import ConfigurationError
from clientele.http.message.name_values import Given, pairs_of
from clientele.http.message.redaction import redacted_url

__all__ = ["Call", "Setting"]


class Setting:
    """The base class of what a decorator's option for a wrapper takes, such as `Retry` for `retry=`."""

    setting: ClassVar[str]
    """The name of the option."""


class Renewal(Protocol):
    """Applies the credentials of a call anew, for a further attempt."""

    @abc.abstractmethod
    def run(self, call: Call) -> Call:
        """`call` with fresh credentials in place of those that it has."""

    @abc.abstractmethod
    async def arun(self, call: Call) -> Call:
        """`run`, asynchronously."""


class Backstage:
    """What all that is sent for one call has in common, and wrappers have no part in.

    Args:
        renewal: applies the credentials anew, if there are any.
    """

    __slots__ = ("_key", "address", "around_attempt", "renewal")

    def __init__(self, renewal: Renewal | None = None) -> None:
        self.renewal = renewal
        self.around_attempt: Callable[[Any], Any] | None = None
        """Puts a wrapper around the backend that makes the attempts."""
        self.address = ""
        """The URL as a backend gets it, with its user information, if it has that."""
        self._key = ""

    @property
    def key(self) -> str:
        """A random UUID, which stays: for each attempt, and for the repetition after a 401."""
        if not self._key:
            from uuid import uuid4  # noqa: PLC0415 - few calls have one

            self._key = str(uuid4())
        return self._key


class Source(NamedTuple):
    """Where a call comes from, in the order of the fields of `Call`, which says what they mean."""

    name: str | None = None
    template: str | None = None
    settings: Mapping[str, Any] = {}
    attempt: int = 1
    home: str | None = None
    """None where no wrapper asks for it."""
    backstage: Backstage | None = None

    def _without_secrets(self, _: object) -> Source:
        """What of it goes along with an error that is pickled."""
        return Source(self.name, self.template, attempt=self.attempt)


BY_HAND = Source()
"""A call that no decorated function has made."""


@dataclass(frozen=True, slots=True, repr=False)
class Call:
    """A logical call: what is asked for, and which declaration asks for it.

    Wrappers have all of it. What hooks, logs and errors have says nothing of `options`, `home` and `deadline`.

    `name` and `template` are the same for all calls of a function, so that they can be labels of metrics.

    Attributes:
        method: the request method.
        url: without user information; the one that is asked for, whatever redirects lead to. It is absolute, or below
            the base URL of the backend.
        name: the qualified name of the decorated function, such as `GitHub.user`; None for a call that was made by
            hand, as with `api.request`.
        template: the path as it is declared, such as `/users/{login}`; None for a call that was made by hand.
        settings: what the decorator or `with_options` says for wrappers, by the name of the option: `retry`, `limit`,
            and what the option `settings` has.
        attempt: which attempt it is, from 1. In an error and a response, the one that these come from.
        home: the base URL of the client: configured headers and credentials belong to its origin. Empty if there is
            none; None if it is not known.
        options: the options of the request, such as `headers`, `json` and `timeout`; see
            `clientele.http.backends.RequestOptions`. Must not be modified; see `with_`.
        deadline: the moment, by `time.monotonic()`, at which the call has to be over, with all attempts and waits: the
            `total` of its Timeout. None for no limit.
        is_stream: whether the caller takes the items of the response as they arrive.
    """

    method: str
    url: str
    name: str | None = None
    template: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict, compare=False)
    attempt: int = 1
    home: str | None = None
    _backstage: Backstage | None = field(default=None, compare=False)
    options: Mapping[str, Any] = field(default_factory=dict, compare=False)
    deadline: float | None = None
    is_stream: bool = False

    @property
    def left(self) -> float | None:
        """Seconds until `deadline`, 0.0 once it is over; None for no limit."""
        return None if self.deadline is None else max(self.deadline - monotonic(), 0.0)

    def with_(
        self,
        *,
        headers: Given[str | None] = (),
        attempt: int | None = None,
        total: float | None = None,
        **options: Any,
    ) -> Call:
        """A copy of this call with changes, for a wrapper to send in its place. Method and URL stay.

        Args:
            headers: set over those that it has, names ignore case; None takes away a header, also one that the backend
                would add.
            attempt: which attempt it is.
            total: seconds from now in which it has to be over; an earlier `deadline` stays.
            options: others in place of those of these names.

        Raises:
            ConfigurationError: `attempt` is not a number from 1.
            TypeError: `method` or `url` is given.
        """
        if given := [name for name in ("method", "url") if name in options]:
            raise TypeError(f"Call.with_({given[0]}=...): a call keeps its method and its URL")
        if attempt is not None and (type(attempt) is not int or attempt < 1):
            raise ConfigurationError(f"Call.with_(attempt={attempt!r}): use the number of the attempt, 1 or more")
        changed: dict[str, Any] = {}
        if headers:
            options["headers"] = _over(self.options.get("headers") or (), headers)
        if options:
            changed["options"] = {**self.options, **options}
        if total is not None:
            changed["deadline"] = min(monotonic() + total, inf if self.deadline is None else self.deadline)
        return replace(self, attempt=attempt or self.attempt, **changed)

    def __repr__(self) -> str:
        return f"<Call {self.name or 'by hand'}: {self.method} {self.template or redacted_url(self.url)}>"


def _over(weaker: Given[str | None], stronger: Given[str | None]) -> dict[str, str | None]:
    """The pairs of both, by names that ignore case."""
    merged = {str(name).lower(): (name, value) for name, value in (*pairs_of(weaker), *pairs_of(stronger))}
    return dict(merged.values())


def backstage_of(call: Call) -> Backstage:
    """What all that is sent for `call` has in common."""
    return call._backstage or Backstage()  # noqa: SLF001 - wrappers at large have no part in it


def address_of(call: Call) -> str:
    """The URL of `call` as a backend gets it, with its user information."""
    return backstage_of(call).address or call.url
