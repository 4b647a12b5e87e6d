"""Mocks for httpx and httpx2, each of them used as its documentation says."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import httpx
import httpx2
import respx

from ecosystem_mocks import URL, Mock
from ecosystem_rows import World


class Respx(Mock):
    """https://lundberg.github.io/respx, patching httpcore, or httpx where `using` says so."""

    native_error = httpx.ConnectError
    using = "httpcore"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._mock = respx.MockRouter(using=self.using)

    def active(self) -> AbstractContextManager[Any]:
        return self._mock

    def answer(self, body: bytes, headers: dict[str, str]) -> None:
        self._mock.post(URL).respond(200, content=body, headers=headers)

    def fail(self) -> None:
        self._mock.post(URL).mock(side_effect=httpx.ConnectError("the tool says so"))

    def sent(self) -> list[Any]:
        return [call.request.content for call in self._mock.calls]


class RespxOnHttpx(Respx):
    """respx, patching httpx."""

    using = "httpx"


class PytestHttpx(Mock):
    """https://colin-b.github.io/pytest_httpx."""

    native_error: type[Exception] = httpx.ReadError
    fixture = "httpx_mock"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._mock = world.fixture(self.fixture)

    def active(self) -> AbstractContextManager[Any]:
        return nullcontext()  # It is from when the fixture is asked for, to the end of the test.

    def answer(self, body: bytes, headers: dict[str, str]) -> None:
        self._mock.add_response(url=URL, method="POST", content=body, headers=headers)

    def fail(self) -> None:
        self._mock.add_exception(self.native_error("the tool says so"), url=URL)

    def sent(self) -> list[Any]:
        return [request.content for request in self._mock.get_requests()]


class Httpx2Pytest(PytestHttpx):
    """https://pypi.org/project/httpx2-pytest."""

    native_error = httpx2.ReadError
    fixture = "httpx2_mock"
