"""Converts problems of a stream item to errors for the caller."""

from __future__ import annotations

from collections.abc import Callable

from clientele.http.message.printable import excerpt
from clientele.http.response import APIException, Response
from clientele.http.secrets.problems import masked_problem
from clientele.http.streams.adapters import InvalidItem
from clientele.http.streams.errors import EventError, ResponseValidationError
from clientele.http.streams.event_items import ErrorEvent
from clientele.http.streams.validation_messages import came_as


def item_error(error: InvalidItem | ErrorEvent, head: Response, quiet: Callable[[str], str]) -> APIException:
    """The error for the caller.

    Args:
        error: an item that doesn't match its type, or an event that reports an error.
        head: the head of the stream.
        quiet: masks secrets in texts of the server.
    """
    if isinstance(error, InvalidItem):
        content_type = head.headers.get("content-type", "")
        came = came_as(content_type) if _is_no_json(error) and "event-stream" not in content_type else ""
        reason = f"item {error.index} of the stream doesn't match its type: {error.problem}{came}"
        return ResponseValidationError(head, reason)
    event = error.event
    head.content = event.data.encode()
    reason = f"the server sent the event {excerpt(quiet(event.event), 50)!r}"
    said = masked_problem(head.content, lambda: event.data, quiet)
    raised = EventError(head, f"{reason}: {said}" if said else reason)
    raised.event = event.event
    raised._read_problem = error.read  # noqa: SLF001 - not for its users
    return raised


def _is_no_json(item: InvalidItem) -> bool:
    return item.error is not None and item.error.errors(include_input=False)[0]["type"] == "json_invalid"
