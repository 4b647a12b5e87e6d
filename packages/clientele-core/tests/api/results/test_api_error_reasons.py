"""What errors say on every backend: the limit that has passed, the proxy that failed, how to trust an authority."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from clientele.api import APIClient, ConnectError, PoolTimeout, ProxyError, ReadTimeout, TLSError
from clientele.http import Timeout
from clientele_conformance.servers import Certificates, Origin, Stall, certificates, refusing, response

BACKENDS = ["httpx", "httpx2", "requests", "aiohttp", "niquests"]
VARIABLES = ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"]


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def ask(backend: str, url: str, **settings: Any) -> None:
    """A call, asynchronous where there is no other."""

    async def asked() -> None:
        async with APIClient(http_backend=backend, **settings) as api:
            await api.arequest("GET", url)

    if backend == "aiohttp":
        asyncio.run(asked())
        return
    with APIClient(http_backend=backend, **settings) as api:
        api.request("GET", url)


@pytest.fixture(scope="module", name="certificates")
def _certificates() -> Certificates:
    return certificates()


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment, without what these tests are about."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("is_set", [[], VARIABLES[:1], VARIABLES[2:]])
def test_an_untrusted_authority(
    is_set: list[str], backend: str, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says how it is trusted, and which variables are set in vain."""
    for name in is_set:
        monkeypatch.setenv(name, str(certificates.ca_path))
    with Origin(tls=certificates.server_context()) as origin, pytest.raises(TLSError) as caught:
        ask(backend, origin.url("/"))
    unread = f"; not read, though set: {', '.join(is_set)}" if is_set else ""
    assert caught.value.reason.endswith(f'; to trust your own authority, set verify="ca.pem"{unread}')


def test_a_wrong_host_is_not_reported_as_untrusted(backend: str, certificates: Certificates) -> None:
    """No authority would help."""
    with (
        Origin(tls=certificates.server_context("wrong-host")) as origin,
        pytest.raises(TLSError) as caught,
    ):
        ask(backend, origin.url("/"), verify=str(certificates.ca_path))
    assert "verify=" not in caught.value.reason


@pytest.mark.parametrize("variable", ["http_proxy", "ALL_PROXY", None])
def test_a_proxy_that_fails_is_named(backend: str, variable: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what it was set by, and without its password."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with refusing() as (host, port):
        address = f"{host}:{port}"
        proxy = f"http://ada:planted@{address}"
        settings = {} if variable else {"proxy": proxy}
        if variable:
            monkeypatch.setenv(variable, proxy)
        with pytest.raises(ProxyError) as caught:
            ask(backend, "http://host.invalid/", **settings)
    assert caught.value.reason.startswith(f"the proxy http://{address} of {variable or 'proxy='}: ")
    assert "planted" not in f"{caught.value!r}{caught.value}"


def test_a_limit_says_which_one_and_how_long(backend: str) -> None:
    """In the same words on every backend."""
    with Origin() as origin:
        origin.on("/", Stall())
        with pytest.raises(ReadTimeout) as caught:
            ask(backend, origin.url("/"), timeout=Timeout(read=0.3))
    assert caught.value.reason == "the server sent nothing within 0.3 s (timeout.read)"


def test_the_class_of_the_library_is_not_named(backend: str) -> None:
    """It is the cause's; a reader of the error has no use for it."""
    with refusing() as (host, port), pytest.raises(ConnectError) as caught:
        ask(backend, f"http://{host}:{port}/")
    assert type(caught.value.__cause__).__name__ not in str(caught.value)


def test_a_pool_says_that_it_is_in_use() -> None:
    """And how many connections it has."""
    from clientele.http.httpx_backend import HttpxHTTPBackend  # noqa: PLC0415

    async def both(api: APIClient, url: str) -> None:
        waiting = asyncio.create_task(api.arequest("GET", url))
        await asyncio.sleep(0)
        try:
            await api.arequest("GET", url, timeout=Timeout(pool=0.1))
        finally:
            waiting.cancel()

    with Origin() as origin:
        origin.on("/", Stall(), response(200))
        with pytest.raises(PoolTimeout) as caught:
            asyncio.run(both(APIClient(http_backend=HttpxHTTPBackend(max_connections=1)), origin.url("/")))
    assert caught.value.reason == (
        "all 1 connections of max_connections are in use: no connection became free within 0.1 s (timeout.pool)"
    )
