"""Hooks, `auth` and its renewal around the sending of a call, written once for both modes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias, cast

from clientele.api.calling.own_calls import OwnCalls
from clientele.api.config import BaseConfig
from clientele.api.credentials.auth import Auth
from clientele.api.credentials.time_left import TimeLeft, waited_too_long
from clientele.api.hooks.awaiting import is_asynchronous, name_of, needs_async
from clientele.api.hooks.hooks import tell
from clientele.api.hooks.logs import CallLog, LoggedCall, note_source
from clientele.api.hooks.request import Request
from clientele.http.backends.limits import limits_of
from clientele.http.errors import APIException, HTTPStatusError, TransportError
from clientele.http.message.body.bodies import is_replayable
from clientele.http.message.call import Backstage, Call
from clientele.http.message.headers import checked_headers
from clientele.http.message.urls import parse_url
from clientele.http.response import Response
from clientele.http.runtime.lazy import asyncio
from clientele.http.secrets.known_secrets import secret_headers
from clientele.http.timeouts import Timeout

Transmit: TypeAlias = Callable[..., Any]
"""Sends a request: receives its method, URL and options, and the keyword `source`, and returns the answer, in an
asynchronous call an awaitable of it. The answer is a Response, a stream that has begun, or the HTTPStatusError of a
stream that hasn't.
"""


class Sending:
    """The hooks, the `auth` and the log of a client; `own` makes the calls of `auth` itself."""

    def __init__(self, config: BaseConfig, log: CallLog, own: OwnCalls) -> None:
        self.log = log
        self._own = own
        self._auth: Auth | None = config.auth
        self._on_request, self._on_response, self._on_error = config.on_request, config.on_response, config.on_error
        hooks = (*self._on_request, *self._on_response, *self._on_error)
        self.know: Callable[[Collection[str]], None] | None = None
        """Called with the names of the headers and parameters that `auth` adds, or None."""
        self.limits: Timeout | None = None
        """The limits of the backend, for calls that have none of their own."""
        self.is_empty = self._auth is None and not hooks
        """Whether nothing is configured."""
        self._asynchronous = next((name_of(hook) for hook in hooks if is_asynchronous(hook)), None)

    async def response(self, request: Request, transmit: Transmit, logged: LoggedCall, *, is_async: bool) -> Response:
        """Make a call that returns a Response.

        Raises:
            ConfigurationError: the call is synchronous, but a hook or `auth` isn't.
            TransportError: there was no usable response.
            Exception: a hook or `auth` raised it.
        """
        try:
            await self.begin(request, is_async=is_async)
            response = cast(Response, await self.answer(request, transmit, logged, is_async=is_async))
            note_source(response, request.source)
            await self.answered(response, is_async=is_async)
        except BaseException as error:
            logged.failed(error)
            await self.failed(error, is_async=is_async)
            raise
        logged.answered(response)
        return response

    async def begin(self, request: Request, *, is_async: bool) -> None:
        """Call the `on_request` hooks, which may change the request, before anything is sent.

        Raises:
            ConfigurationError: the call is synchronous, but one of the hooks isn't.
        """
        if self._asynchronous is not None and not is_async:
            raise needs_async(f"the hook {self._asynchronous}")
        if self._on_request:
            await tell(self._on_request, request, is_async=is_async)

    def listen(self, request: Request) -> list[Response]:
        """A function that receives the heads of a stream's responses, if there are hooks for them."""
        heads: list[Response] = []
        if self._on_response:
            listener = request.options.get("on_head")

            def on_head(head: Response) -> object:
                note_source(head, request.source)
                heads.append(head)
                return None if listener is None else listener(head)

            request.options["on_head"] = on_head
        return heads

    async def answer(self, request: Request, transmit: Transmit, logged: LoggedCall, *, is_async: bool) -> Any:
        """Send a request with its credentials. If they are rejected and can be renewed, send it a second time."""
        auth = self._auth
        if auth is None or not _concerns(auth, request):
            return _or_raise(await _transmitted(request, transmit, is_async=is_async))
        bare, can_repeat = request.copy(), is_replayable(request.options)
        time = TimeLeft(limits_of(request.options, self.limits))
        request.source = request.source._replace(backstage=Backstage(Renewed(auth, bare, request)))
        ticket = await self._prepared(auth, request, time, is_async=is_async)
        if self.know is not None:
            self.know(_added(bare, request))
        answer = await _transmitted(request, transmit, is_async=is_async)
        rejection = _rejection(request, answer)
        if rejection is None:
            return _or_raise(answer)
        is_renewed = await self._refreshed(auth, ticket, request, time, rejection, is_async=is_async)
        if not is_renewed or not can_repeat:
            return _or_raise(answer)
        logged.sent_again()
        request.become(bare)
        time.limit(request.options, limits_of(request.options, self.limits))
        await self._prepared(auth, request, time, is_async=is_async)
        return _or_raise(await _transmitted(request, transmit, is_async=is_async))

    async def _prepared(self, auth: Auth, request: Request, time: TimeLeft, *, is_async: bool) -> int:
        """Add the credentials, after fetching them if there are none yet; and return their ticket."""
        ticket = auth.refreshing.ticket
        if not auth.ready:
            await self._refreshed(auth, ticket, request, time, None, is_async=is_async)
            ticket = auth.refreshing.ticket
            time.limit(request.options, limits_of(request.options, self.limits))
        if is_async:
            await auth.aapply(request)
        else:
            auth.apply(request)
        return ticket

    async def _refreshed(
        self, auth: Auth, ticket: int, request: Request, time: TimeLeft, response: Response | None, *, is_async: bool
    ) -> bool:
        send, asend = partial(self._own.send, time), partial(self._own.asend, time)

        async def refresh() -> bool:
            return await auth.arenew(response, asend) if is_async else auth.renew(response, send)

        done = auth.refreshing.once(ticket, refresh, time, is_async=is_async)
        try:
            return await (_within(time, done) if is_async else done)
        except TransportError:  # Of the calls that renew the credentials; some are a TimeoutError, too.
            raise
        except TimeoutError as error:
            if not time.is_over:
                raise
            sent = response is not None
            raise waited_too_long(request.method, request.url, request_sent=sent) from error

    async def answered(self, response: Response, *, is_async: bool) -> None:
        """Call the hooks for the response."""
        if self._on_response:
            await tell(self._on_response, response, is_async=is_async)

    async def failed(self, error: BaseException, *, is_async: bool) -> None:
        """Call the hooks for the error that ends a call, if it is of a type that hooks receive."""
        if self._on_error and isinstance(error, (APIException, TransportError)):
            await tell(self._on_error, error, is_async=is_async)


