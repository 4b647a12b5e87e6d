"""OAuth 2.0 over real sockets: one token for all callers, what is sent where, and no secret in cassettes and logs."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from clientele.api import APIClient, OAuth2ClientCredentials, OAuth2RefreshToken
from clientele.http.recording import RecordingBackend
from clientele.http.retrying import RetryBackend
from clientele_conformance.servers import Origin, RecordedRequest, json_response
from clientele_httpx import HttpxHTTPBackend

SECRET = "planted-hunter2"
KEY = {"X-Key": SECRET}

Ask = Callable[..., Any]


@pytest.fixture(params=["sync", "async"])
def ask(request: pytest.FixtureRequest, runner: asyncio.Runner) -> Ask:
    """A GET of a client, in either mode."""

    def asked(api: APIClient, path: str = "/x") -> Any:
        return api.request("GET", path) if request.param == "sync" else runner.run(api.arequest("GET", path))

    return asked


def credentials(url: str) -> OAuth2ClientCredentials:
    return OAuth2ClientCredentials(url, "me", SECRET)


def origin_with_token(answer: Callable[[RecordedRequest], bytes] | None = None) -> Origin:
    origin = Origin()
    token = json_response({"access_token": f"{SECRET}-1", "token_type": "bearer", "expires_in": 3600})
    origin.on("/token", answer or token)
    origin.on("/x", json_response({}))
    return origin


@pytest.mark.parametrize("wrap", [lambda backend: backend, RetryBackend])
def test_headers_of_a_backend_stay_at_the_origin_too(
    wrap: Callable[[Any], Any], ask: Ask, runner: asyncio.Runner
) -> None:
    """Over real sockets, within a wrapper too; a token endpoint at that origin gets them."""
    backend = HttpxHTTPBackend(headers=KEY)
    with origin_with_token() as origin, origin_with_token() as other:
        for at, url in ((other, other.url("/token")), (origin, origin.url("/token"))):
            auth = credentials(url)
            ask(APIClient(base_url=origin.url(), http_backend=wrap(backend), auth=auth, headers={"X-Two": SECRET}))
            asked = next(request for request in at.requests if request.path == "/token")
            expected = [SECRET, SECRET] if at is origin else [None, None]
            assert expected == [asked.header("x-key"), asked.header("x-two")]
        runner.run(backend.aclose())


def test_twenty_threads_and_loops_fetch_one_token() -> None:
    """Over real sockets: synchronous calls, and tasks of two event loops."""
    barrier = threading.Barrier(6)
    with origin_with_token() as origin:
        auth = credentials(origin.url("/token"))

        def call() -> None:
            with APIClient(base_url=origin.url(), http_backend="httpx", auth=auth, timeout=20.0) as api:
                barrier.wait(20)
                api.request("GET", "/x").raise_for_status()

        async def calls() -> None:
            async with APIClient(base_url=origin.url(), http_backend="httpx", auth=auth, timeout=20.0) as api:
                barrier.wait(20)
                await asyncio.gather(*(api.arequest("GET", "/x") for _ in range(8)))

        with ThreadPoolExecutor(6) as pool:
            ended = [pool.submit(call) for _ in range(4)]
            ended += [pool.submit(asyncio.run, calls()) for _ in range(2)]
            for future in ended:
                future.result(30)
        paths = [request.path for request in origin.requests]
        bearers = {request.header("authorization") for request in origin.requests if request.path == "/x"}
    assert (1, 20) == (paths.count("/token"), paths.count("/x"))
    assert {f"Bearer {SECRET}-1"} == bearers


def test_a_cassette_and_logs_have_no_secret(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Of the exchange with the token endpoint neither; the cassette answers without a server."""
    caplog.set_level(logging.DEBUG)
    bodies: list[dict[str, list[str]]] = []

    def rotated(request: RecordedRequest) -> bytes:
        bodies.append(parse_qs(request.body.decode()))
        return json_response({"access_token": f"{SECRET}-1", "token_type": "bearer", "refresh_token": f"{SECRET}-r1"})

    def call(mode: Any) -> None:
        backend = RecordingBackend("httpx", tmp_path / "c.yaml", mode=mode)
        auth = OAuth2RefreshToken(url, f"{SECRET}-r0", "me", f"{SECRET}-c", client_auth="body")
        with APIClient(base_url=url.removesuffix("/token"), http_backend=backend, auth=auth, log_bodies=True) as api:
            api.request("GET", "/x").raise_for_status()
            backend.close()

    with origin_with_token(rotated) as origin:
        url = origin.url("/token")
        call("once")
    call("none")
    assert [[f"{SECRET}-r0"], [f"{SECRET}-c"]] == [bodies[0]["refresh_token"], bodies[0]["client_secret"]]
    cassette = (tmp_path / "c.yaml").read_text(encoding="utf-8")
    assert "/token" in cassette
    assert "/x" in caplog.text
    assert SECRET not in cassette + caplog.text
