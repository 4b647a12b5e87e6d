"""The routes of a fake: their replies, and their calls."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

from clientele.http.fake.matching import Pattern
from clientele.http.fake.replies import Answer, Reply, checked_answer
from clientele.http.fake.requests import FakeRequest
from clientele.http.message.name_values import Given
from clientele.http.runtime.forks import OwnLock

_NEAREST = 3


class UnmatchedRequest(AssertionError):
    """A strict fake received a request that no route matches. Code under test isn't expected to catch it."""


class RouteWithoutReply(AssertionError):
    """A request matched a route without a reply: `fake.on(...)` without `.reply(...)` or `.reply_with(...)`."""


class Route:
    """The replies to matching requests; created by `FakeHTTPBackend.on`.

    The first request gets the first reply, and so on; the last reply is repeated. A request for a route without a reply
    raises RouteWithoutReply.
    """

    calls: list[FakeRequest]
    """The requests so far, oldest first."""

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern
        """The pattern of matching requests."""
        self.calls = []
        self._answers: deque[Answer] = deque()

    def reply(self, status: int = 200, content: Any = None, *, headers: Given[str] = (), delay: float = 0.0) -> Self:
        """Respond to every request with a `Reply` of these arguments; `delay` is in seconds.

        Raises:
            ConfigurationError: `status` is not a final status, or `delay` is negative.
        """
        return self.reply_with(Reply(status, content, headers, delay))

    def reply_with(self, answer: Answer, *others: Answer) -> Self:
        """Respond with these replies in order, and repeat the last one.

        Args:
            answer: a `Reply`, a `Response`, a TransportError, or a function of the request that returns one of these.
            others: the replies to the requests after the first.

        Raises:
            TypeError: a reply has an unsupported type.
        """
        self._answers = deque(map(checked_answer, (answer, *others)))
        return self

    @property
    def called(self) -> bool:
        """Whether there was a request."""
        return bool(self.calls)

    @property
    def last_request(self) -> FakeRequest:
        """The latest request.

        Raises:
            AssertionError: there was none.
        """
        self.assert_called()
        return self.calls[-1]

    def assert_called(self) -> None:
        """Raise AssertionError unless there was a request."""
        if not self.calls:
            raise AssertionError(f"{self.pattern} was never called")

    def assert_called_once(self) -> None:
        """Raise AssertionError unless there was exactly one request."""
        self.assert_call_count(1)

    def assert_call_count(self, count: int) -> None:
        """Raise AssertionError unless there were exactly `count` requests."""
        if len(self.calls) != count:
            raise AssertionError(f"{self.pattern} was {_called(len(self.calls))}, not {_called(count)}")

    def take(self, request: FakeRequest) -> Answer:
        """Record `request`, and return the reply to it.

        Raises:
            RouteWithoutReply: there is none.
        """
        self.calls.append(request)
        if not self._answers:
            raise RouteWithoutReply(f"the route for {self.pattern} has no reply; add one: fake.on(...).reply(200, ...)")
        return self._answers.popleft() if len(self._answers) > 1 else self._answers[0]

    def __repr__(self) -> str:
        return f"<Route {self.pattern}, {_called(len(self.calls))}>"


class Router:
    """The routes and the queue of a fake. It is the fake's native client, shared by all threads and loops."""

    def __init__(self, default: Reply, *, strict: bool) -> None:
        self._default = default
        self._strict = strict
        self._own = OwnLock()
        self._routes: list[Route] = []
        self._queue: list[Route] = []
        self._unmatched: list[str] = []

    def add(self, route: Route) -> Route:
        """Add `route`, after the existing ones."""
        with self._own.lock:
            self._routes.append(route)
        return route

    def queue(self, pattern: Pattern, reply: Reply) -> None:
        """Use `reply` once, for the first request that matches `pattern`. It takes precedence over routes."""
        with self._own.lock:
            self._queue.append(Route(pattern).reply_with(reply))

    def answer(self, request: FakeRequest) -> tuple[Answer, FakeRequest]:
        """The reply to `request`, and the request with the path arguments of its route.

        Raises:
            UnmatchedRequest: no route matches, and the fake is strict.
            RouteWithoutReply: the matching route has no reply.
        """
        with self._own.lock:
            for route in (*self._queue, *self._routes):
                if next(route.pattern.differences(request), None) is None:
                    if route in self._queue:
                        self._queue.remove(route)
                    seen = replace(request, path_arguments=route.pattern.arguments(request))
                    return route.take(seen), seen
            if not self._strict:
                return self._default, request
            self._unmatched.append(_unmatched(request, (*self._queue, *self._routes)))
            raise UnmatchedRequest(self._unmatched[-1])

    def clear(self) -> None:
        """Remove everything but the default."""
        with self._own.lock:
            for known in (self._routes, self._queue, self._unmatched):
                known.clear()

    def check(self, *, unused: bool) -> None:
        """Raise AssertionError if requests were unmatched, or, with `unused`, if a reply was never used."""
        with self._own.lock:
            wrong = list(self._unmatched)
            if unused:
                wrong.extend(f"{route.pattern} was never called" for route in self._routes if not route.called)
                wrong.extend(f"the response queued for {route.pattern} was never used" for route in self._queue)
        if wrong:
            raise AssertionError("\n".join(wrong))


def _unmatched(request: FakeRequest, routes: Sequence[Route]) -> str:
    lines = [f"no route of the fake matches {request.method} {request.url}"]
    for route in sorted(routes, key=lambda each: each.pattern.distance(request))[:_NEAREST]:
        lines.append(f"  {route.pattern}")
        lines.extend(f"    {difference}" for difference in route.pattern.differences(request))
    if not routes:
        lines.append('  the fake has no routes; fake.on("GET", "/path").reply(200, ...) makes one')
    return "\n".join(lines)


def _called(count: int) -> str:
    return {0: "never called", 1: "called once"}.get(count, f"called {count} times")
