"""What a server sends beyond its response must not answer the next request.

h11 keeps such bytes as trailing data, and httpcore reuses the connection with them. Neither tells of it in public: the
attributes used here are private, and tested with the lowest and the newest version.
"""

from __future__ import annotations

from typing import Any

import httpx

from clientele_httpx.pools import lock_at_once, pooled_stream
from clientele_httpx.sockets import no_longer_in_use


def drop_if_surplus(response: httpx.Response) -> None:
    """Have the connection of `response` closed, not reused, if bytes are left over when the response is complete."""
    connection = _http11_connection(response)
    if connection is not None and "_response_closed" not in vars(connection):
        kept = connection._response_closed  # noqa: SLF001

        def response_closed() -> None:
            if connection._h11_state.trailing_data[0]:  # noqa: SLF001
                connection.close()
            else:
                no_longer_in_use(connection._network_stream)  # noqa: SLF001
                kept()

        connection._response_closed = response_closed  # noqa: SLF001


def adrop_if_surplus(response: httpx.Response) -> None:
    """`drop_if_surplus`, for the connection of an asynchronous client."""
    connection = _http11_connection(response)
    if connection is not None and "_response_closed" not in vars(connection):
        kept = connection._response_closed  # noqa: SLF001

        async def response_closed() -> None:
            if connection._h11_state.trailing_data[0]:  # noqa: SLF001
                await connection.aclose()
            else:
                await kept()

        connection._response_closed = response_closed  # noqa: SLF001
        lock_at_once(response, connection)


def _http11_connection(response: httpx.Response) -> Any:
    """The HTTP/1.1 connection that `response` comes over; None on HTTP/2, and behind a transport of the user's."""
    found = getattr(getattr(pooled_stream(response), "_stream", None), "_connection", None)
    return found if hasattr(found, "_h11_state") else None
