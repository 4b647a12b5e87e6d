"""niquests, which puts another urllib3 in the place of that of requests, and the tools that are for it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import niquests
import niquests_mock
import urllib3

from clientele.http import niquests_backend
from ecosystem_calls import Library, MakeClient
from ecosystem_mocks import URL, Mock
from ecosystem_rows import World

# What niquests' documentation says of tools that are made for requests ("Maintainer migration").
sys.modules["requests"] = niquests
sys.modules["requests.adapters"] = niquests.adapters
sys.modules["requests.exceptions"] = niquests.exceptions
sys.modules["requests.models"] = niquests.models
sys.modules["requests.sessions"] = niquests.sessions
sys.modules["requests.packages.urllib3"] = urllib3

from opentelemetry.instrumentation.requests import RequestsInstrumentor  # noqa: E402

from ecosystem_mocking_requests import RequestsMock, Responses  # noqa: E402

__all__ = [
    "NIQUESTS",
    "NIQUESTS_ASYNC",
    "NiquestsMock",
    "RequestsInstrumentor",
    "RequestsMock",
    "Responses",
    "socks",
]


def _send(session: niquests.Session, method: str, url: str, content: Any) -> tuple[Any, Any]:
    response = session.request(method, url, data=content)
    return response.status_code, response.content


async def _asend(session: niquests.AsyncSession, method: str, url: str, content: Any) -> tuple[Any, Any]:
    response = await session.request(method, url, data=content)
    return response.status_code, response.content


NIQUESTS = Library(
    "niquests", False, niquests_backend.NiquestsHTTPBackend, niquests.Session, _send, niquests.Session.close
)
NIQUESTS_ASYNC = Library(
    "niquests async",
    True,
    niquests_backend.NiquestsHTTPBackend,
    niquests.AsyncSession,
    _asend,
    niquests.AsyncSession.close,
)


def socks(session: Callable[[], Any]) -> Callable[[str], MakeClient]:
    """`niquests[socks]`."""

    def given(proxy: str) -> MakeClient:
        def make() -> Any:
            made = session()
            made.proxies = {"http": proxy, "https": proxy}
            return made

        return make

    return given


class NiquestsMock(Mock):
    """https://github.com/0x12th/niquests-mock."""

    native_error = niquests.ConnectionError

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._mock = niquests_mock.MockRouter()

    def active(self) -> AbstractContextManager[Any]:
        return self._mock

    def answer(self, body: bytes, headers: dict[str, str]) -> None:
        self._mock.post(URL).respond(200, content=body, headers=headers)

    def fail(self) -> None:
        self._mock.post(URL).mock(side_effect=niquests.ConnectionError("the tool says so"))

    def sent(self) -> list[Any]:
        return [call.request.body for call in self._mock.calls]
