"""Arguments of a client's path template: each fills its place, whatever it holds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import pytest

from clientele.api import APIClient, InvalidPathValue, Path, Response
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, response
from clientele_conformance.subject import Subject
from clientele_conformance.suite.base import Suite
from clientele_conformance.suite.request_wire import refused

Value = str | int | None


class PathArgumentRules(Suite):
    """URL-4."""

    @rule("URL-4")
    @pytest.mark.parametrize(
        ("value", "segment"),
        [
            ("plain-._~", "plain-._~"),
            ("a/b", "a%2Fb"),
            ("/", "%2F"),
            ("../a", "..%2Fa"),
            ("...", "..."),
            ("a b", "a%20b"),
            ("?a=b&c#d", "%3Fa%3Db%26c%23d"),
            ("%2F", "%252F"),
            ("%2e%2e", "%252e%252e"),
            ("a\\b", "a%5Cb"),
            ("a;b,c:d@e+f!$'()*[]", "a%3Bb%2Cc%3Ad%40e%2Bf%21%24%27%28%29%2A%5B%5D"),
            ("\u00e9\u65e5", "%C3%A9%E6%97%A5"),
            ("\r\n\x00", "%0D%0A%00"),
            (7, "7"),
            (True, "true"),
        ],
    )
    def test_an_argument_is_escaped_whole(self, value: Value, segment: str, subject: Subject, origin: Origin) -> None:
        """It is one segment, on the wire too."""
        origin.on(f"/v2/items/{segment}/parts", response())
        _call(subject, origin, value)
        assert [f"/v2/items/{segment}/parts"] == [request.target for request in origin.requests]

    @rule("URL-4")
    @pytest.mark.parametrize("value", ["", ".", "..", None])
    def test_an_argument_that_is_no_segment_is_refused(self, value: Value, subject: Subject, origin: Origin) -> None:
        """It would reach another resource; the error names the parameter."""
        with refused(origin, InvalidPathValue, match="item"):
            _call(subject, origin, value)

    @rule("URL-4")
    @pytest.mark.parametrize(
        ("value", "segments"),
        [
            ("a", "a"),
            ("a/b/c", "a/b/c"),
            ("a b/c?d", "a%20b/c%3Fd"),
            ("\u00e9/%2F", "%C3%A9/%252F"),
            ("a/..b/c.", "a/..b/c."),
        ],
    )
    def test_segments_keep_their_slashes(self, value: str, segments: str, subject: Subject, origin: Origin) -> None:
        """Each segment is escaped on its own."""
        origin.on(f"/v2/items/{segments}/parts", response())
        _call_with_segments(subject, origin, value)
        assert [f"/v2/items/{segments}/parts"] == [request.target for request in origin.requests]

    @rule("URL-4")
    @pytest.mark.parametrize("value", ["", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", "a/.."])
    def test_each_segment_is_one(self, value: str, subject: Subject, origin: Origin) -> None:
        """One that is empty, `.` or `..` is refused, wherever it stands; the error names the parameter."""
        with refused(origin, InvalidPathValue, match="item"):
            _call_with_segments(subject, origin, value)


def _call(subject: Subject, origin: Origin, value: Value) -> None:
    if subject.mode == "sync":

        @_client(subject, origin).get("/items/{item}/parts")
        def get_item(result: Response, item: Value) -> Response:
            return result

        get_item(value)
    else:

        @_client(subject, origin).get("/items/{item}/parts")
        async def aget_item(result: Response, item: Value) -> Response:
            return result

        _run(subject, aget_item, value)


def _call_with_segments(subject: Subject, origin: Origin, value: str) -> None:
    if subject.mode == "sync":

        @_client(subject, origin).get("/items/{item}/parts")
        def get_item(result: Response, item: Annotated[str, Path(segments=True)]) -> Response:
            return result

        get_item(value)
    else:

        @_client(subject, origin).get("/items/{item}/parts")
        async def aget_item(result: Response, item: Annotated[str, Path(segments=True)]) -> Response:
            return result

        _run(subject, aget_item, value)


def _client(subject: Subject, origin: Origin) -> APIClient:
    return APIClient(base_url=origin.url("/v2"), http_backend=subject.backend)


def _run(subject: Subject, endpoint: Callable[[Any], Awaitable[object]], value: Value) -> None:
    async def call() -> None:
        try:
            await endpoint(value)
        finally:
            await subject.backend.aclose()

    asyncio.run(call())
