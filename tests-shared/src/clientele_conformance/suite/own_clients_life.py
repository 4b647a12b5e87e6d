"""A native client of the user's own: the backend uses it, and leaves its end to the user."""

from __future__ import annotations

import asyncio

import pytest

from clientele.http import Timeout
from clientele.http.errors import ConfigurationError, DeadlineExceeded
from clientele_conformance.rules import rule
from clientele_conformance.servers import Drip, Origin, chunk, chunked_head, response
from clientele_conformance.subject import Mode
from clientele_conformance.suite.base import only
from clientele_conformance.suite.concurrency_together import Job, contents, send
from clientele_conformance.suite.life_builds import aclose_native, close_native
from clientele_conformance.suite.life_loops import OtherLoop, get, later
from clientele_conformance.suite.own_clients_suite import MakeOwn, OnOwnClient, OwnClientSuite
from clientele_conformance.suite.timeouts import LONG, SHORT, raises_soon

OK = response(body=b"ok")


class OwnClientLifeRules(OwnClientSuite):
    """LIF-4, for suites that say how the library's client is made by hand."""

    @only("sync")
    @rule("LIF-4")
    def test_a_client_handed_in_outlives_the_backend(self, mode: Mode, make_own: MakeOwn, origin: Origin) -> None:
        """Two backends one after the other use its one connection, and neither closes it."""
        origin.on("/", OK)
        native = make_own(mode)
        try:
            for _ in range(2):
                backend = self.make_backend(client=native)
                assert [b"ok"] == contents([send(backend, Job(origin.url("/")))])
                backend.close()
                origin.wait_until_open(1)
            assert 1 == origin.connections
        finally:
            close_native(native)

    @rule("TMO-2")
    def test_the_total_limit_ends_a_body_on_a_client_handed_in(
        self, on_own_client: OnOwnClient, origin: Origin
    ) -> None:
        """Though the library opened its connection, and what it waits for arrives byte by byte."""
        origin.on("/", [chunked_head(), chunk(b"1"), Drip(b"1;" + b"x" * 300, 1, SHORT / 5)])
        subject = on_own_client({})
        with raises_soon(DeadlineExceeded):
            subject.send("GET", origin.url("/"), timeout=Timeout(read=LONG, total=SHORT))

    @only("async")
    @rule("LIF-4")
    def test_an_async_client_handed_in_outlives_the_backend(
        self, mode: Mode, make_own: MakeOwn, origin: Origin
    ) -> None:
        """Two backends one after the other use its one connection, and neither closes it."""
        origin.on("/", OK)

        async def main() -> None:
            native = make_own(mode)
            try:
                for _ in range(2):
                    backend = self.make_backend(async_client=native)
                    assert b"ok" == await get(backend, origin.url("/"))
                    await backend.aclose()
                    await asyncio.to_thread(origin.wait_until_open, 1)
            finally:
                await aclose_native(native)

        asyncio.run(main())
        assert 1 == origin.connections

    @only("async")
    @rule("LIF-4")
    def test_an_async_client_handed_in_is_refused_on_a_second_loop(
        self, mode: Mode, make_own: MakeOwn, origin: Origin
    ) -> None:
        """Its connections belong to the first one: ConfigurationError, before anything is sent."""
        origin.on("/", OK)
        with OtherLoop() as other:
            native = other.run(later(lambda: make_own(mode)))
            try:
                backend = self.make_backend(async_client=native)
                assert b"ok" == other.run(get(backend, origin.url("/")))
                with pytest.raises(ConfigurationError):
                    asyncio.run(get(backend, origin.url("/")))
                assert b"ok" == other.run(get(backend, origin.url("/")))
            finally:
                other.run(aclose_native(native))
        assert 2 == len(origin.requests)
