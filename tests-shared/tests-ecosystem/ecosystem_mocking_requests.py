"""Mocks for requests, each of them used as its documentation says."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import requests
import requests_mock
import responses

from ecosystem_mocks import URL, Mock
from ecosystem_rows import World


class Responses(Mock):
    """https://github.com/getsentry/responses."""

    native_error = requests.ConnectionError

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._mock = responses.RequestsMock()

    def active(self) -> AbstractContextManager[Any]:
        return self._mock

    def answer(self, body: bytes, headers: dict[str, str]) -> None:
        self._mock.post(URL, body=body, headers=headers)

    def fail(self) -> None:
        self._mock.post(URL, body=requests.ConnectionError("the tool says so"))

    def sent(self) -> list[Any]:
        return [call.request.body for call in self._mock.calls]


class RequestsMock(Mock):
    """https://requests-mock.readthedocs.io."""

    native_error = requests.ConnectionError

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._mock = requests_mock.Mocker()

    def active(self) -> AbstractContextManager[Any]:
        return self._mock

    def answer(self, body: bytes, headers: dict[str, str]) -> None:
        self._mock.post(URL, content=body, headers=headers)

    def fail(self) -> None:
        self._mock.post(URL, exc=requests.ConnectionError("the tool says so"))

    def sent(self) -> list[Any]:
        return [request.body for request in self._mock.request_history]
