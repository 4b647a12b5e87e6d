"""What is configured goes to the base URL's origin only, whichever object it was set on; on the wire."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from clientele.api import APIClient, ConfigurationError, Request
from clientele.http import Call, FakeHTTPBackend, Flow, Wrapper
from clientele.http.backends.kinds import innermost
from clientele.http.httpx_backend import HttpxHTTPBackend
from clientele.http.recording import RecordingBackend
from clientele.http.retrying import RetryBackend
from clientele_conformance.servers import Origin, response

SECRETS = (b"planted", b"cGxhbnRlZDpwbGFudGVk")
HEADERS = {"Authorization": "Bearer planted", "X-Api-Key": "planted", "Cookie": "sid=planted"}

MakeClient = Callable[[str, Path], APIClient]


def by_backend(base_url: str, folder: Path) -> APIClient:
    """Headers on the backend, the base URL on the config."""
    del folder
    return APIClient(base_url=base_url, http_backend=HttpxHTTPBackend(headers=HEADERS))


def by_config(base_url: str, folder: Path) -> APIClient:
    """Headers on the config, the base URL on the backend."""
    del folder
    return APIClient(headers=HEADERS, http_backend=HttpxHTTPBackend(base_url=base_url))


def by_retries(base_url: str, folder: Path) -> APIClient:
    """Headers on a backend inside another one."""
    del folder
    return APIClient(base_url=base_url, http_backend=RetryBackend(HttpxHTTPBackend(headers=HEADERS)))


class Tagged(Wrapper):
    """A third-party wrapper."""

    def flow(self, call: Call) -> Flow:
        return (yield call.with_(headers={"X-Tag": call.home}))


def by_wrapper(base_url: str, folder: Path) -> APIClient:
    """Headers on a backend inside of several."""
    del folder
    return APIClient(base_url=base_url, http_backend=Tagged(RetryBackend(Tagged(HttpxHTTPBackend(headers=HEADERS)))))


def by_recording(base_url: str, folder: Path) -> APIClient:
    """Headers on a backend that is recorded."""
    inner = HttpxHTTPBackend(headers=HEADERS)
    return APIClient(base_url=base_url, http_backend=RecordingBackend(inner, folder / "cassette.yaml"))


def by_client(base_url: str, folder: Path) -> APIClient:
    """Headers, parameters, cookies and auth on the library's client."""
    del folder
    own: dict[str, Any] = {"headers": HEADERS, "params": {"key": "planted"}, "auth": ("planted", "planted")}
    backend = HttpxHTTPBackend(client=httpx.Client(**own), async_client=httpx.AsyncClient(**own))
    return APIClient(base_url=base_url, http_backend=backend)


def with_hook(base_url: str, folder: Path) -> APIClient:
    """Headers on the backend, and a hook that changes all that can be changed of a request."""
    del folder

    def change(request: Request) -> None:
        request.headers = {}
        request.query = {}
        request.options.pop("home", None)

    return APIClient(base_url=base_url, on_request=change, http_backend=HttpxHTTPBackend(headers=HEADERS))


CLIENTS = [by_backend, by_config, by_retries, by_wrapper, by_recording, by_client, with_hook]


@pytest.fixture
def home() -> Iterator[Origin]:
    with Origin() as origin:
        origin.on("/x", response(body=b'"x"'))
        yield origin


@pytest.fixture
def other() -> Iterator[Origin]:
    with Origin() as origin:
        origin.on("/x", response(body=b'"x"'))
        yield origin


def leaked(origin: Origin) -> list[bool]:
    return [any(secret in request.raw for secret in SECRETS) for request in origin.requests]


@pytest.mark.parametrize("make", CLIENTS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_a_call_elsewhere_takes_nothing_along(
    make: MakeClient, is_async: bool, home: Origin, other: Origin, tmp_path: Path  # noqa: FBT001
) -> None:  # fmt: skip
    """SEC-8 before and after one that goes home, and downloads as well as calls."""
    api = make(home.url(), tmp_path)
    urls = (other.url("/x"), "/x", other.url("/x"))
    settings = cast(HttpxHTTPBackend, innermost(api.backend)).settings

    async def ask() -> None:
        for number, url in enumerate(urls):
            await api.arequest("GET", url)
            await api.adownload(url, tmp_path / str(number))
        await api.backend.aclose()
        if settings.async_client is not None:
            await settings.async_client.aclose()

    if is_async:
        asyncio.run(ask())
    else:
        for number, url in enumerate(urls):
            api.request("GET", url)
            api.download(url, tmp_path / str(number))
        api.backend.close()
    if settings.client is not None:
        settings.client.close()
    assert [False] * 4 == leaked(other)
    assert [True, True] == leaked(home)


def test_a_call_may_give_its_own_to_another_origin(home: Origin, other: Origin, tmp_path: Path) -> None:
    """SEC-8 that is said, and not configured."""
    api = by_backend(home.url(), tmp_path)
    api.request("GET", other.url("/x"), headers={"Authorization": "Bearer planted"})
    assert "Bearer planted" == other.requests[0].header("authorization")
    api.backend.close()


def test_a_backend_may_be_told_where_home_is(home: Origin, other: Origin) -> None:
    """SEC-8 whoever calls it without a client knows what its headers are for, or has a base URL for it."""
    with_headers = HttpxHTTPBackend(headers=HEADERS)
    for url in (home.url("/x"), other.url("/x")):
        with_headers.send_sync_request("GET", url, home=home.url("/v2"))
    with pytest.raises(ConfigurationError, match="home"):
        with_headers.send_sync_request("GET", home.url("/x"), home="planted")
    with_headers.close()
    assert ([True], [False]) == (leaked(home), leaked(other))


def test_two_homes_are_none(home: Origin, other: Origin) -> None:
    """SEC-8 a backend with a base URL of its own believes nobody who says another one."""
    backend = HttpxHTTPBackend(headers=HEADERS, base_url=home.url())
    for url in (home.url("/x"), other.url("/x")):
        backend.send_sync_request("GET", url, home=other.url())
    backend.close()
    assert ([False], [False]) == (leaked(home), leaked(other))


def test_a_fake_shows_what_stays_at_home() -> None:
    """So that a test can look at it."""
    fake = FakeHTTPBackend(headers=HEADERS)
    api = APIClient(base_url="https://api.example.com", http_backend=fake)
    api.request("GET", "/x")
    api.request("GET", "https://other.example.com/x")
    assert [{}, {"home": "https://api.example.com"}] == [request["kwargs"] for request in fake.requests]
