"""HTTP/2 with one call at a time on a connection, as HTTP/1.1 and the other backends have it.

httpcore lets calls share a connection. There a call that takes too long, or is given up, takes the others with it; a
stream that nobody reads uses up the credit of all; and threads get in each other's way, in the state machine and within
OpenSSL, so that one call in twenty fails. `create_connection` of its pools is public; `_connection` is private, and
tested with the lowest and the newest version.
"""

from __future__ import annotations

import functools
from typing import Any

import httpcore
import httpx

from clientele_httpx.http2 import AsyncConnection, Connection
from clientele_httpx.pools import pools_of

_KINDS = {httpcore.HTTP2Connection: Connection, httpcore.AsyncHTTP2Connection: AsyncConnection}


def one_call_at_a_time(client: httpx.Client | httpx.AsyncClient) -> None:
    """Keep the calls of `client` from sharing a connection with HTTP/2."""
    for pool in pools_of(client):
        pool.create_connection = functools.partial(_created, pool.create_connection)


def _created(create: Any, origin: httpcore.Origin) -> Any:
    connection = create(origin)
    kind: Any = type(connection)
    connection.__class__ = _own_kind(kind)
    return connection


@functools.cache
def _own_kind(kind: Any) -> type:
    return type(kind.__name__, (_Connecting, kind), {})


class _Connecting:
    """What connects, directly or through a proxy, and then stands in front of a connection with either protocol."""

    @property
    def _connection(self) -> Any:
        return vars(self)["_connection"]

    @_connection.setter
    def _connection(self, made: Any) -> None:
        if type(made) in _KINDS:
            made.__class__ = _KINDS[type(made)]
            made.let_the_last_call_end()
        vars(self)["_connection"] = made

    def is_available(self) -> bool:
        """Whether a call can have it: while it connects, that is for a call already."""
        return self._connection is not None and self._connection.is_available()