async def _within(time: TimeLeft, done: Awaitable[bool]) -> bool:
    async with asyncio.timeout(time.seconds):
        return await done


class Renewed:
    """Applies the credentials of a call to each further attempt that a wrapper makes.

    Args:
        auth: adds the credentials.
        bare: the request without credentials.
        request: the request of the first attempt.
    """

    def __init__(self, auth: Auth, bare: Request, request: Request) -> None:
        self._auth, self._bare, self._request = auth, bare, request

    def run(self, call: Call) -> Call:
        """`call` with fresh credentials instead of its own."""
        request = self._without(call)
        self._auth.apply(request)
        return replace(call, options=request.to_call()[1])

    async def arun(self, call: Call) -> Call:
        """`run`, asynchronously."""
        request = self._without(call)
        await self._auth.aapply(request)
        return replace(call, options=request.to_call()[1])

    def _without(self, call: Call) -> Request:
        """The request of `call`, with everything that wrappers have added, but without its credentials."""
        request = Request(call.method, call.url, dict(call.options), checked_headers(call.options.get("headers") or ()))
        for name in [*self._request.headers]:
            before = self._bare.headers.get(name)
            if name in request.headers and self._request.headers[name] != before:
                del request.headers[name]
                request.headers.update({name: before} if name in self._bare.headers else {})
        added = self._request.query[len(self._bare.query) :]
        request.query = [pair for pair in request.query if pair not in added]
        request.source = self._request.source
        return request


def _added(bare: Request, request: Request) -> set[str]:
    """The names of the headers and parameters that `request` has beyond `bare`."""
    headers = (name for name, value in request.headers.items() if bare.headers.get(name) != value)
    return {*secret_headers(headers), *(name for name, _ in request.query[len(bare.query) :])}


def _concerns(auth: Auth, request: Request) -> bool:
    """Whether `auth` adds credentials to `request`."""
    has_own = auth.header is not None and auth.header in request.headers
    return request.at_home and not has_own and not auth.refreshing.is_mine


async def _transmitted(request: Request, transmit: Transmit, *, is_async: bool) -> Any:
    answer = transmit(request.method, *request.to_call(), source=request.source)
    return await answer if is_async else answer


def _rejection(request: Request, answer: Any) -> Response | None:
    """The 401 response of a server that received the credentials.

    Redirects don't send credentials to another origin, so a 401 from there says nothing about them.
    """
    response = answer.response if isinstance(answer, HTTPStatusError) else answer
    if not isinstance(response, Response) or response.status_code != 401:
        return None
    home = parse_url(request.url)[0].origin
    hops = (*response.history, response) if response.history else ()
    return response if all(parse_url(hop.request_url)[0].origin == home for hop in hops) else None


def _or_raise(answer: Any) -> Any:
    if isinstance(answer, HTTPStatusError):
        raise answer
    return answer
