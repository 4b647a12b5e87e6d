"""Advances a flow, in both modes. No I/O."""

from __future__ import annotations

from collections.abc import Callable
from inspect import isgenerator
from types import TracebackType
from typing import Any, Self

from clientele.http.errors import APIException, ConfigurationError, DeadlineExceeded, TransportError
from clientele.http.message.call import Call, Source
from clientele.http.response import Response
from clientele.http.wrappers.flows import End, Flow, Step


class Run:
    """A running flow. As a context manager, it receives the result of a
        step: the `answer`, or an exception.

    Args:
        flow: creates the flow.
        call: the call.
        where: the name of the flow in messages.

    Attributes:
        step: the next step; None if the flow has returned.
        answer: sent to the flow when the block ends without an exception.
        response: the response that the flow returned.
        is_over: whether the flow has passed a response to the caller, with `End`.
    """

    def __init__(self, flow: Callable[[Call], Flow], call: Call, where: str) -> None:
        self.call = call
        self.step: Call | Step | None = None
        self.answer: Any = None
        self.response: Any = None
        self.is_over = False
        self._where = where
        self._flow = flow(call)
        if not isgenerator(self._flow):
            raise ConfigurationError(f"{where}: it is not a generator; write `response = yield call`, and return it")

    def start(self) -> Self:
        """Run the flow up to its first step."""
        self._go_on(self._flow.send, None)
        return self

    def __enter__(self) -> Self:
        self.answer = None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if isinstance(self.step, Call) and self.step.attempt > 1:
            note_attempt(self.answer if error is None else error, self.step.attempt)
        if error is None:
            self._go_on(self._flow.send, self.answer)
            return False
        raised = self._translated(error)
        try:
            self._go_on(self._flow.throw, raised)
        except BaseException as raised:
            if raised is error:
                error.__traceback__ = traceback  # Without frames that have the error: that would be a cycle.
                return False
            raise
        return True

    def close(self) -> None:
        """End the flow, wherever it is."""
        self._flow.close()

    def _go_on(self, how: Callable[[Any], Call | Step], what: Any) -> None:
        try:
            self.step = how(what)
        except StopIteration as done:
            self.step, self.response = None, done.value
            if not isinstance(self.response, Response):
                raise ConfigurationError(
                    f"{self._where}: it returns a Response, not {type(self.response).__name__}"
                ) from None
        else:
            if not isinstance(self.step, (Call, Step)):
                raise ConfigurationError(
                    f"{self._where}: it yields a Call, or a Step such as Sleep(0.5), not {type(self.step).__name__}"
                )
            if self.is_over and isinstance(self.step, Call):
                raise ConfigurationError(f"{self._where}: it has yielded End, and must not send anything after that")
            self.is_over = self.is_over or isinstance(self.step, End)

    def _translated(self, error: BaseException) -> BaseException:
        """`error`, or DeadlineExceeded if it is the TimeoutError of a step."""
        if not isinstance(error, TimeoutError) or isinstance(error, TransportError) or isinstance(self.step, Call):
            return error
        call = self.call
        exceeded = DeadlineExceeded(
            str(error) or "the total limit of the call passed while it waited",
            request_method=call.method,
            request_url=call.url,
            phase="pool",
            request_sent=call.attempt > 1,
        )
        exceeded.__cause__ = error
        return exceeded


def note_attempt(what: object, attempt: int) -> None:
    """Set the number of the attempt on a response or an error."""
    owner = what.response if isinstance(what, APIException) else what
    if isinstance(owner, (Response, TransportError)):
        source: Source = owner._source  # noqa: SLF001 - for the caller of the backend, not for users
        owner._source = source._replace(attempt=max(attempt, source.attempt))  # noqa: SLF001
