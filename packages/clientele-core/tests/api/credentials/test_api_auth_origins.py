"""Credentials stay with the origin of the base URL, also when a redirect leaves it; on the wire."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clientele.api import APIClient, APIKeyAuth, Auth, BasicAuth, BearerAuth, HTTPStatusError, Request, Response
from clientele_conformance.servers import Origin, redirect, response

AUTHS: list[Any] = [
    BearerAuth("s3cret"),
    BasicAuth("ada", "s3cret"),
    APIKeyAuth("X-Custom-Key", "s3cret"),
    APIKeyAuth("key", "s3cret", location="query"),
    lambda request: request.headers.update({"X-Signature": "s3cret"}),
]
SECRETS = (b"s3cret", b"YWRhOnMzY3JldA==")


@pytest.fixture
def other() -> Iterator[Origin]:
    with Origin() as other:
        other.on("/y", response(body=b"y"))
        yield other


@pytest.fixture(params=["sync", "async"])
def ask(request: pytest.FixtureRequest, origin: Origin) -> Iterator[Callable[..., Response]]:
    """A call of a client at `origin` that follows redirects, in either mode."""
    with asyncio.Runner() as runner:

        def asked(auth: Any, path: str = "/x", **options: Any) -> Response:
            with APIClient(base_url=origin.url(), http_backend="httpx", auth=auth, follow_redirects=True) as api:
                if request.param == "sync":
                    response: Response = api.request("GET", path, **options)
                    return response
                try:
                    response = runner.run(api.arequest("GET", path, **options))
                finally:
                    runner.run(api.aclose())
                return response

        yield asked


def has_secret(origin: Origin) -> list[bool]:
    return [any(secret in request.raw for secret in SECRETS) for request in origin.requests]


@pytest.mark.parametrize("status", [302, 307])
@pytest.mark.parametrize("auth", AUTHS, ids=lambda auth: type(auth).__name__)
def test_a_redirect_to_another_origin_drops_credentials(
    auth: Any, status: int, ask: Callable[..., Response], origin: Origin, other: Origin
) -> None:
    """RDR-5, in a header of any name and in the query."""
    origin.on("/x", redirect(other.url("/y"), status))
    assert b"y" == ask(auth).content
    assert ([True], [False]) == (has_secret(origin), has_secret(other))


@pytest.mark.parametrize("auth", AUTHS, ids=lambda auth: type(auth).__name__)
def test_a_call_to_another_origin_gets_no_credentials(
    auth: Any, ask: Callable[..., Response], origin: Origin, other: Origin
) -> None:
    """Not even if it comes back by a redirect."""
    other.on("/back", redirect(origin.url("/z")))
    origin.on("/z", response())
    ask(auth, other.url("/back"))
    assert ([False], [False]) == (has_secret(origin), has_secret(other))


def test_a_redirect_at_home_keeps_the_header(ask: Callable[..., Response], origin: Origin) -> None:
    """It is the same server."""
    origin.on("/x", redirect("/z"))
    origin.on("/z", response())
    ask(BearerAuth("s3cret"))
    assert [True, True] == has_secret(origin)


class Counting(Auth):
    """Counts its refreshes."""

    count = 0

    def apply(self, request: Request) -> None:
        request.headers["Authorization"] = "s3cret"

    def refresh(self, response: Response | None) -> bool:
        del response
        self.count += 1
        return True


@pytest.mark.parametrize("way", ["there", "there and back"])
def test_a_401_without_credentials_refreshes_nothing(
    way: str, ask: Callable[..., Response], origin: Origin, other: Origin
) -> None:
    """Who has not seen them can't reject them."""
    auth = Counting()
    origin.on("/x", redirect(other.url("/y")))
    origin.on("/z", response(401))
    other.on("/y", response(401) if way == "there" else redirect(origin.url("/z")))
    with pytest.raises(HTTPStatusError, match="401"):
        ask(auth)
    assert (0, 1) == (auth.count, len(other.requests))


def test_a_401_after_a_redirect_at_home_refreshes(ask: Callable[..., Response], origin: Origin) -> None:
    """There they have been seen."""
    auth = Counting()
    origin.on("/x", redirect("/z"))
    origin.on("/z", response(401), response(body=b"z"))
    assert b"z" == ask(auth).content
    assert (1, 4) == (auth.count, len(origin.requests))


@pytest.mark.parametrize("auth", AUTHS, ids=lambda auth: type(auth).__name__)
def test_a_stream_of_another_origin_gets_no_credentials(auth: Any, origin: Origin, other: Origin) -> None:
    """It is sent like any call."""
    origin.on("/x", redirect(other.url("/y")))
    with APIClient(base_url=origin.url(), http_backend="httpx", auth=auth, follow_redirects=True) as api:

        @api.get("/x", streaming_response=True)
        def items(result: Iterator[bytes]) -> Iterator[bytes]:
            return result

        assert b"y" == b"".join(items())
    assert ([True], [False]) == (has_secret(origin), has_secret(other))
