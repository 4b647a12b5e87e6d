"""What an error says is in a cassette without its secrets, whoever has raised it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from clientele.http import Capability, FakeHTTPBackend, HTTPBackend, Response
from clientele.http.backends import SyncOnly
from clientele.http.errors import ConnectError, ProxyError, ReadError, TransportError
from clientele.http.recording import RecordingBackend, files
from clientele.http.transport import TransportBackend
from clientele.http.wire import WireRequest
from clientele_conformance.subject import AsyncSubject, Mode, Subject, SyncSubject

REASONS = {
    "query": ("GET /?a=1&access_token=planted broke off", "GET /?a=1&access_token=*** broke off"),
    "user information": ("no way to https://user:planted@host/", "no way to https://***@host/"),
    "bearer": ("the server said: Bearer planted1", "the server said: Bearer ***"),
    "JSON": ('the server said {"password": "planted"}', 'the server said {"password": "***"}'),
    "header": ("X-Api-Token: planted", "X-Api-Token: ***"),
    "found by the user": ("customer planted-7 is unknown", "customer *** is unknown"),
    "none": ("the connection broke (ReadError)", "the connection broke (ReadError)"),
}


class Failing(HTTPBackend):
    """A hand-written backend that fails, its streams after an item."""

    def __init__(self, reason: str) -> None:
        self._error = ReadError(reason, request_method="GET", request_url="http://h/")

    def build_client(self) -> None:
        """There is none."""

    def build_async_client(self) -> None:
        """There is none."""

    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Any:
        raise self._error

    async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Any:
        raise self._error

    def handle_sync_stream(
        self, method: str, url: str, inner_type: Any, response_parser: Any = None, **kwargs: Any
    ) -> Generator[Any, None, None]:
        yield b"item"
        raise self._error

    async def handle_async_stream(
        self, method: str, url: str, inner_type: Any, response_parser: Any = None, **kwargs: Any
    ) -> AsyncGenerator[Any, None]:
        yield b"item"
        raise self._error

    @staticmethod
    def convert_to_response(native_response: Any) -> Response:
        raise NotImplementedError

    def close(self) -> None:
        """There is nothing to close."""

    async def aclose(self) -> None:
        """There is nothing to close."""


def failing_fake(reason: str) -> HTTPBackend:
    """The fake, which raises what it is told to."""
    fake = FakeHTTPBackend()
    fake.on(None, None).reply_with(ReadError(reason))
    return fake


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("make", [Failing, failing_fake], ids=["hand-written", "fake"])
@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize("way", ["call", "stream"])
def test_the_reason_of_an_error_is_without_its_secrets(
    tmp_path: Path, reason: str, make: Callable[[str], HTTPBackend], mode: Mode, way: str
) -> None:
    """The caller sees it as it is; the cassette, and what is replayed from it, has a mask."""
    said, kept = REASONS[reason]
    cassette = tmp_path / "cassette.yaml"

    def find(text: str) -> list[str]:
        return re.findall(r"planted-\d", text)

    for inner, expected in ((make(said), said), (FakeHTTPBackend(), kept)):
        backend = RecordingBackend(inner, cassette, find_secrets=find)
        with asyncio.Runner() as runner:
            subject: Subject = SyncSubject(backend) if mode == "sync" else AsyncSubject(backend, runner)
            with pytest.raises(TransportError) as caught:
                call(subject, way)
            subject.close()
        assert expected == caught.value.reason
    assert "planted" not in cassette.read_text(encoding="utf-8")
    assert [kept] == [each.fault.reason for each in files.read(cassette) if each.fault]


def call(subject: Subject, way: str) -> None:
    if way == "call":
        subject.send("GET", "http://h/")
    else:
        with subject.stream("GET", "http://h/", bytes) as items:
            list(items)


class Unconnected(SyncOnly, TransportBackend[None, Any]):
    """Its proxy is gone."""

    name = library = "unconnected"
    capabilities = frozenset({Capability.SYNC, Capability.PROXY})
    proxy_schemes = frozenset({"http"})
    faults = ((ConnectionError, ConnectError),)

    def build_client(self, proxy: str | None = None) -> None:
        """There is none."""

    @staticmethod
    def close_client(client: None) -> None:
        """There is none."""

    @staticmethod
    def convert_to_response(native_response: Any) -> Response:
        raise NotImplementedError

    def exchange(self, client: None, request: WireRequest) -> Any:
        raise ConnectionRefusedError("refused")


def test_a_recorded_error_of_a_proxy_names_it(tmp_path: Path) -> None:
    """Without its credentials, and when it is replayed too."""
    backend = Unconnected(proxy="http://user:planted@proxy.example:3128")
    for inner in (backend, FakeHTTPBackend()):
        with pytest.raises(ProxyError, match=r"the proxy http://(\*\*\*@)?proxy\.example:3128\b.*: refused") as caught:
            RecordingBackend(inner, tmp_path / "cassette.yaml").send_sync_request("GET", "http://h/")
        assert "planted" not in str(caught.value)
