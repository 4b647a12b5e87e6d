"""Which callers and backends share the responses of a CacheBackend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clientele.api import APIClient, BearerAuth
from clientele.http import Call, FakeHTTPBackend, HTTPBackend, Response
from clientele.http.backends import Capability
from clientele.http.caching import CacheBackend, MemoryStorage
from clientele.http.fake import Reply
from clientele.http.in_process import WSGIBackend
from clientele.http.retrying import RetryBackend
from clientele.http.wrappers import Flow, Place, Wrapper
from clientele_conformance.servers import certificates
from numbered_responses import BASE, got, numbering


class Capable(FakeHTTPBackend):
    """Takes what a library has the means for."""

    capabilities = FakeHTTPBackend.capabilities | {Capability.CLIENT_CERT, Capability.PROXY}
    proxy_schemes = frozenset({"http"})


CREDENTIALS: list[tuple[str, str]] = [
    ("Authorization", "Bearer {}"),
    ("Cookie", "session={}"),
    ("X-Api-Key", "{}"),
    ("X-Tenant", "{}"),
    ("Proxy-Authorization", "Basic {}"),
    ("X-Forwarded-Host", "{}.example.com"),
]


@pytest.mark.parametrize(("name", "value"), CREDENTIALS)
def test_headers_that_may_be_credentials_separate_callers(name: str, value: str) -> None:
    """Whatever their names: the same gets the same, another one and none don't."""
    backend = CacheBackend(numbering())
    mine, yours = {name: value.format("a")}, {name.lower(): value.format("b")}
    assert [got(backend, headers=headers) for headers in (mine, yours, mine, yours)] == [b"1", b"2", b"1", b"2"]
    assert got(backend) == b"3"


@pytest.mark.parametrize("name", ["Accept", "User-Agent", "X-Request-ID", "traceparent"])
def test_other_headers_do_not_separate_callers(name: str) -> None:
    """What changes with each call would leave nothing to be found."""
    backend = CacheBackend(numbering())
    assert [got(backend, headers={name: value}) for value in ("a", "b")] == [b"1", b"1"]


def test_user_information_separates_callers() -> None:
    """It is sent as Authorization."""
    backend = CacheBackend(numbering())
    urls = [f"https://{user}@api.example.com/" for user in ("a:1", "b:1", "a:2", "a:1")]
    assert [got(backend, url) for url in urls] == [b"1", b"2", b"3", b"1"]


def test_clients_with_different_credentials_share_nothing() -> None:
    """By `auth`, by configured headers, and by a query parameter."""
    backend = CacheBackend(numbering())

    def client(**options: Any) -> Callable[[], bytes]:
        api = APIClient(base_url=BASE, http_backend=backend, **options)
        return lambda: api.request("GET", "/", result=bytes)

    makers = [
        client(auth=BearerAuth("a")),
        client(auth=BearerAuth("b")),
        client(headers={"X-Api-Key": "a"}),
        client(headers={"X-Api-Key": "b"}),
        client(),
    ]
    assert [call() for call in makers * 2] == [b"1", b"2", b"3", b"4", b"5"] * 2


def sharing(storage: Any, **options: Any) -> CacheBackend:
    return CacheBackend(numbering(fake=FakeHTTPBackend(**options)), storage=storage)


def test_backends_on_one_storage_share_responses_for_the_same_caller() -> None:
    """And nothing else: what a constructor says counts."""
    storage = MemoryStorage()
    assert got(sharing(storage)) == b"1"
    fake = FakeHTTPBackend(default_status=503)
    assert got(CacheBackend(fake, storage=storage)) == b"1"
    assert got(CacheBackend(FakeHTTPBackend(headers={"X-Api-Key": "a"}), storage=storage)) == b""
    assert got(CacheBackend(FakeHTTPBackend(verify=False), storage=storage)) == b""
    assert got(CacheBackend(Capable(proxy="http://proxy.example"), storage=storage)) == b""


