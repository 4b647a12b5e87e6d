"""One call, from its options to its Response: all decisions, and no I/O."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from io import BytesIO
from math import inf
from time import perf_counter
from typing import Any, TypeVar

from clientele.http.backends.options import checked_options
from clientele.http.message import redirects
from clientele.http.message.body.bodies import Chunks, Note
from clientele.http.message.body.codings import CorruptContent, TooMuchContent
from clientele.http.message.body.problem_details import is_problem
from clientele.http.response import Response, mask_problem
from clientele.http.runtime.deadline import Deadline, DeadlinePassed
from clientele.http.transport.errors import ReadError
from clientele.http.transport.faults.table import Translated
from clientele.http.transport.following import Following
from clientele.http.transport.prepare import prepare
from clientele.http.transport.profile import Profile
from clientele.http.transport.receive import BadHead, body_decoder, checked_head, ends_by_closing
from clientele.http.transport.request_headers import with_cookies
from clientele.http.transport.watching import watching
from clientele.http.wire import ClientDefaults, WholeResponse, WireRequest, WireResponse

T = TypeVar("T")


class CallState:
    """The state of one call. A driver gets a request from it, passes it the response, and continues until it is done.

    ```
    while call.response is None:
        send call.wire_request()
        call.head(...)                  once
        call.feed(chunk)                for every chunk of the body
        call.end()                      once
    ```

    However that ends, the driver says so with `over`, which translates the library's exceptions to ours.
    """

    is_stream = False

    def __init__(
        self,
        profile: Profile,
        method: str,
        url: str,
        kwargs: Mapping[str, Any],
        own_client: ClientDefaults | None = None,
    ) -> None:
        options = checked_options(kwargs)
        self._profile = profile
        self._limits = limits = profile.limits(options)
        request = prepare(profile, method, url, options, limits, streaming=self.is_stream, client=own_client)
        if own_client is None:
            request.proxy = profile.proxy_for(request.url)
        self._request = request
        self._watcher = watching.get()
        self._signers = options.get("signers", ())
        self._own_client = own_client is not None
        self._closings = profile.closings
        self._started = perf_counter()
        self._following: Following | None = None
        self._faults: Translated | None = None
        self.deadline = None if limits.timeout.total is None else Deadline(limits.timeout.total)
        self.response: Response | None = None
        """The response, once it is complete; for a stream, its head."""

    @property
    def faults(self) -> Translated:
        """A context manager that translates the library's exceptions to ours; most calls don't need it."""
        if self._faults is None:
            request = self._request
            self._faults = faults = Translated(self._profile.faults, self._profile.name)
            faults.method, faults.url, faults.proxy = request.method, request.url, request.proxy
            faults.headers, faults.started = request.headers, self._started
            faults.timeout = self._limits.timeout
            faults.named_proxy = partial(self._profile.named_proxy, request.url, request.proxy)
            faults.sent_before, faults.deadline = self._following is not None, self.deadline
        return self._faults

    def over(self, fault: BaseException | None = None) -> None:
        """The call is over: raise the translation of `fault` of the library, if there is one, or the error of a passed
        deadline.
        """
        if fault is not None or self.deadline is not None:
            self.unwatch()
            self.faults.translate(fault)

    def wire_request(self, body_of: Callable[[Any, int | None, Note], Chunks]) -> WireRequest:
        """The next request; `body_of` converts an iterable body to one that the driver can send."""
        request: WireRequest = self._request
        signers = self._signers if request.at_home else ()
        is_final = request.body is None or isinstance(request.body, bytes)
        if not is_final or signers or self.deadline is not None or self._profile.cookies is not None:
            request = replace(request, **self._changes(body_of, is_final=is_final))
        if signers:
            from clientele.http.transport.signing import sign  # noqa: PLC0415 - few calls are signed

            sign(request, self._request.whole_body, signers, self.faults)
        if self._watcher is not None:
            self._watcher.sent(request)
        return request

    def _changes(self, body_of: Callable[[Any, int | None, Note], Chunks], *, is_final: bool) -> dict[str, Any]:
        """What the request needs just now: the pieces of its body, the cookies that there are, the time left."""
        request, deadline = self._request, self.deadline
        changes: dict[str, Any] = {}
        if not is_final:
            content = body_of(request.body, request.whole_body.length, self.faults.note_own_error)
            if deadline is not None and isinstance(content, Iterator):
                content = deadline.pieces(content)
            changes["body"] = content
        if deadline is not None:
            timeout = request.timeout
            changes["timeout"] = timeout if deadline.at == inf else timeout.within(deadline.limited)
            changes["deadline"] = deadline
        if self._profile.cookies is not None:
            changes["headers"] = with_cookies(request.headers, request.url, self._profile.cookies)
        return changes

    def unwatch(self) -> None:
        """Stop watching the deadline."""
        if self.deadline is not None:
            self.deadline.release()

    def within(self, awaitable: Awaitable[T]) -> Awaitable[T]:
        """`awaitable`, cancelled at the deadline of the call."""
        return awaitable if self.deadline is None else self.deadline.within(awaitable)

    def whole(self, wire: WireResponse[Any, Any] | WholeResponse, content: bytes) -> None:
        """Process a response that was read completely, with its body; see `head` and `feed`."""
        self.head(wire)
        if self._decoder is None:
            self._content = BytesIO(content)
        else:
            self.feed(content)

    def head(self, wire: WireResponse[Any, Any] | WholeResponse) -> None:
        """Process the head of a response.

        Raises:
            ProtocolError: it is invalid.
            ContentDecodingError: its body has an unknown coding.
        """
        limits = self._limits
        try:
            self._fields = fields = checked_head(wire.status, wire.headers, wire.http_version)
            self._decoder = None
            if "content-encoding" in fields or limits.max_response_bytes is not None:
                self._decoder = body_decoder(
                    fields,
                    self._request.method,
                    wire.status,
                    decode=limits.decode_content,
                    max_bytes=limits.max_response_bytes,
                    deadline=self.deadline,
                )
        except (BadHead, CorruptContent):
            with self.faults:
                raise
        if self._profile.cookies is not None:
            self._profile.cookies.keep(self._request.url, wire.headers)
        self._wire = wire
        self._content = BytesIO()

    def feed(self, chunk: bytes) -> Iterable[Any]:
        """Process a chunk of the body, and return the items of a stream that it completes; otherwise there are none.

        Raises:
            ContentDecodingError, ResponseTooLarge: the body is corrupt, or larger than its limit.
            DeadlinePassed: the deadline has passed, but the body continues.
        """
        if self._decoder is None:
            self._content.write(chunk)
        else:
            try:
                for block in self._decoder.feed(chunk):
                    self._content.write(block)
            except (CorruptContent, TooMuchContent):
                with self.faults:
                    raise
        if self.deadline is not None and self.deadline.passed:
            raise DeadlinePassed
        return ()

    def end(self) -> Iterable[Any]:
        """Process the end of the body: prepare the next request after a redirect, else complete the response. Returns
        the last items of a stream.

        Raises:
            TransportError: the body is truncated, or the redirect is refused.
        """
        if self._closings != self._profile.closings and self._is_cut_by_closing():
            raise self.faults.error(ReadError, "the backend was closed before the body was complete")
        if self._decoder is not None:
            try:
                self._decoder.finish()
            except CorruptContent:
                with self.faults:
                    raise
        response = self._to_response()
        if response.status_code >= 400 and is_problem(self._fields.get("content-type")):
            mask_problem(response, self.quiet)
        if not (self._limits.follow_redirects and self._redirected(response)):
            self.response = response
        return ()

    def _is_cut_by_closing(self) -> bool:
        wire, method = self._wire, self._request.method
        return not self._own_client and ends_by_closing(self._fields, method, wire.status, wire.http_version)

    def _to_response(self) -> Response:
        wire, request = self._wire, self._request
        response = Response.__new__(Response)  # A class with keywords takes longer than all the rest of this.
        response._fill(  # noqa: SLF001 - not for its users
            wire.status,
            wire.headers,
            self._content.getvalue(),
            request.method,
            str(request.url),
            wire.http_version,
            perf_counter() - self._started,
            wire.native,
        )
        if self._following is not None:
            response.history = tuple(self._following.history)
        return response

    def quiet(self, text: str) -> str:
        """`text` of a library or of the server, without the secrets of the request."""
        return self.faults.quiet(text)

    def _redirected(self, response: Response) -> bool:
        """Whether `response` is a redirect; if so, prepare the next request."""
        if response.status_code not in redirects.STATUSES:
            return False
        following = self._following or Following(client_insists=self._own_client and self._profile.client_insists)
        request = following.next_request(self._request, response, self._fields.get("location"), self.faults)
        if request is None:
            return False
        if not self._own_client:
            request.proxy = self._profile.proxy_for(request.url)
        self._request, self._following, self._faults = request, following, None
        return True
