"""Signatures with a native client's own headers, cookies and credentials."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from clientele.http import HTTPBackend
from clientele.http.signing import SigningBackend
from clientele_conformance.servers import Origin
from verified_signatures import INSTALLED, MODES, SIGNERS, is_signed


@pytest.fixture(params=SIGNERS)
def kind(request: Any) -> Iterator[str]:
    return request.param  # type: ignore[no-any-return]


def own_client(name: str, mode: str) -> Any:
    """A client as its library has it, with headers, a cookie and a user."""
    headers, cookies, auth = {"X-Own": "1", "User-Agent": "mine"}, {"own": "1"}, ("user", "password")
    if name == "aiohttp":
        import aiohttp  # noqa: PLC0415

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            jar = aiohttp.CookieJar(unsafe=True)
            return aiohttp.ClientSession(
                headers=headers, cookies=cookies, auth=aiohttp.BasicAuth(*auth), cookie_jar=jar
            )
    library = import_module(name)
    if name.startswith("httpx"):
        kind = library.Client if mode == "sync" else library.AsyncClient
        return kind(headers=headers, cookies=cookies, auth=auth, trust_env=False)
    session = library.Session() if mode == "sync" else library.AsyncSession()
    session.headers.update(headers)
    session.cookies.update(cookies)
    session.auth, session.trust_env = auth, False
    return session


@pytest.mark.parametrize(("name", "mode"), [(name, mode) for name, mode in MODES if name != "pyreqwest"])
def test_headers_of_a_native_client_are_signed_and_its_auth_is_replaced(name: str, mode: str) -> None:
    """Its cookies are added behind the signature: that one holds, or refuses to cover them."""

    def signing(client: Any) -> HTTPBackend:
        option = "client" if mode == "sync" else "async_client"
        return SigningBackend(INSTALLED[name](**{option: client}), SIGNERS["s3"]())

    async def sent(url: str) -> None:
        client = own_client(name, mode)
        try:
            await signing(client).send_async_request("POST", url, content=b"x")
        finally:
            await (client.aclose() if name.startswith("httpx") else client.close())

    with Origin() as origin:
        if mode == "async":
            asyncio.run(sent(origin.url("/a")))
        else:
            with own_client(name, mode) as client:
                signing(client).send_sync_request("POST", origin.url("/a"), content=b"x")
        request = origin.requests[-1]
    assert request.header("x-own") == "1"
    assert request.header("user-agent") == "mine"
    assert request.header("cookie") == "own=1"
    request.headers = tuple(pair for pair in request.headers if pair[0].lower() != "cookie")
    assert is_signed(request, "s3")
