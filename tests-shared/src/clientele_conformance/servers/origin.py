"""An HTTP/1.x origin server on raw sockets, which sends exactly the bytes that a test wants."""

from __future__ import annotations

import ssl
from collections import deque
from collections.abc import Callable
from typing import TypeAlias

from clientele_conformance.servers.conversation import Conversation
from clientele_conformance.servers.listener import Listener
from clientele_conformance.servers.messages import response
from clientele_conformance.servers.reading import read_body, read_head
from clientele_conformance.servers.recorded import Malformed, RecordedRequest
from clientele_conformance.servers.script import Answer, Close, play

Handler: TypeAlias = Callable[[RecordedRequest], Answer]


class _Route:
    """The answers of one path, one for each request, the last one for all that follow."""

    def __init__(self, answers: tuple[Answer | Handler, ...], *, read_body: bool) -> None:
        self.read_body = read_body
        self._answers = deque(answers)

    def next(self) -> Answer | Handler:
        return self._answers.popleft() if len(self._answers) > 1 else self._answers[0]


class Origin(Listener):
    """A server that responds to registered paths as specified, with 404 to all others, and records the requests.

    with Origin() as origin:
        origin.on("/flaky", Reset(), response(200, body=b"ok"))
    """

    def __init__(
        self, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None, greeting: Answer | None = None
    ) -> None:
        super().__init__(host=host, tls=tls, greeting=greeting)
        self._routes: dict[tuple[str | None, str], _Route] = {}

    def on(self, path: str, *answers: Answer | Handler, method: str | None = None, read_body: bool = True) -> None:
        """Answer requests for `path` (and, if given, `method`), whatever their query.

        The first request gets the first answer, and so on; the last answer is for all that follow. A callable makes
        its answer from the request. With `read_body=False` the answer is played as soon as the head has come; if the
        body is still unread afterwards, the connection is closed.
        """
        if not answers:
            raise ValueError(f"no answer for {path}")
        with self._changed:
            self._routes[method, path] = _Route(answers, read_body=read_body)

    def converse(self, connection: Conversation) -> None:
        """Answer request after request."""
        while not connection.closed:
            try:
                request, answer = self._next(connection)
            except Malformed as error:
                self._malformed.append(str(error))
                play([response(400, [("Connection", "close")]), Close()], connection)
                return
            play(answer(request) if callable(answer) else answer, connection)
            if request.wants_close or not request.complete:
                return

    def _next(self, connection: Conversation) -> tuple[RecordedRequest, Answer | Handler]:
        request = read_head(connection)
        route = self._route(request)
        try:
            if route.read_body:
                read_body(connection, request)
        finally:
            self._record(request)
        with self._changed:
            return request, route.next()

    def _route(self, request: RecordedRequest) -> _Route:
        path = request.path
        for key in ((request.method, path), (None, path)):
            if key in self._routes:
                return self._routes[key]
        return _NOT_FOUND


_NOT_FOUND = _Route((response(404, body=b"nothing is registered here"),), read_body=True)
