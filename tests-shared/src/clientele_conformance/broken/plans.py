"""Ways to break a correct backend, whichever it is: in what it is asked for, in what it answers, or in what it streams.

Each class here stands before a correct one in the order of inheritance, and changes nothing yet.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator, Iterable
from contextlib import aclosing, closing
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, cast

from clientele.http import HTTPBackend, Response
from clientele.http.errors import TransportError
from clientele.http.transport import TransportBackend


@dataclass(frozen=True, slots=True)
class Sending:
    """One request that a correct backend is asked to send."""

    method: str
    url: str
    options: dict[str, Any] = field(default_factory=dict)

    def to(self, url: str) -> Sending:
        """The same request, to `url`."""
        return replace(self, url=url)

    def but(self, **options: Any) -> Sending:
        """The same request, with other options."""
        return replace(self, options={**self.options, **options})

    def without(self, *names: str) -> Sending:
        """The same request, without the options called `names`."""
        return replace(self, options={name: value for name, value in self.options.items() if name not in names})


def correct(parent: Any) -> HTTPBackend:
    """What `super()` stands for, which type checkers take for the abstract class."""
    backend: HTTPBackend = parent
    return backend


def correct_transport(parent: Any) -> TransportBackend[Any, Any]:
    """`correct`, of a backend that exchanges wire requests."""
    backend: TransportBackend[Any, Any] = parent
    return backend


def turned(error: TransportError, kind: type[TransportError]) -> TransportError:
    """`error`, taken for one of a `kind`."""
    return kind(
        error.reason,
        request_method=error.request_method,
        request_url=error.request_url,
        request_sent=error.request_sent,
        backend=error.backend,
    )


Plan: TypeAlias = Generator[Sending, Response, Response]
"""Yields what the correct backend shall send, gets its response or its exception, and returns the answer."""


class Planned(HTTPBackend):
    """Answers a request by a plan, the same in both modes."""

    def plan(self, sending: Sending) -> Plan:
        """By default, what the correct backend does."""
        return (yield sending)

    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Response:
        """Follow the plan."""
        beneath = correct(super())
        steps = _Steps(self.plan(Sending(method, url, kwargs)))
        while (sending := steps.sending) is not None:
            try:
                answer = beneath.send_sync_request(sending.method, sending.url, **sending.options)
            except Exception as error:  # noqa: BLE001 - the plan decides what becomes of it
                steps.failed(error)
            else:
                steps.answered(_response(self, answer))
        return steps.response

    async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Response:
        """Follow the plan."""
        beneath = correct(super())
        steps = _Steps(self.plan(Sending(method, url, kwargs)))
        while (sending := steps.sending) is not None:
            try:
                answer = await beneath.send_async_request(sending.method, sending.url, **sending.options)
            except Exception as error:  # noqa: BLE001 - the plan decides what becomes of it
                steps.failed(error)
            else:
                steps.answered(_response(self, answer))
        return steps.response


class _Steps:
    """How far a plan has come."""

    response: Response

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.sending: Sending | None = None
        self._go_on(lambda: next(plan))

    def answered(self, response: Response) -> None:
        self._go_on(lambda: self._plan.send(response))

    def failed(self, error: Exception) -> None:
        self._go_on(lambda: self._plan.throw(error))

    def _go_on(self, step: Callable[[], Sending]) -> None:
        try:
            self.sending = step()
        except StopIteration as end:
            self.sending, self.response = None, end.value


def _response(backend: HTTPBackend, answer: Any) -> Response:
    return answer if isinstance(answer, Response) else backend.convert_to_response(answer)


_PARTS = (
    "status_code headers content request_method request_url http_version history elapsed native".split()  # noqa: SIM905
)


def remade(response: Response, kind: type[Response] = Response, **changes: Any) -> Response:
    """A copy of `response` as a `kind`, with `changes`."""
    return kind(**{**{name: getattr(response, name) for name in _PARTS}, **changes})


class Altered(HTTPBackend):
    """Changes the items of a stream, or what becomes of its error, the same in both modes."""

    def item(self, inner_type: Any, item: Any) -> Iterable[Any]:
        """What is yielded in place of `item`."""
        del inner_type
        return (item,)

    def failure(self, inner_type: Any, error: Exception) -> Iterable[Any]:
        """What is yielded in place of `error`, which by default is raised."""
        del inner_type
        raise error

    def handle_sync_stream(
        self,
        method: str,
        url: str,
        inner_type: Any,
        response_parser: Callable[[str], Any] | None = None,
        **kwargs: Any,
    ) -> Generator[Any, None, None]:
        """The altered items."""
        beneath = correct(super())
        with closing(beneath.handle_sync_stream(method, url, inner_type, response_parser, **kwargs)) as items:
            try:
                for item in items:
                    yield from self.item(inner_type, item)
            except Exception as error:  # noqa: BLE001 - whatever it is
                yield from self.failure(inner_type, error)

    async def handle_async_stream(
        self,
        method: str,
        url: str,
        inner_type: Any,
        response_parser: Callable[[str], Any] | None = None,
        **kwargs: Any,
    ) -> AsyncGenerator[Any, None]:
        """The altered items."""
        beneath = correct(super())
        async with aclosing(beneath.handle_async_stream(method, url, inner_type, response_parser, **kwargs)) as items:
            try:
                async for item in items:
                    for altered in self.item(inner_type, item):
                        yield altered
            except Exception as error:  # noqa: BLE001 - whatever it is
                for altered in self.failure(inner_type, error):
                    yield altered


class Configured(HTTPBackend):
    """Changes the options that a backend is made with."""

    def __init__(self, **options: Any) -> None:
        cast(Any, super()).__init__(**self.configured(options))

    def configured(self, options: dict[str, Any]) -> dict[str, Any]:
        """By default, `options`."""
        return options
