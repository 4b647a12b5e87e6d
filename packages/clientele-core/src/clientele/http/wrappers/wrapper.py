"""Backends around backends: what they add is written once for both modes, as a flow."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Generator, Mapping
from dataclasses import replace
from enum import IntEnum
from inspect import isasyncgenfunction, iscoroutinefunction
from time import monotonic
from typing import Any, ClassVar, cast

from clientele.http.backends.discovery import backend_class
from clientele.http.backends.interface import HTTPBackend
from clientele.http.backends.options import checked_option
from clientele.http.message.call import Call, address_of, renewal_of, shared_of
from clientele.http.message.errors import ConfigurationError, InvalidHeader
from clientele.http.message.headers import checked_method
from clientele.http.message.name_values import kept
from clientele.http.message.redaction import without_userinfo
from clientele.http.response import Response
from clientele.http.timeouts import Timeout
from clientele.http.transport.backend import TransportBackend
from clientele.http.wrappers.flows import Flow, Step
from clientele.http.wrappers.running import Run
from clientele.http.wrappers.streams import Opened, StreamRun, aitems_of, items_of

__all__ = ["Place", "Wrapper"]


class Place(IntEnum):
    """Where a wrapper belongs: one with a lower number is outside of one with a higher."""

    TRACING = 1
    """Sees calls as their callers do, with all that is done for them."""
    CACHE = 2
    """An answer from the cache needs no retry, and takes no turn."""
    RETRIES = 3
    """Each attempt takes its turn, and is signed anew."""
    LIMITS = 4
    """Waits before a request is signed, whose time would pass meanwhile."""
    SIGNING = 5
    """Signs what is really sent."""
    ATTEMPT = 6
    """Sees each attempt as it is sent."""


class Wrapper(HTTPBackend):
    """A backend that adds something to the calls of another one. Subclass it, and write one method, `flow`.

    ```python
    class Timing(Wrapper):
        def flow(self, call: Call) -> Flow:
            started = perf_counter()
            response = yield call
            observe(call.name, call.template, response.status_code, perf_counter() - started)
            return response
    ```

    It has the capabilities of the backend inside, gives its native clients, and closes it when it is closed.

    Args:
        inner: the backend inside, which may be another wrapper; or the name of an installed one, which is built with
            its defaults.

    Raises:
        ConfigurationError: `inner` is no backend, or a wrapper that belongs outside of this one.
    """

    place: ClassVar[Place | None] = None
    """Where it belongs; None, the default, for anywhere."""
    takes: ClassVar[frozenset[str]] = frozenset()
    """The names in `Call.settings` that it looks at. A call with a setting that no wrapper takes is refused."""

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        if isasyncgenfunction(cls.flow) or iscoroutinefunction(cls.flow):
            raise ConfigurationError(f"{cls.__name__}.flow: write `def` and `yield call`; it serves both modes")

    def __init__(self, inner: HTTPBackend | str) -> None:
        if isinstance(inner, str):
            inner = backend_class(inner)()
        if not isinstance(inner, HTTPBackend):
            name = f"the class {inner.__name__}: call it" if isinstance(inner, type) else type(inner).__name__
            raise ConfigurationError(f"{type(self).__name__}: wrap a backend, or give the name of one, not {name}")
        _refuse_order(self, inner)
        self.inner = inner
        """The backend inside."""
        # A class says what it can do; a wrapper can only say it once it knows its inner backend.
        vars(self)["capabilities"] = inner.capabilities

    def flow(self, call: Call) -> Flow:
        """What is done for a call, in either mode, and for a stream up to its head.

        A generator. `response = yield call` has the call sent by the backend inside, with whatever changes
        `call.with_` has made. What it raises, is raised there: a TransportError if there was no usable answer. A status
        of 4xx or 5xx is a Response, of a stream too. Further Calls may follow, `Sleep`, and Steps of your own. Calls
        of the backend inside must not be made in another way.

        Of a stream the Response is its head: `content` is empty, unless the status is an error. The items go past the
        flow, so that what is returned has to be the response that was given last. Where the backend inside is written
        by hand, and tells no head, it has the status 200 and no headers. See `End` for what is to be done when the
        stream is over.

        Args:
            call: the call. An instance serves all calls, and threads and event loops at once: what belongs to one call
                belongs in local variables.

        Returns:
            The response for the caller.
        """
        return (yield call)

    def inside(self, call: Call) -> tuple[HTTPBackend, dict[str, Any]]:
        """The backend that sends `call`, and the options that it gets."""
        inner, options = self.inner, dict(call.options)
        if isinstance(inner, Wrapper):
            return inner, {**options, "call": call}
        # A backend that is written by hand may hand on its options to its library, which doesn't know this one.
        if isinstance(inner, TransportBackend) and call.home:
            options["home"] = call.home
        limits = None if call.deadline is None else _limits(inner, options)
        if limits is not None and call.deadline is not None:
            left = max(call.deadline - monotonic(), 0.001)
            options["timeout"] = replace(limits, total=left if limits.total is None else min(left, limits.total))
        return inner, options

    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Response:
        """Run the flow of a call, and return its Response; see `HTTPBackend`."""
        run = Run(self.flow, self._called(method, url, kwargs), self._where).start()
        while run.step is not None:
            with run:
                step = self._do(run.step, run.call)
                if isinstance(step, Call):
                    inner, options = self.inside(step)
                    run.answer = as_response(inner, inner.send_sync_request(step.method, address_of(step), **options))
        return run.response  # type: ignore[no-any-return]

    async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Response:
        """`send_sync_request`, asynchronously."""
        run = Run(self.flow, self._called(method, url, kwargs), self._where).start()
        while run.step is not None:
            with run:
                step = await self._ado(run.step, run.call)
                if isinstance(step, Call):
                    inner, options = self.inside(step)
                    sent = await inner.send_async_request(step.method, address_of(step), **options)
                    run.answer = as_response(inner, sent)
        return run.response  # type: ignore[no-any-return]

    def handle_sync_stream(
        self,
        method: str,
        url: str,
        inner_type: Any,
        response_parser: Callable[[str], Any] | None = None,
        **kwargs: Any,
    ) -> Generator[Any, None, None]:
        """Run the flow of a call, and yield the items of its response; see `HTTPBackend`."""

        def begin(call: Call, opened: Opened) -> Generator[Any, None, None]:
            inner, options = self.inside(call)
            listening = _listening(inner, options, opened)
            return inner.handle_sync_stream(call.method, address_of(call), inner_type, response_parser, **listening)

        call = self._called(method, url, kwargs, is_stream=True)
        return items_of(StreamRun(self.flow, call, self._where, begin), self._do)

    def handle_async_stream(
        self,
        method: str,
        url: str,
        inner_type: Any,
        response_parser: Callable[[str], Any] | None = None,
        **kwargs: Any,
    ) -> AsyncGenerator[Any, None]:
        """`handle_sync_stream`, asynchronously: an async generator."""

        def begin(call: Call, opened: Opened) -> AsyncGenerator[Any, None]:
            inner, options = self.inside(call)
            listening = _listening(inner, options, opened)
            return inner.handle_async_stream(call.method, address_of(call), inner_type, response_parser, **listening)

        call = self._called(method, url, kwargs, is_stream=True)
        return aitems_of(StreamRun(self.flow, call, self._where, begin), self._ado)

    def build_client(self) -> Any:
        """Build the synchronous client of `inner`."""
        return self.inner.build_client()

    def build_async_client(self) -> Any:
        """Build the asynchronous client of `inner`."""
        return self.inner.build_async_client()

    @staticmethod
    def convert_to_response(native_response: Any) -> Response:
        """The Response itself: a wrapper returns nothing else, since it converts what `inner` returns.

        Raises:
            TypeError: it is no Response.
        """
        if not isinstance(native_response, Response):
            raise TypeError(
                f"a wrapper returns a Response, not {type(native_response).__name__}; "
                "convert native responses with the backend that it wraps"
            )
        return native_response

    def know_secrets(self, names: Collection[str]) -> None:
        """Be told by a client which headers and parameters its configuration adds: their values are secrets.

        A wrapper that keeps or shows what passes overrides it, and calls this for those inside.
        """
        if isinstance(self.inner, Wrapper):
            self.inner.know_secrets(names)

    def close(self) -> None:
        """Close `inner`."""
        self.inner.close()

    async def aclose(self) -> None:
        """Close `inner`."""
        await self.inner.aclose()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} around {self.inner!r}>"

    @property
    def _where(self) -> str:
        return f"{type(self).__name__}.flow"

    def _called(self, method: str, url: str, options: dict[str, Any], *, is_stream: bool = False) -> Call:
        """The call with these arguments; who makes it may say more of it, as the option `call`."""
        said: Call = options.pop("call", None) or Call("", "")
        home = options.pop("home", None) or said.home
        for name, error in (("headers", InvalidHeader), ("params", TypeError)):
            if options.get(name) is not None:
                options[name] = kept(options[name], name, error)
        public = without_userinfo(url) if isinstance(url, str) and "@" in url else url
        call = replace(
            said,
            method=checked_method(method),
            url=public,
            options=options,
            home=home,
            is_stream=is_stream,
            _address="" if public == url else url,
            _shared=shared_of(said),
        )
        limits = _limits(self.inner, options)
        return call if limits is None or limits.total is None else call.with_(total=limits.total)

    def _do(self, step: Call | Step, call: Call) -> Call | None:
        """Do what `call` is waiting for; a Call is sent by the caller, as it is returned."""
        if isinstance(step, Step):
            step.run(call.left)
            return None
        renewal = None if step.attempt == call.attempt else renewal_of(step)
        return step if renewal is None else renewal.run(step)

    async def _ado(self, step: Call | Step, call: Call) -> Call | None:
        if isinstance(step, Step):
            await step.arun(call.left)
            return None
        renewal = None if step.attempt == call.attempt else renewal_of(step)
        return step if renewal is None else await renewal.arun(step)


def innermost(backend: HTTPBackend) -> HTTPBackend:
    """`backend`, or what is inside all of its wrappers."""
    while isinstance(backend, Wrapper):
        backend = backend.inner
    return backend


def taken_by(backend: object) -> frozenset[str]:
    """The settings that `backend`, if it is a wrapper, and the wrappers inside look at."""
    return backend.takes | taken_by(backend.inner) if isinstance(backend, Wrapper) else frozenset()


def as_response(backend: HTTPBackend, answer: Any) -> Response:
    """What `backend` has returned, as a Response."""
    return answer if isinstance(answer, Response) else backend.convert_to_response(answer)


def _refuse_order(outer: Wrapper, inner: HTTPBackend) -> None:
    while isinstance(inner, Wrapper):
        if outer.place is not None and inner.place is not None and inner.place < outer.place:
            order = ", ".join(place.name.lower() for place in Place)
            raise ConfigurationError(
                f"{type(outer).__name__}: it belongs inside of {type(inner).__name__}, not around it; the order, from "
                f"outside to inside, is {order}"
            )
        inner = inner.inner


def _limits(backend: HTTPBackend, options: Mapping[str, Any]) -> Timeout | None:
    """The limits that a call has, if they are known: a backend that isn't ours keeps its own to itself."""
    if "timeout" in options:
        return cast(Timeout, checked_option("timeout", options["timeout"], "request"))
    inside = innermost(backend)
    return inside.settings.timeout if isinstance(inside, TransportBackend) else None


def _listening(inner: HTTPBackend, options: dict[str, Any], opened: Opened) -> dict[str, Any]:
    """`options` with which the head is told, if `inner` knows how to, or the caller says so."""
    knows = isinstance(inner, (TransportBackend, Wrapper)) or "on_head" in options
    return {**options, "on_head": opened} if knows else options