class Signing(Wrapper):
    """Adds what the cache around it can't see."""

    place = Place.SIGNING

    def flow(self, call: Call) -> Flow:
        return (yield call.with_(headers={"Authorization": "Bearer s3cret"}))


class ByHand(HTTPBackend):
    """Has a session of its own."""

    def __init__(self) -> None:
        self._inner = numbering()

    def build_client(self) -> Any:
        return None

    build_async_client = build_client

    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Response:
        answer = self._inner.send_sync_request(method, f"{BASE}{url}", **kwargs)
        return Response(status_code=200, headers=answer.headers, text=f"text {answer.text}")

    async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Response:
        return self.send_sync_request(method, url, **kwargs)

    def handle_sync_stream(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError

    handle_async_stream = handle_sync_stream

    @staticmethod
    def convert_to_response(native_response: Any) -> Response:
        raise NotImplementedError

    def close(self) -> None:
        """There is nothing to close."""

    async def aclose(self) -> None:
        """There is nothing to close."""


SECRETIVE: dict[str, Callable[[], HTTPBackend]] = {
    "signed": lambda: Signing(numbering()),
    "signed, retried": lambda: RetryBackend(Signing(numbering())),
    "with a certificate": lambda: numbering(fake=Capable(cert=str(certificates().client_path))),
    "with authorities": lambda: numbering(fake=FakeHTTPBackend(verify=str(certificates().ca_path))),
}


@pytest.mark.parametrize("kind", SECRETIVE)
def test_backends_with_unknown_credentials_share_nothing(kind: str) -> None:
    """Each has its own responses, though the storage is the same, and uses them."""
    storage = MemoryStorage()
    first, second = (CacheBackend(SECRETIVE[kind](), storage=storage) for _ in range(2))
    assert got(first) == got(first) == b"1"
    second.send_sync_request("GET", f"{BASE}/elsewhere")
    assert got(second) == b"2"


def test_other_backends_share_nothing() -> None:
    """Below a base URL that only it knows; its text is kept as it made it."""
    storage = MemoryStorage()
    first, second = CacheBackend(ByHand(), storage=storage), CacheBackend(ByHand(), storage=storage)
    texts = [first.send_sync_request("GET", "/a", params={"b": value}).text for value in ("1", "2", "1")]
    assert texts == ["text 1", "text 2", "text 1"]
    assert second.send_sync_request("GET", "/a", params={"b": "2"}).text == "text 1"


def test_cookies_of_a_jar_separate_callers() -> None:
    """Who logs in as somebody else sees nothing of what was there before."""
    fake = numbering("/me", fake=FakeHTTPBackend(cookies=True))
    fake.on("POST", "/login").reply_with(*[Reply(204, None, {"Set-Cookie": f"session={user}"}) for user in "ab"])
    backend = CacheBackend(fake)
    seen = []
    for _ in "ab":
        backend.send_sync_request("POST", f"{BASE}/login")
        seen += [got(backend, f"{BASE}/me"), got(backend, f"{BASE}/me")]
    assert seen == [b"1", b"1", b"2", b"2"]


def test_client_certificates_separate_callers() -> None:
    """A certificate is shown there alone; a call of another client to the same URL comes without it."""
    backend = CacheBackend(numbering(fake=Capable(cert=str(certificates().client_path))))
    home = APIClient(base_url=BASE, http_backend=backend)
    elsewhere = APIClient(base_url="https://other.example", http_backend=backend)
    assert [api.request("GET", f"{BASE}/").content for api in (home, elsewhere, home)] == [b"1", b"2", b"1"]


def test_responses_of_applications_are_stored() -> None:
    """As any other."""

    def application(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Cache-Control", "max-age=3600")])
        return [b"ok"]

    backend = CacheBackend(WSGIBackend(application))
    assert [backend.send_sync_request("GET", "/").from_cache for _ in range(2)] == [False, True]
