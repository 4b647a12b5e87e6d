"""Many calls at once over HTTP/2, where a library might let them share a connection: none is to feel the others."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from clientele.http import Timeout
from clientele_conformance.rules import rule
from clientele_conformance.servers import Certificates, HTTP2Origin, WaitFor
from clientele_conformance.subject import Subject
from clientele_conformance.suite.base import AMPLE, Suite, only
from clientele_conformance.suite.concurrency_together import Job, contents, together

AT_ONCE = 20
CALLS = 200
PIECE = b"0123456789" * 300

BIG = b"x" * (1 << 20)
LEFT = 24
"""Together they are more than the credit that a library gives a connection, as far as is known."""

SHORT = 0.3


class HTTP2ConcurrencyRules(Suite):
    """H2-14 and H2-15."""

    @pytest.fixture
    def http2_server(self, certificates: Certificates) -> Iterator[HTTP2Origin]:
        """A server that tells requests back."""
        with HTTP2Origin(certificates) as origin:
            yield origin

    @rule("H2-14")
    def test_every_answer_over_http2_belongs_to_its_request(
        self, over_http2: Subject, http2_server: HTTP2Origin
    ) -> None:
        """With bodies, so that much is sent and received at the same time."""
        jobs = [
            Job(http2_server.url(f"/{number}"), "POST", {"content": PIECE * (1 + number % 20)})
            for number in range(CALLS)
        ]
        outcomes = [json.loads(content) for content in contents(together(over_http2, jobs, AT_ONCE))]
        assert [f"/{number}" for number in range(CALLS)] == [told["target"] for told in outcomes]
        assert [len(job.options["content"]) for job in jobs] == [len(told["body"]) for told in outcomes]
        assert CALLS == len(http2_server.requests)

    @rule("H2-15")
    @pytest.mark.parametrize("limit", [Timeout(read=SHORT), Timeout(total=SHORT)], ids=["read", "total"])
    @pytest.mark.parametrize("where", ["head", "body"])
    def test_a_call_that_ends_early_leaves_others_alone(
        self, where: str, limit: Timeout, over_http2: Subject, http2_server: HTTP2Origin
    ) -> None:
        """Its limit is its own, also where others wait for the same server, before their responses or within."""
        go, ended = threading.Event(), threading.Semaphore(0)
        answer = (b"o", WaitFor(go, AMPLE), b"k") if where == "body" else (WaitFor(go, AMPLE), b"ok")
        http2_server.on("/", *answer)
        over_http2.send("GET", http2_server.url("/first"))
        patient, hasty = (Job(http2_server.url("/"), options=options) for options in ({}, {"timeout": limit}))
        with ThreadPoolExecutor(1) as aside:
            outcomes = aside.submit(together, over_http2, [patient, hasty] * 3, 6, lambda _: ended.release())
            for _ in range(3):
                ended.acquire(timeout=AMPLE / 6)
            go.set()
        assert [True] * 3 == [isinstance(outcome, Exception) for outcome in outcomes.result()[1::2]]
        assert [b"ok"] * 3 == contents(outcomes.result()[::2])

    @rule("H2-15")
    @only("async")
    def test_a_read_that_is_cancelled_leaves_others_alone(self, over_http2: Subject, http2_server: HTTP2Origin) -> None:
        """Of a stream, while another task reads another one."""
        go = threading.Event()
        http2_server.on("/", b"o", WaitFor(go, AMPLE), b"k")

        async def read() -> list[bytes]:
            backend = over_http2.backend
            hasty, patient = (backend.handle_async_stream("GET", http2_server.url("/"), bytes) for _ in range(2))
            begun = [await anext(hasty), await anext(patient)]
            waiting = asyncio.ensure_future(anext(patient))
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(SHORT):
                    await anext(hasty)
            await hasty.aclose()
            go.set()
            rest = [await waiting, *[item async for item in patient]]
            await backend.aclose()
            return [*begun, b"".join(rest)]

        assert [b"o", b"o", b"k"] == asyncio.run(read())

    @rule("H2-15")
    def test_streams_that_were_left_take_nothing_from_others(
        self, over_http2: Subject, http2_server: HTTP2Origin
    ) -> None:
        """Nobody has read the rest of them, so that the server gets no credit for it."""
        http2_server.on("/", BIG)
        for _ in range(LEFT):
            with over_http2.stream("GET", http2_server.url("/")) as items:
                assert next(items)
        assert BIG == over_http2.send("GET", http2_server.url("/")).content
