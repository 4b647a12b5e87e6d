"""The part of the contract that needs no socket: the suite's own servers, reached from a fake without any.

A request that the fake would answer becomes bytes, a server answers these in memory, and what it answers becomes the
reply of the fake. So the fake is proved against the same scenarios as every other backend.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar, cast

import h11
import pytest

from clientele.http import FakeHTTPBackend, HTTPBackend
from clientele.http.errors import ConnectError, ReadError
from clientele.http.fake import Answer, Chunks, FakeRequest, Reply
from clientele_conformance.conformance import BackendConformance
from clientele_conformance.servers import Certificates, Origin
from clientele_conformance.servers.memory import MemoryConversation
from clientele_conformance.suite.base import Suite


class HomelessFake(FakeHTTPBackend):
    """A fake without a base URL of its own, which refuses a path alone as every other backend does."""

    fallback_base_url = ""


class InProcess(Suite):
    """A suite whose servers are reached in memory, for the fake and what is derived from it.

    The tests in `sockets.toml` are left out, each for the reason given there.
    """

    backend_class: ClassVar[type[HTTPBackend]] = HomelessFake
    needs_no_socket = True

    @pytest.fixture(autouse=True)
    def network(self) -> dict[int, Origin]:
        """The servers of the test by their ports."""
        self._network: dict[int, Origin] = {}
        return self._network

    @pytest.fixture
    def origin(self, network: dict[int, Origin]) -> Iterator[Origin]:
        """A server."""
        yield from _known(network, Origin())

    @pytest.fixture
    def other_origin(self, network: dict[int, Origin]) -> Iterator[Origin]:
        """A second server: another port, so another origin."""
        yield from _known(network, Origin())

    @pytest.fixture
    def tls_origin(self, network: dict[int, Origin], certificates: Certificates) -> Iterator[Origin]:
        """A server whose scheme is https; in memory there is nothing to encrypt."""
        yield from _known(network, Origin(tls=certificates.server_context()))

    def make_backend(self, **options: Any) -> HTTPBackend:
        """A fake that answers as the servers of the test do."""
        fake = cast(type[FakeHTTPBackend], self.backend_class)(**options)
        fake.on(None, None).reply_with(self._answer)
        return fake

    def _answer(self, request: FakeRequest) -> Any:
        origin = self._network.get(request.wire_url.port)
        if origin is None:
            return ConnectError("no server of this test has that port")
        exchange = Exchange(request, origin)
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return exchange.reply()
        return exchange.areply()


class InProcessConformance(InProcess, BackendConformance):
    """Every rule of the contract that needs no socket."""


def _known(network: dict[int, Origin], server: Origin) -> Iterator[Origin]:
    with server as origin:
        network[origin.port] = origin
        yield origin


class Exchange:
    """One request to `origin` in memory, and its answer, read by h11."""

    def __init__(self, request: FakeRequest, origin: Origin) -> None:
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=1 << 20)
        self._conversation: MemoryConversation = origin.converse_in_memory(b"".join(_sent(self._http, request)))

    def reply(self) -> Answer:
        """The answer, whose body is taken piece by piece."""
        head = self._next_head()
        return head if isinstance(head, ReadError) else _reply(head, self._pieces())

    async def areply(self) -> Answer:
        """`reply`, asynchronously."""
        head = await self._in_thread(self._next_head)
        return head if isinstance(head, ReadError) else _reply(head, self._async_pieces())

    def _next_head(self) -> Any:
        while isinstance(event := self._next(), h11.InformationalResponse):
            pass
        return event

    def _next(self) -> Any:
        """What comes next; an error that the fake raises if the server breaks off."""
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                self._http.receive_data(self._conversation.take())
        except h11.RemoteProtocolError as error:
            return ReadError(f"the answer broke off ({type(error).__name__})")
        return event

    def _pieces(self) -> Iterator[Any]:
        try:
            while not isinstance(event := self._next(), h11.EndOfMessage):
                yield _piece(event)
        finally:
            self._conversation.leave()

    async def _async_pieces(self) -> AsyncIterator[Any]:
        try:
            while not isinstance(event := await self._in_thread(self._next), h11.EndOfMessage):
                yield _piece(event)
        finally:
            self._conversation.leave()

    async def _in_thread(self, step: Any) -> Any:
        try:
            return await asyncio.to_thread(step)
        except BaseException:
            self._conversation.leave()  # It wakes the thread of a step that was cancelled.
            raise


def _sent(http: h11.Connection, request: FakeRequest) -> Iterator[bytes]:
    """The bytes of `request`, framed as a library would."""
    host = [] if "host" in request.headers else [("Host", request.wire_url.authority)]
    headers = [*host, *request.headers.pairs]
    if request.content is not None and "content-length" not in request.headers:
        headers.append(("Transfer-Encoding", "chunked"))
    events: list[h11.Event] = [
        h11.Request(method=request.method, target=request.wire_url.target, headers=headers),
        h11.Data(data=request.content or b""),
        h11.EndOfMessage(),
    ]
    yield from (http.send(event) or b"" for event in events)


def _piece(event: Any) -> Any:
    return bytes(event.data) if isinstance(event, h11.Data) else event


def _reply(head: h11.Response, pieces: Iterator[Any] | AsyncIterator[Any]) -> Reply:
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers.raw_items())
    return Reply(head.status_code, Chunks(pieces), headers)
