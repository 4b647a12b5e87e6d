"""A transport adapter of requests that sends a request as it is, once, and reads nothing but HTTP.

The adapter that requests has sends over the pools of urllib3. They log URLs, take a silence within the TLS handshake
for one before the response, and read what http.client takes for HTTP. Here only the connections are urllib3's.
"""

from __future__ import annotations

import contextlib
from typing import Any

import h11
import requests
from requests.adapters import HTTPAdapter

from clientele.http.wire import WireRequest
from clientele_requests.answer import Answer
from clientele_requests.by_hand import decoding, wire_of
from clientele_requests.connecting import Route
from clientele_requests.exchange import Connection
from clientele_requests.outgoing import Outgoing
from clientele_requests.pool import Pool


class Adapter(HTTPAdapter):
    """Sends requests of ours, and those that are made by hand.

    Args:
        route: how to get to the servers.
        max_connections: how many connections may be open at once.
    """

    def __init__(self, route: Route, max_connections: int) -> None:
        self._route = route
        super().__init__(pool_maxsize=max_connections)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **_: Any) -> None:  # noqa: ARG002, FBT001, FBT002
        """Called by requests, which clears the pool when the session is closed."""
        self._pool = Pool(maxsize)
        self.poolmanager = self._pool  # type: ignore[assignment]

    def send(self, request: requests.PreparedRequest, *_: Any, timeout: Any = None, **__: Any) -> requests.Response:
        """Send `request`, and return the response as soon as its head is there.

        Raises:
            requests.RequestException: there is none.
        """
        if isinstance(request, Outgoing):
            return self.build_response(request, self._answer(request.wire))
        return self.build_response(request, decoding(self._answer(wire_of(request, timeout)), request))

    def _answer(self, wire: WireRequest) -> Answer:
        origin = self._route.origin(wire.url)
        connection = self._pool.take(origin)
        if connection is None:
            connection = Connection(self._route.connect(wire.url, wire.timeout.connect, wire.deadline))
            self._pool.add(connection)
        with contextlib.ExitStack() as undone:
            undone.callback(self._pool.drop, connection)
            if wire.deadline is not None:
                wire.deadline.watch(connection.cut)
            connection.send(self._head(wire), wire.body, wire.timeout.write)
            head = connection.receive(wire.timeout.read)
            undone.pop_all()

        def close() -> None:
            if wire.deadline is not None:
                wire.deadline.watch(_nothing)  # What comes later on the connection is no concern of this exchange.
            self._pool.give_back(origin, connection)

        return Answer(head, connection, close)

    def _head(self, wire: WireRequest) -> h11.Request:
        url, headers = wire.url, [*wire.headers, *self._route.proxy_headers(wire.url)]
        names = {name.lower() for name, _ in headers}
        if "host" not in names:
            headers.insert(0, ("Host", url.authority))
        if wire.body is not None and "content-length" not in names:
            headers.append(("Transfer-Encoding", "chunked"))
        target = str(url) if self._route.is_forwarded(url) else url.target
        return h11.Request(method=wire.method, target=target, headers=headers)


def _nothing() -> None:
    pass
