"""Exchanges in one step: which calls an adapter is asked for, and what core makes of its answer."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from typing import Any, ClassVar

import pytest

from clientele.http import Capability, HTTPBackend, Response, TransportBackend
from clientele.http.errors import ContentDecodingError, ProtocolError, ReadError
from clientele.http.transport.connections.waits import BLOCK
from clientele.http.transport.memory import Clientless
from clientele.http.wire import AsyncWireResponse, SyncWireResponse, WholeResponse, WireRequest, WireResponse
from clientele_conformance.in_process import HomelessFake, InProcess
from clientele_conformance.suite.redirect_steps import RedirectStepRules
from clientele_conformance.suite.response_bodies import ResponseBodyRules
from clientele_conformance.suite.responses import ResponseRules

URL = "http://localhost/"
Answer = Callable[[WireRequest], WholeResponse | None]


class Broken(Exception):
    """What the library says when the connection breaks."""


class OneStepBackend(Clientless):
    """Answers with what `answer` makes of a request, in one step, or else with `in two steps`."""

    name = library = "onestep"
    capabilities = frozenset({Capability.SYNC, Capability.ASYNC})
    faults = ((Broken, ReadError),)

    def __init__(self, answer: Answer, **options: Any) -> None:
        super().__init__(**options)
        self.answer = answer
        self.steps: list[tuple[str, str]] = []

    def exchange_at_once(self, client: None, request: WireRequest) -> WholeResponse | None:
        self.steps.append(("one", request.url.path))
        return self.answer(request)

    async def async_exchange_at_once(self, client: None, request: WireRequest) -> WholeResponse | None:
        return self.exchange_at_once(client, request)

    def exchange(self, client: None, request: WireRequest) -> SyncWireResponse:
        self.steps.append(("two", request.url.path))
        return WireResponse(200, (), "1.1", iter([b"in two ", b"steps"]), lambda: None, None)

    async def async_exchange(self, client: None, request: WireRequest) -> AsyncWireResponse:
        async def chunks() -> AsyncIterator[bytes]:
            yield b"in two steps"

        async def close() -> None: ...

        self.steps.append(("two", request.url.path))
        return WireResponse(200, (), "1.1", chunks(), close, None)

    @staticmethod
    def convert_to_response(native_response: Any) -> Response:  # noqa: ARG004
        raise TypeError("there are no native responses")


class Caller:
    """Makes the same call in either mode."""

    def __init__(self, *, is_async: bool) -> None:
        self._is_async = is_async

    def send(self, backend: TransportBackend[Any, Any], method: str = "GET", **options: Any) -> Response:
        if self._is_async:
            return asyncio.run(backend.send_async_request(method, URL, **options))
        return backend.send_sync_request(method, URL, **options)

    def items(self, backend: TransportBackend[Any, Any], **options: Any) -> list[Any]:
        async def items() -> list[Any]:
            return [item async for item in backend.handle_async_stream("GET", URL, str, **options)]

        return asyncio.run(items()) if self._is_async else list(backend.handle_sync_stream("GET", URL, str, **options))


@pytest.fixture(params=["sync", "async"])
def caller(request: pytest.FixtureRequest) -> Caller:
    return Caller(is_async=request.param == "async")


def whole(content: bytes = b"in one", *headers: tuple[str, str], status: int = 200) -> WholeResponse:
    return WholeResponse(status, headers, "1.1", content, "native")


def test_a_call_takes_one_step(caller: Caller) -> None:
    """RSP-1 and what it brought is the response."""
    backend = OneStepBackend(lambda _: whole(b"in one", ("X-A", "a")))
    response = caller.send(backend, json={"a": 1})
    assert (b"in one", (("X-A", "a"),), "native") == (response.content, response.headers.pairs, response.native)
    assert [("one", "/")] == backend.steps


def test_an_adapter_may_decline(caller: Caller) -> None:
    """RSP-1 then the call takes two steps."""
    backend = OneStepBackend(lambda _: None)
    assert b"in two steps" == caller.send(backend).content
    assert [("one", "/"), ("two", "/")] == backend.steps


@pytest.mark.parametrize(
    "options",
    [{"content": bytes(BLOCK + 1)}, {"content": [b"piece"]}, {"max_response_bytes": 100}],
    ids=["a large body", "a body in pieces", "a limit on the size of the response"],
)
def test_what_core_has_to_look_at_takes_two_steps(caller: Caller, options: dict[str, Any]) -> None:
    """TMO-1, RSP-10 core limits the pieces as they pass."""
    backend = OneStepBackend(lambda _: whole())
    assert b"in two steps" == caller.send(backend, "POST", **options).content
    assert [("two", "/")] == backend.steps


def test_a_stream_takes_two_steps(caller: Caller) -> None:
    """STM-1 its items are wanted as they come."""
    backend = OneStepBackend(lambda _: whole())
    assert ["in two steps"] == caller.items(backend)
    assert [("two", "/")] == backend.steps


def test_redirects_are_followed(caller: Caller) -> None:
    """RDR-2 each request is a step."""

    def answer(request: WireRequest) -> WholeResponse:
        return whole() if request.url.path == "/next" else whole(b"", ("Location", "/next"), status=302)

    backend = OneStepBackend(answer)
    response = caller.send(backend, follow_redirects=True)
    assert b"in one" == response.content
    assert [302] == [each.status_code for each in response.history]
    assert [("one", "/"), ("one", "/next")] == backend.steps


def test_the_body_is_decoded(caller: Caller) -> None:
    """RSP-2 as strictly as one that comes in pieces."""
    coding = ("Content-Encoding", "gzip")
    assert b"body" == caller.send(OneStepBackend(lambda _: whole(gzip.compress(b"body"), coding))).content
    with pytest.raises(ContentDecodingError):
        caller.send(OneStepBackend(lambda _: whole(gzip.compress(b"body")[:-1], coding)))


def test_faults_are_translated(caller: Caller) -> None:
    """ERR-1 what the library raises, and what core finds wrong with the head."""

    def fail(_: WireRequest) -> None:
        raise Broken("the connection broke")

    with pytest.raises(ReadError, match="the connection broke"):
        caller.send(OneStepBackend(fail))
    with pytest.raises(ProtocolError, match="two different Content-Length"):
        caller.send(OneStepBackend(lambda _: whole(b"", ("Content-Length", "1"), ("Content-Length", "2"))))


def test_an_adapter_need_not_offer_it(caller: Caller) -> None:
    """RSP-1 what `TransportBackend` has declines."""

    class TwoStepBackend(OneStepBackend):
        exchange_at_once = TransportBackend.exchange_at_once
        async_exchange_at_once = TransportBackend.async_exchange_at_once

    assert b"in two steps" == caller.send(TwoStepBackend(lambda _: whole())).content


class OneStepFake(HomelessFake):
    """The fake of the suite, read to the end by the adapter."""

    def exchange_at_once(self, client: Any, request: WireRequest) -> WholeResponse:
        wire = self.exchange(client, request)
        try:
            content = b"".join(wire.chunks)
        finally:
            wire.close()
        return WholeResponse(wire.status, wire.headers, wire.http_version, content, wire.native)

    async def async_exchange_at_once(self, client: Any, request: WireRequest) -> WholeResponse:
        wire = await self.async_exchange(client, request)
        try:
            content = b"".join([chunk async for chunk in wire.chunks])
        finally:
            await wire.close()
        return WholeResponse(wire.status, wire.headers, wire.http_version, content, wire.native)


@pytest.mark.whole
class TestOneStepFake(InProcess, ResponseRules, ResponseBodyRules, RedirectStepRules):
    """What the contract says of responses, kept in one step."""

    backend_class: ClassVar[type[HTTPBackend]] = OneStepFake
