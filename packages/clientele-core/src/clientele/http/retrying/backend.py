"""The backend that tries again."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Generator
from contextlib import aclosing, closing
from typing import Any, cast

from clientele.http.backends.interface import HTTPBackend
from clientele.http.backends.wrapping import WrappingBackend, as_response
from clientele.http.errors import ConfigurationError
from clientele.http.message.headers import checked_method
from clientele.http.response import Response
from clientele.http.retrying.call import RetriedCall
from clientele.http.retrying.decision import SAFE_METHODS, Policy

_END: Any = object()


class RetryBackend(WrappingBackend):
    """Makes a call again when it has failed, and when doing so can help and can't do the same thing twice.

    A TransportError is tried again if it may pass (a refused connection may, a bad certificate won't) and either the
    server can't have seen the request (`request_sent` is False) or the method is one of `methods`; a response if its
    status is one of `statuses` and the method one of `methods`. A request with an Idempotency-Key header may be
    repeated whatever its method. One with a body that can be read only once never is, nor is a stream of which the
    caller has seen the head or an item. When no attempt is left, the last response is returned, or the last error
    raised, as if there had been no other.

    Each retry is logged to `clientele.retries` at INFO. Closing this backend closes `inner`.

    Args:
        inner: the backend that makes the attempts; it has to be the user's to say what one attempt is.
        attempts: how often a call is made at most, the first time included; default 3.
        backoff: seconds; the wait before the second attempt is a random part of it (full jitter), and the limit
            doubles with each attempt; default 0.5.
        max_backoff: where the doubling ends, in seconds; default 30.
        statuses: the statuses to try again; default 429, 502, 503, 504.
        methods: the methods to repeat though the server may have seen the request; default the safe ones, GET, HEAD,
            OPTIONS, TRACE. Add `"PUT"` or `"POST"` if your server doesn't mind to see a request twice.
        max_retry_after: seconds; a Retry-After (RFC 9110, section 10.2.3), in seconds or as a date, is waited for up
            to this long, and the call is left at its response if it is longer; default 60.
        total: seconds for all attempts and the waits between them; default None. The `total` of a call's own Timeout
            holds for all attempts, too. An attempt is cut off when the total is over, unless `inner` is a hand-written
            backend of which no timeout is known.

    Raises:
        ImportError: tenacity is missing: `pip install 'clientele-core[retry]'`.
        ConfigurationError: a value that can't be used.
    """

    def __init__(
        self,
        inner: HTTPBackend,
        *,
        attempts: int = 3,
        backoff: float = 0.5,
        max_backoff: float = 30.0,
        statuses: Collection[int] = (429, 502, 503, 504),
        methods: Collection[str] = SAFE_METHODS,
        max_retry_after: float = 60.0,
        total: float | None = None,
    ) -> None:
        super().__init__(inner)
        tenacity = _tenacity()
        self._policy = Policy(
            _counted(attempts),
            frozenset(statuses),
            frozenset(checked_method(method) for method in methods),
            _seconds("max_retry_after", max_retry_after),
            None if total is None else _seconds("total", total),
        )
        self._backoff = tenacity.wait_random_exponential(
            multiplier=_seconds("backoff", backoff), max=_seconds("max_backoff", max_backoff)
        )

    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Response:
        """Send a request, up to `attempts` times, and return the last Response; see `HTTPBackend`.

        Raises:
            TransportError: what the last attempt has raised.
        """
        call = self._call(method, url, kwargs)

        def attempt() -> Response:
            return as_response(self.inner, self.inner.send_sync_request(method, url, **call.options()))

        retrying = _tenacity().Retrying(retry=call.is_retried, wait=call.wait)
        return cast(Response, retrying(attempt))

    async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Response:
        """`send_sync_request`, asynchronously."""
        call = self._call(method, url, kwargs)

        async def attempt() -> Response:
            return as_response(self.inner, await self.inner.send_async_request(method, url, **call.options()))

        retrying = _tenacity().AsyncRetrying(retry=call.is_retried, wait=call.wait)
        return cast(Response, await retrying(attempt))

    def handle_sync_stream(
        self,
        method: str,
        url: str,
        inner_type: Any,
        response_parser: Callable[[str], Any] | None = None,
        **kwargs: Any,
    ) -> Generator[Any, None, None]:
        """The items of a response; the request is repeated only before the first of them; see `HTTPBackend`."""
        call = self._call(method, url, kwargs)

        def begin() -> Generator[Any, None, None]:
            return self.inner.handle_sync_stream(method, url, inner_type, response_parser, **call.stream_options())

        return _items(call, begin(), begin)

    def handle_async_stream(
        self,
        method: str,
        url: str,
        inner_type: Any,
        response_parser: Callable[[str], Any] | None = None,
        **kwargs: Any,
    ) -> AsyncGenerator[Any, None]:
        """`handle_sync_stream`, asynchronously: an async generator."""
        call = self._call(method, url, kwargs)

        def begin() -> AsyncGenerator[Any, None]:
            return self.inner.handle_async_stream(method, url, inner_type, response_parser, **call.stream_options())

        return _aitems(call, begin(), begin)

    def _call(self, method: str, url: str, kwargs: dict[str, Any]) -> RetriedCall:
        return RetriedCall(self.inner, self._policy, self._backoff, method, url, options=kwargs)


def _items(
    call: RetriedCall, prepared: Generator[Any, None, None], begin: Callable[[], Generator[Any, None, None]]
) -> Generator[Any, None, None]:
    waiting = [prepared]  # Made before, so that a wrong call is refused when it is made.

    def first() -> tuple[Generator[Any, None, None], Any]:
        stream = waiting.pop() if waiting else begin()
        return stream, next(stream, _END)

    stream, item = _tenacity().Retrying(retry=call.is_retried, wait=call.wait)(first)
    with closing(stream):
        if item is not _END:
            yield item
            yield from stream


async def _aitems(
    call: RetriedCall, prepared: AsyncGenerator[Any, None], begin: Callable[[], AsyncGenerator[Any, None]]
) -> AsyncGenerator[Any, None]:
    waiting = [prepared]

    async def first() -> tuple[AsyncGenerator[Any, None], Any]:
        stream = waiting.pop() if waiting else begin()
        return stream, await anext(stream, _END)

    stream, item = await _tenacity().AsyncRetrying(retry=call.is_retried, wait=call.wait)(first)
    async with aclosing(stream):
        if item is not _END:
            yield item
            async for following in stream:
                yield following


def _tenacity() -> Any:
    try:
        import tenacity  # noqa: PLC0415 - core does without it
    except ModuleNotFoundError as error:
        raise ImportError(
            "RetryBackend needs tenacity, which is not installed: pip install 'clientele-core[retry]'", name=error.name
        ) from error
    return tenacity


def _counted(attempts: object) -> int:
    if isinstance(attempts, bool) or not isinstance(attempts, int) or attempts < 1:
        raise ConfigurationError(f"RetryBackend(attempts=...): {attempts!r} is no number of attempts; use 1 or more")
    return attempts


def _seconds(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < float("inf"):
        raise ConfigurationError(f"RetryBackend({name}=...): {value!r} is no positive number of seconds")
    return float(value)
