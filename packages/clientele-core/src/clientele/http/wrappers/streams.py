"""Streams of wrappers: a flow sees the head, and the items pass through."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import aclosing, closing
from types import TracebackType
from typing import Any, Self

from clientele.http.errors import APIException, ConfigurationError
from clientele.http.message.call import Call
from clientele.http.response import Response
from clientele.http.runtime.inside import Inside
from clientele.http.streams.pausing import PAUSE
from clientele.http.wrappers.flows import End, Flow
from clientele.http.wrappers.running import Run

_END: Any = object()
"""Marks the end of the items."""


class Opened:
    """A stream of the backend inside, up to its head if the caller waits for that, else up to its first item.

    As a context manager, it receives the beginning of the stream; a response that raises is a response too.

    Args:
        call: the call.
        begin: starts the items of a call, and provides the head.
    """

    def __init__(self, call: Call, begin: Callable[[Call, Opened], Any]) -> None:
        self.call = call
        self.first: Any = _END
        self._listener = call.options.get("on_head")
        self.waits = self._listener is not None and getattr(self._listener, "waits", True)
        """Whether the caller waits for the head, before the first item."""
        self._head: Response | None = None
        self._is_told = False
        self._error: APIException | None = None
        self.items = begin(call, self)

    def __call__(self, head: Response) -> object:
        """Receive the head: this is the option `on_head` of the stream."""
        self._head, self._is_told = head, True
        return PAUSE if self.waits else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if isinstance(error, APIException):
            self._error = error
            self._head = error.response
        elif error is None and self._head is None:
            self._head = Response(status_code=200, request_method=self.call.method, request_url=self.call.url)
        return isinstance(error, APIException)

    @property
    def answer(self) -> Response | None:
        """The response for the flow."""
        return self._head

    def hand_on(self) -> list[Any]:
        """Pass the head to the caller, and return the items received so far.

        Raises:
            APIException: the stream began with it.
        """
        if self._error is not None:
            raise self._error
        pauses = self._is_told and self._listener is not None and self._listener(self._head) is PAUSE
        first = () if self.first is _END or self.first is PAUSE else (self.first,)
        return [PAUSE, *first] if pauses else [*first]


class StreamRun(Run):
    """The flow of a stream, and the last opened stream.

    The first call is prepared immediately, so that an invalid call is refused when it is made.
    """

    def __init__(
        self, flow: Callable[[Call], Flow], call: Call, where: str, begin: Callable[[Call, Opened], Any]
    ) -> None:
        super().__init__(flow, call, where)
        self._begin = begin
        self.opened = Opened(call, begin)
        self._is_new = True

    def open(self, call: Call) -> Opened:
        """The stream of `call`."""
        if not self._is_new or call is not self.call:
            self.opened = Opened(call, self._begin)
        self._is_new = False
        return self.opened

    def hand_on(self) -> Opened:
        """The last opened stream, after the flow has returned its response.

        Raises:
            ConfigurationError: the flow returned another response.
        """
        response = self.step.response if isinstance(self.step, End) else self.response
        if response is not self.opened.answer:
            raise ConfigurationError(
                f"{self._where}: a stream must return the response of the last `yield call`, because its items are "
                "still to come; return that response"
            )
        return self.opened


def items_of(run: StreamRun, do: Callable[[Any, Call], Any]) -> Generator[Any, None, None]:
    """The items of a stream.

    Args:
        run: the flow.
        do: performs its other steps, and the steps before a Call is sent.
    """
    try:
        run.start()
        while run.step is not None:
            with run:
                if isinstance(run.step, End):
                    yield from _rest(run.hand_on())
                    continue
                step, before = do(run.step, run.call), run.opened
                if isinstance(step, Call):
                    opened = run.open(step)
                    if opened is not before:
                        before.items.close()
                    with opened:
                        opened.first = next(opened.items, _END)
                    run.answer = opened.answer
        if not run.is_over:
            yield from _rest(run.hand_on())
    finally:
        run.close()
        run.opened.items.close()


async def aitems_of(run: StreamRun, do: Callable[[Any, Call], Awaitable[Any]]) -> AsyncGenerator[Any, None]:
    """`items_of`, asynchronously."""
    try:
        run.start()
        while run.step is not None:
            with run:
                if isinstance(run.step, End):
                    async with aclosing(Inside(_arest(run.hand_on()))) as rest:
                        async for item in rest:
                            yield item
                    continue
                step, before = await do(run.step, run.call), run.opened
                if isinstance(step, Call):
                    opened = run.open(step)
                    if opened is not before:
                        await before.items.aclose()
                    with opened:
                        opened.first = await anext(Inside(opened.items), _END)
                    run.answer = opened.answer
        if not run.is_over:
            async with aclosing(Inside(_arest(run.hand_on()))) as rest:
                async for item in rest:
                    yield item
    finally:
        run.close()
        await run.opened.items.aclose()


def _rest(opened: Opened) -> Generator[Any, None, None]:
    with closing(opened.items):
        yield from opened.hand_on()
        yield from opened.items


async def _arest(opened: Opened) -> AsyncGenerator[Any, None]:
    async with aclosing(opened.items):
        for item in opened.hand_on():
            yield item
        async for item in opened.items:
            yield item
