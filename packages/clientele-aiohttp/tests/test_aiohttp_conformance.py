"""aiohttp against the contract."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Mapping
from pathlib import Path

import aiohttp

from clientele_aiohttp import AiohttpHTTPBackend
from clientele_conformance import BackendConformance
from clientele_conformance.subject import Mode
from clientele_conformance.suite.response_natives import State


class TestAiohttp(BackendConformance):
    """All of it."""

    backend_class = AiohttpHTTPBackend
    known_gaps = Path(__file__).with_name("known_gaps.toml")
    own_clients_have_params = False

    def native_response(self, url: str, state: State) -> aiohttp.ClientResponse:
        """From a session of aiohttp's."""

        async def by_hand() -> aiohttp.ClientResponse:
            async with aiohttp.ClientSession() as session, session.post(url) as response:
                if state == "read":
                    await response.read()
                return response

        return asyncio.run(by_hand())

    def own_client(
        self,
        mode: Mode,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> aiohttp.ClientSession:
        """As aiohttp has it. Its jar takes cookies of addresses only if it is told to."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Newer versions want auth to be a header.
            return aiohttp.ClientSession(
                headers=headers,
                cookies=cookies,
                auth=auth and aiohttp.BasicAuth(*auth),
                cookie_jar=aiohttp.CookieJar(unsafe=True),
            )
