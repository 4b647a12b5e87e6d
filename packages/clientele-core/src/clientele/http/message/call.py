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
    """The base class of settings for wrappers, such as `Retry` for the option `retry`."""

    setting: ClassVar[str]
    """The name of the option."""


class Renewal(Protocol):
    """Applies the credentials of a call again, for a further attempt."""

    @abc.abstractmethod
    def run(self, call: Call) -> Call:
        """`call` with fresh credentials instead of its own."""

    @abc.abstractmethod
    async def arun(self, call: Call) -> Call:
        """`run`, asynchronously."""


class Backstage:
    """The internal state that all requests of one call share, and that wrappers don't use.

    Args:
        renewal: applies the credentials again, if there are any.
    """

    __slots__ = ("_key", "address", "around_attempt", "renewal")

    def __init__(self, renewal: Renewal | None = None) -> None:
        self.renewal = renewal
        self.around_attempt: Callable[[Any], Any] | None = None
        """Puts a wrapper around the backend that makes the attempts."""
        self.address = ""
        """The URL for the backend, including user information."""
        self._key = ""

    @property
    def key(self) -> str:
        """A random UUID, the same for all attempts, and for the request after a 401."""
        if not self._key:
            from uuid import uuid4  # noqa: PLC0415 - few calls have one

            self._key = str(uuid4())
        return self._key


class Source(NamedTuple):
    """The source of a call; the fields are those of `Call`."""

    name: str | None = None
    template: str | None = None
    settings: Mapping[str, Any] = {}
    attempt: int = 1
    home: str | None = None
    """None if no wrapper needs it."""
    backstage: Backstage | None = None

    def _without_secrets(self, _: object) -> Source:
        """The part that is pickled with an error."""
        return Source(self.name, self.template, attempt=self.attempt)


BY_HAND = Source()
"""The source of a call without a decorated function."""


@dataclass(frozen=True, slots=True, repr=False)
class Call:
    """A logical call: its request, and the declared function that made it.

    Wrappers get all of it; in hooks, logs and errors, `options`, `home` and `deadline` are not set. `name` and
    `template` are the same for all calls of a function, so they can be labels of metrics.

    Attributes:
        method: the request method.
        url: the requested URL, without user information, whatever the redirects. It is absolute, or relative to the
            base URL of the backend.
        name: the qualified name of the decorated function, such as `GitHub.user`; None for a call without a declared
            function, such as `api.request`.
        template: the declared path, such as `/users/{login}`; None for a call without a declared function.
        settings: the settings of the decorator or `with_options` for wrappers, by the name of the option: `retry`,
            `limit`, `cache`, and the content of the option `settings`.
        attempt: the number of the attempt, from 1; in an error and a response, the attempt that they belong to.
        home: the base URL of the client: configured headers and credentials belong to its origin. Empty if there is
            none; None if it is unknown.
        options: the options of the request, such as `headers`, `json` and `timeout`; see
            `clientele.http.backends.RequestOptions`. Must not be modified; see `with_`.
        deadline: the time of `time.monotonic()` at which the call must be over, including all attempts and waits: the
            `total` of its Timeout. None for no limit.
        is_stream: whether the caller reads the items of the response as they arrive.
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
        """A copy of this call with changes, for a wrapper to send instead. Method and URL don't change.

        Args:
            headers: headers that override those of the call; names ignore case. None removes a header, even a default
                one of the backend.
            attempt: the number of the attempt.
            total: the seconds from now at which it must be over; an earlier `deadline` is kept.
            options: options that replace those of the same name.

        Raises:
            ConfigurationError: `attempt` is not a number from 1.
            TypeError: `method` or `url` is passed.
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
    """The merged pairs; names ignore case."""
    merged = {str(name).lower(): (name, value) for name, value in (*pairs_of(weaker), *pairs_of(stronger))}
    return dict(merged.values())


def backstage_of(call: Call) -> Backstage:
    """The state that all requests of `call` share."""
    return call._backstage or Backstage()  # noqa: SLF001 - wrappers at large have no part in it


def address_of(call: Call) -> str:
    """The URL of `call` for the backend, including user information."""
    return backstage_of(call).address or call.url
