"""`Wrapper`, the base class of backends around a backend, written once for both modes as a flow."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Generator
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import Any, ClassVar

from clientele.http.backends.discovery import backend_class
from clientele.http.backends.interface import HTTPBackend
from clientele.http.backends.kinds import admit_by_hand, as_response, wrappers_of
from clientele.http.backends.limits import configured_limits
from clientele.http.message.call import Call, address_of, backstage_of
from clientele.http.message.errors import ConfigurationError
from clientele.http.response import Response
from clientele.http.transport.backend import TransportBackend
from clientele.http.wrappers.begun import begun, in_time
from clientele.http.wrappers.flows import Flow, Step
from clientele.http.wrappers.places import Place, refuse_order
from clientele.http.wrappers.running import Run
from clientele.http.wrappers.streams import Opened, StreamRun, aitems_of, items_of
from clientele.http.wrappers.unfinished import closed_at_exit

__all__ = ["Wrapper"]


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

    It has the capabilities and the native clients of the backend inside, and closes it when it is closed.

    Args:
        inner: the backend inside, which may be another wrapper; or the name of an installed one, which is built with
            its defaults.

    Raises:
        ConfigurationError: `inner` is not a backend, or a wrapper that belongs outside of this one.
    """

    _is_wrapper = True

    place: ClassVar[Place | None] = None
    """Its position; None, the default, for any."""
    takes: ClassVar[frozenset[str]] = frozenset()
    """The names of its settings in `Call.settings`. A call with a setting that no wrapper takes is refused."""

    is_last: ClassVar[bool] = False
    """Whether it was added by an outer wrapper around each attempt, so that no other wrapper is added in between."""

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        if isasyncgenfunction(cls.flow) or iscoroutinefunction(cls.flow):
            raise ConfigurationError(f"{cls.__name__}.flow: write `def` and `yield call`; it serves both modes")
        if isinstance(cls.takes, str):
            raise ConfigurationError(f"{cls.__name__}.takes: use frozenset({{{cls.takes!r}}}), not a str")

    def __init__(self, inner: HTTPBackend | str) -> None:
        if isinstance(inner, str):
            inner = backend_class(inner)()
        if not isinstance(inner, HTTPBackend):
            name = f"the class {inner.__name__}: call it" if isinstance(inner, type) else type(inner).__name__
            raise ConfigurationError(f"{type(self).__name__}: wrap a backend, or pass the name of one, not {name}")
        places = ((type(each).__name__, each.place) for each in wrappers_of(inner))
        refuse_order(type(self).__name__, self.place, places)
        self.inner = inner
        """The backend inside."""
        # Usually a class attribute; here it depends on the inner backend.
        vars(self)["capabilities"] = inner.capabilities
        self._configured = configured_limits(inner)

    def flow(self, call: Call) -> Flow:
        """Process a call, in both modes, and a stream up to its head.

        This is a generator. `response = yield call` sends the call to the backend inside, with the changes of
        `call.with_`. Errors are raised there: a TransportError if there was no usable response. A status of 4xx or 5xx
        is a Response, also for a stream. Further Calls may follow, `Sleep`, and Steps of your own. The backend inside
        must not be called directly.

        For a stream, the Response is its head: `content` is empty, unless the status is an error. The items don't pass
        through the flow, so the flow must return the last response that it received. If the backend inside provides no
        head, the response has the status 200 and no headers. See `End` for code that runs when the stream is over.

        Args: call: the call. One instance serves all threads and event loops at the same time, so keep the state of a
        call in local variables.

        Returns:
            The response for the caller.
        """
        return (yield call)

    def inside(self, call: Call) -> tuple[HTTPBackend, dict[str, Any]]:
        """The backend that sends `call`, and the options that it gets."""
        inner, options = self.inner, dict(call.options)
        around = backstage_of(call).around_attempt
        if around is not None and not isinstance(inner, Wrapper) and not self.is_last:
            inner = around(inner)
        if isinstance(inner, Wrapper):
            return inner, {**options, "call": call}
        if not isinstance(inner, TransportBackend):
            # A direct subclass of HTTPBackend may pass its options on to its library, which doesn't support this one.
            options.pop("home", None)
        return inner, in_time(call, options, self._configured)

    def _sender(self, call: Call) -> tuple[HTTPBackend, dict[str, Any]]:
        inner, options = self.inside(call)
        admit_by_hand(inner, call.method, call.url)
        return inner, options

    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Response:
        """Run the flow of a call, and return its Response; see `HTTPBackend`."""
        run = Run(self.flow, begun(method, url, kwargs, self._configured), self._where).start()
        while run.step is not None:
            with run:
                step = self._do(run.step, run.call)
                if isinstance(step, Call):
                    inner, options = self._sender(step)
                    run.answer = as_response(inner, inner.send_sync_request(step.method, address_of(step), **options))
        return run.response  # type: ignore[no-any-return]

    async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Response:
        """`send_sync_request`, asynchronously."""
        run = Run(self.flow, begun(method, url, kwargs, self._configured), self._where).start()
        while run.step is not None:
            with run:
                step = await self._ado(run.step, run.call)
                if isinstance(step, Call):
                    inner, options = self._sender(step)
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
            inner, options = self._sender(call)
            listening = _listening(inner, options, opened)
            return inner.handle_sync_stream(call.method, address_of(call), inner_type, response_parser, **listening)

        call = begun(method, url, kwargs, self._configured, is_stream=True)
        return closed_at_exit(items_of(StreamRun(self.flow, call, self._where, begin), self._do))

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
            inner, options = self._sender(call)
            listening = _listening(inner, options, opened)
            return inner.handle_async_stream(call.method, address_of(call), inner_type, response_parser, **listening)

        call = begun(method, url, kwargs, self._configured, is_stream=True)
        return aitems_of(StreamRun(self.flow, call, self._where, begin), self._ado)

    def build_client(self) -> Any:
        """Build the synchronous client of `inner`."""
        return self.inner.build_client()

    def build_async_client(self) -> Any:
        """Build the asynchronous client of `inner`."""
        return self.inner.build_async_client()

    @staticmethod
    def convert_to_response(native_response: Any) -> Response:
        """The Response itself: a wrapper converts the results of `inner`, and returns only Responses.

        Raises:
            TypeError: it is not a Response.
        """
        if not isinstance(native_response, Response):
            raise TypeError(
                f"a wrapper returns a Response, not {type(native_response).__name__}; "
                "convert native responses with the backend that it wraps"
            )
        return native_response

    def know_secrets(self, names: Collection[str]) -> None:
        """Called by a client with the names of the headers and parameters that its configuration adds: their values are
        secrets.

        Wrappers that store or show requests override it, and call `super()` for those inside.
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

    def _do(self, step: Call | Step, call: Call) -> Call | None:
        """Perform a step; a Call is returned, and sent by the caller."""
        if isinstance(step, Step):
            step.run(call.left)
            return None
        renewal = None if step.attempt == call.attempt else backstage_of(step).renewal
        return step if renewal is None else renewal.run(step)

    async def _ado(self, step: Call | Step, call: Call) -> Call | None:
        if isinstance(step, Step):
            await step.arun(call.left)
            return None
        renewal = None if step.attempt == call.attempt else backstage_of(step).renewal
        return step if renewal is None else await renewal.arun(step)


def _listening(inner: HTTPBackend, options: dict[str, Any], opened: Opened) -> dict[str, Any]:
    """`options` with `on_head`, if `inner` supports it, or the caller passed it."""
    knows = isinstance(inner, (TransportBackend, Wrapper)) or "on_head" in options
    return {**options, "on_head": opened} if knows else options
