"""One call whose caller reads the items of its response as they arrive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from math import inf
from typing import Any, NamedTuple

from clientele.http.message import redirects
from clientele.http.message.body.charsets import charset_of
from clientele.http.message.body.codings import CorruptContent, TooMuchContent
from clientele.http.message.body.lines import LineTooLong
from clientele.http.response import APIException
from clientele.http.runtime.deadline import Deadline, DeadlinePassed, watch
from clientele.http.streams.adapters import InvalidItem
from clientele.http.streams.errors import ResponseValidationError
from clientele.http.streams.event_items import ErrorEvent, EventReading, NoEnd
from clientele.http.streams.item_errors import item_error
from clientele.http.streams.items import ItemDecoder, Parser
from clientele.http.streams.pausing import PAUSE
from clientele.http.transport.call_state import CallState
from clientele.http.transport.errors import ReadError
from clientele.http.transport.profile import Profile
from clientele.http.transport.receive import is_event_stream
from clientele.http.wire import ClientDefaults, WholeResponse, WireResponse


class StreamOptions(NamedTuple):
    """The items of a streaming call: of `inner_type`, or the results of `parser` for each line."""

    inner_type: Any
    parser: Parser | None


class StreamState(CallState):
    """The state of one call whose items are yielded as they arrive: `feed` and `end` return them.

    Exceptions of their consumer must not be translated: `faults` is the context manager around each piece of I/O.
    """

    is_stream = True

    def __init__(  # noqa: PLR0917 - as `CallState`
        self,
        profile: Profile,
        method: str,
        url: str,
        kwargs: Mapping[str, Any],
        stream: StreamOptions,
        own_client: ClientDefaults | None = None,
    ) -> None:
        super().__init__(profile, method, url, kwargs, own_client)
        self._stream = stream
        self._on_head = kwargs.get("on_head")
        self._items: ItemDecoder | None = None
        self.pauses = False
        """Whether to interrupt the stream after its head, by yielding PAUSE."""

    def broke_off(self, error: Exception) -> None:
        """Notify the watcher that the stream was interrupted by `error`."""
        if self._watcher is not None:
            self._watcher.broke_off(error)

    def watch(self) -> None:
        """Cut the connection of a synchronous call at its deadline. One that reads events has a deadline in any case,
        which never passes: it is shortened when the stream is over, and what is left of its body is read.
        """
        if self.deadline is not None:
            watch(self.deadline)
        elif isinstance(self._stream.inner_type, EventReading):
            self.deadline = Deadline(inf)

    def is_over(self) -> bool:
        """Whether the stream has ended, even if the body continues."""
        if self._items is None or not self._items.has_ended:
            return False
        self.response = self._to_response()
        return True

    def head(self, wire: WireResponse[Any, Any] | WholeResponse) -> None:
        """Process the head of a response; see `CallState.head`.

        Raises:
            ResponseValidationError: the stream should have events, but the response has none.
        """
        super().head(wire)
        self._items = self._item_decoder(self._stream, wire.status)
        if self._items is not None and self._on_head is not None:
            self.pauses = self._on_head(self._to_response()) is PAUSE

    def feed(self, chunk: bytes) -> Iterable[Any]:
        """Process a chunk of the body, and return the items that it completes; see `CallState.feed`.

        Raises:
            ResponseValidationError: an item doesn't match its type.
        """
        return super().feed(chunk) if self._items is None else chain.from_iterable(self._batches(self._items, chunk))

    def end(self) -> Iterable[Any]:
        """Process the end of the body, and return the last items; see `CallState.end`.

        Raises:
            APIException: the status is not 2xx.
        """
        super().end()
        if self._items is not None:
            return self._checked(self._items.finish())
        response = self.response
        if response is not None:
            response.raise_for_status()
            raise APIException(response, redirects.unfollowed(response.status_code, self._fields.get("location")))
        return ()

    def _item_decoder(self, stream: StreamOptions, status: int) -> ItemDecoder | None:
        if not 200 <= status < 300:
            return None
        media_type, wanted = self._fields.get("content-type"), stream.inner_type
        if isinstance(wanted, EventReading) and not is_event_stream(media_type):
            if status == 204:  # There are no more events (WHATWG HTML, section 9.2.3).
                wanted.has_ended = True
            else:
                reason = f"the stream has no events: its Content-Type is {media_type!r}, not text/event-stream"
                raise ResponseValidationError(self._to_response(), reason)
        return ItemDecoder(
            wanted,
            stream.parser,
            charset_of(media_type),
            self._limits.max_line_bytes,
            is_event_stream=is_event_stream(media_type),
        )

    def _batches(self, items: ItemDecoder, chunk: bytes) -> Iterator[Iterable[Any]]:
        """The items that `chunk` completes, in batches, without a loop over items that can't fail."""
        try:
            for block in (chunk,) if self._decoder is None else self._decoder.feed(chunk):
                batch = items.feed(block)
                yield self._checked(batch) if isinstance(batch, Iterator) else batch
        except (CorruptContent, DeadlinePassed, LineTooLong, TooMuchContent):
            with self.faults:
                raise

    def _checked(self, items: Iterator[Any]) -> Iterator[Any]:
        """`items`, with our own errors; exceptions of the caller's parser are raised unchanged."""
        while True:
            try:
                item = next(items)
            except StopIteration:
                return
            except (ErrorEvent, InvalidItem) as error:
                raise item_error(error, self._to_response(), self.quiet) from error.error
            except NoEnd as error:
                raise self.faults.error(ReadError, str(error)) from None
            except (CorruptContent, LineTooLong, TooMuchContent):
                with self.faults:
                    raise
            yield item
