"""Selects the drivers that make the calls of a function."""

from __future__ import annotations

from functools import partial

from clientele.api.calling.execution import acall, call
from clientele.api.calling.paging import apaged, paged
from clientele.api.calling.streaming import astream, refuse_items, stream
from clientele.api.declaring.decorator_options import EndpointOptions
from clientele.api.signatures.functions import Drivers
from clientele.api.signatures.signature import Declared


def drivers_for(declared: Declared, options: EndpointOptions) -> Drivers:
    """The drivers that make the calls of a function."""
    if options.get("pages") is not None:
        return Drivers(apaged if declared.is_coroutine else paged, apaged)
    if not options.get("streaming_response"):
        return Drivers(acall if declared.is_coroutine else call, acall)
    if declared.is_coroutine:
        return Drivers(astream, astream)
    if declared.is_async:
        return Drivers(partial(stream, is_async=True), astream)
    return Drivers(stream, refuse_items if declared.is_generator else astream)
