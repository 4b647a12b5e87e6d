"""One call, from its options to its Response: every decision along the way, and no I/O."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any, TypeVar

from clientele.http import redirects
from clientele.http.bodies import Chunks
from clientele.http.charsets import charset_of
from clientele.http.codings import BodyDecoder, CorruptContent, TooMuchContent
from clientele.http.deadline import Deadline, watch
from clientele.http.errors import APIException, ResponseValidationError
from clientele.http.faults import Translated
from clientele.http.following import Following
from clientele.http.headers import Pairs
from clientele.http.items import InvalidItem, ItemDecoder, Parser
from clientele.http.lines import LineTooLong
from clientele.http.prepare import Profile, Request, checked_options, prepare
from clientele.http.receive import body_decoder, check_head, content_type, is_event_stream, location
from clientele.http.response import Response
from clientele.http.timeouts import Timeout
from clientele.http.wire import NOTHING, ClientDefaults, WireRequest, WireResponse

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stream:
    """What a streaming call yields: items of `inner_type`, or what `parser` makes of each line."""

    inner_type: Any
    parser: Parser | None


class Call:
    """The state of one call. A driver asks it for a request, hands it what comes back, and goes on until it is done.

    ```
    while call.response is None:
        send call.wire_request()
        call.head(...)                  once
        call.feed(chunk) -> items       for every chunk of the body
        call.end() -> items             once
    ```
    """

    def __init__(
        self,
        profile: Profile,
        method: str,
        url: str,
        kwargs: Mapping[str, Any],
        stream: Stream | None = None,
        *,
        own_client: ClientDefaults | None = None,
    ) -> None:
        options = checked_options(kwargs)
        self._profile = profile
        self._limits = profile.limits(options)
        self._request = prepare(
            profile, method, url, options, streaming=stream is not None, client=own_client or NOTHING
        )
        self._stream = stream
        self._on_head = options.get("on_head")
        self._own_client = own_client is not None
        self._started = perf_counter()
        self.faults = Translated(profile.faults, profile.name)
        """Around all I/O: the library's exceptions become ours."""
        self.deadline = None if self._limits.timeout.total is None else Deadline(self._limits.timeout.total)
        self.faults.deadline = self.deadline
        self._following = Following(self.faults, client_insists=self._own_client and profile.client_insists)
        self._note_request()
        self.response: Response | None = None
        """The answer, once there is one; for a stream, its head."""

    @property
    def proxy(self) -> str | None:
        """The proxy that the next request goes through."""
        return self.faults.proxy

    def wire_request(self, body_of: Callable[[Any, int | None], Chunks]) -> WireRequest:
        """The request to send next; `body_of` makes an iterable body one that the driver can send."""
        request, content = self._request, self._request.body.content
        if content is not None and not isinstance(content, bytes):
            content = body_of(content, request.body.length)
        return WireRequest(
            method=request.method,
            url=request.url,
            headers=self._with_cookies(request),
            body=content,
            timeout=self._timeout(),
            proxy=self.proxy,
            deadline=self.deadline,
            streaming=self._stream is not None,
            client_credentials=self._own_client and self._following.at_home,
        )

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Cut the connection of a synchronous call when its time is up."""
        if self.deadline is None:
            yield
            return
        watch(self.deadline)
        try:
            yield
        finally:
            self.deadline.release()

    async def within(self, awaitable: Awaitable[T]) -> T:
        """Await, but cancel what is awaited when the time of the call is up."""
        return await (awaitable if self.deadline is None else self.deadline.within(awaitable))

    def head(self, wire: WireResponse[Any, Any]) -> None:
        """Take the head of a response.

        Raises:
            ProtocolError: it breaks HTTP.
            ContentDecodingError: its body has an unknown coding.
        """
        with self.faults:
            check_head(wire.status, wire.headers, wire.http_version)
            self._decoder: BodyDecoder = body_decoder(
                self._request.method,
                wire.status,
                wire.headers,
                decode=self._limits.decode_content,
                max_bytes=self._limits.max_response_bytes,
            )
        self._profile.cookies.keep(self._request.url, wire.headers)
        self._wire = wire
        self._content: list[bytes] = []
        self._items = self._item_decoder(wire)
        if self._items is not None and self._on_head is not None:
            self._on_head(self._to_response())

    def feed(self, chunk: bytes) -> Iterable[Any]:
        """Take a piece of the body; the items of a stream that it completes.

        Raises:
            ContentDecodingError, ResponseTooLarge: the body is corrupt, or larger than its limit.
            ResponseValidationError: an item is not what the stream declares.
        """
        if self._items is None:
            with self.faults:
                self._content.extend(self._decoder.feed(chunk))
            return ()
        return self._checked(item for block in self._decoder.feed(chunk) for item in self._items.feed(block))

    def end(self) -> Iterable[Any]:
        """Take the end of the body: prepare the next request if it was a redirect, else the response is complete.

        Raises:
            TransportError: the body was cut short, or the redirect may not be followed.
            APIException: a stream was asked for, and the status is not 2xx.
        """
        with self.faults:
            self._decoder.finish()
        response = self._to_response()
        if self._items is not None:
            self.response = response
            return self._checked(self._items.finish())
        if not self._redirected(response):
            self.response = response
            if self._stream is not None:
                response.raise_for_status()
                raise APIException(response, redirects.unfollowed(response.status_code, location(self._wire.headers)))
        return ()

    def _item_decoder(self, wire: WireResponse[Any, Any]) -> ItemDecoder | None:
        if self._stream is None or not 200 <= wire.status < 300:
            return None
        media_type = content_type(wire.headers)
        return ItemDecoder(
            self._stream.inner_type,
            self._stream.parser,
            charset_of(media_type),
            self._limits.max_line_bytes,
            is_event_stream=is_event_stream(media_type),
        )

    def _checked(self, items: Iterator[Any]) -> Iterator[Any]:
        """`items`, with our own errors; what the caller's parser raises passes through as it is."""
        while True:
            try:
                item = next(items)
            except StopIteration:
                return
            except InvalidItem as error:
                reason = f"item {error.index} of the stream is not what the call declares: {error.problem}"
                raise ResponseValidationError(self._to_response(), reason) from error.error
            except (CorruptContent, LineTooLong, TooMuchContent):
                with self.faults:
                    raise
            yield item

    def _to_response(self) -> Response:
        wire, request = self._wire, self._request
        return Response(
            status_code=wire.status,
            headers=wire.headers,
            content=b"".join(self._content),
            request_method=request.method,
            request_url=str(request.url),
            http_version=wire.http_version,
            history=self._following.history,
            elapsed=perf_counter() - self._started,
            native=wire.native,
        )

    def _redirected(self, response: Response) -> bool:
        """Whether `response` is a redirect that is followed; if so, the next request is ready."""
        if not self._limits.follow_redirects:
            return False
        following = self._following.next_request(self._request, response, location(self._wire.headers))
        if following is None:
            return False
        self._request = following
        self._note_request()
        return True

    def _timeout(self) -> Timeout:
        timeout = self._limits.timeout
        return timeout if self.deadline is None else timeout.within(self.deadline.limited)

    def _with_cookies(self, request: Request) -> Pairs:
        """The headers and what the jar has for the URL, unless the caller has set a Cookie header."""
        cookie = self._profile.cookies.header(request.url)
        if cookie is None or any(name.lower() == "cookie" for name, _ in request.headers):
            return request.headers
        return (*request.headers, ("Cookie", cookie))

    def _note_request(self) -> None:
        self.faults.proxy = None if self._own_client else self._profile.proxy_for(self._request.url)
        self.faults.method, self.faults.url = self._request.method, self._request.url
        self.faults.sent_before = bool(self._following.history)
