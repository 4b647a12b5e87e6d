"""Who may get whose response from a CacheBackend, and what a hostile server can make of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hishel import SqliteStorage

from clientele.api import APIClient, BearerAuth
from clientele.http import Call, FakeHTTPBackend, HTTPBackend, Response
from clientele.http.backends import Capability
from clientele.http.caching import CacheBackend, MemoryStorage
from clientele.http.fake import FakeRequest, Reply
from clientele.http.in_process import WSGIBackend
from clientele.http.retrying import RetryBackend
from clientele.http.wrappers import Flow, Place, Wrapper
from clientele_conformance.servers import certificates

BASE = "https://api.example.com"
FRESH = {"Cache-Control": "max-age=3600"}


class Numbering:
    """Answers with the number of the request."""

    def __init__(self, **headers: str) -> None:
        self.count = 0
        self._headers = {**FRESH, **{name.replace("_", "-"): value for name, value in headers.items()}}

    def __call__(self, request: FakeRequest) -> Reply:
        self.count += 1
        return Reply(200, str(self.count).encode(), self._headers)


class Capable(FakeHTTPBackend):
    """Takes what a library has the means for."""

    capabilities = FakeHTTPBackend.capabilities | {Capability.CLIENT_CERT, Capability.PROXY}
    proxy_schemes = frozenset({"http"})


def numbering(path: str | None = None, *, fake: FakeHTTPBackend | None = None, **headers: str) -> FakeHTTPBackend:
    fake = fake or FakeHTTPBackend()
    fake.on(None, path).reply_with(Numbering(**headers))
    return fake


def got(backend: HTTPBackend, url: str = f"{BASE}/", **options: Any) -> bytes:
    answer: Response = backend.send_sync_request("GET", url, **options)
    return answer.content


CREDENTIALS: list[tuple[str, str]] = [
    ("Authorization", "Bearer {}"),
    ("Cookie", "session={}"),
    ("X-Api-Key", "{}"),
    ("X-Tenant", "{}"),
    ("Proxy-Authorization", "Basic {}"),
    ("X-Forwarded-Host", "{}.example.com"),
]


@pytest.mark.parametrize(("name", "value"), CREDENTIALS)
def test_headers_that_may_be_credentials_divide_callers(name: str, value: str) -> None:
    """Whatever their names: the same gets the same, another one and none don't."""
    backend = CacheBackend(numbering())
    mine, yours = {name: value.format("a")}, {name.lower(): value.format("b")}
    assert [got(backend, headers=headers) for headers in (mine, yours, mine, yours)] == [b"1", b"2", b"1", b"2"]
    assert got(backend) == b"3"


@pytest.mark.parametrize("name", ["Accept", "User-Agent", "X-Request-ID", "traceparent"])
def test_headers_that_cant_be_credentials_do_not(name: str) -> None:
    """What changes with each call would leave nothing to be found."""
    backend = CacheBackend(numbering())
    assert [got(backend, headers={name: value}) for value in ("a", "b")] == [b"1", b"1"]


def test_user_information_divides_callers() -> None:
    """It is sent as Authorization."""
    backend = CacheBackend(numbering())
    urls = [f"https://{user}@api.example.com/" for user in ("a:1", "b:1", "a:2", "a:1")]
    assert [got(backend, url) for url in urls] == [b"1", b"2", b"3", b"1"]


def test_clients_on_one_backend_have_what_is_theirs() -> None:
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


def test_backends_on_one_storage_share_what_is_for_both() -> None:
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
def test_what_cant_be_seen_is_shared_with_no_other_backend(kind: str) -> None:
    """Each has its own responses, though the storage is the same, and uses them."""
    storage = MemoryStorage()
    first, second = (CacheBackend(SECRETIVE[kind](), storage=storage) for _ in range(2))
    assert got(first) == got(first) == b"1"
    second.send_sync_request("GET", f"{BASE}/elsewhere")
    assert got(second) == b"2"


def test_a_hand_written_backend_has_its_own_too() -> None:
    """Below a base URL that only it knows; its text is kept as it made it."""
    storage = MemoryStorage()
    first, second = CacheBackend(ByHand(), storage=storage), CacheBackend(ByHand(), storage=storage)
    texts = [first.send_sync_request("GET", "/a", params={"b": value}).text for value in ("1", "2", "1")]
    assert texts == ["text 1", "text 2", "text 1"]
    assert second.send_sync_request("GET", "/a", params={"b": "2"}).text == "text 1"


def test_cookies_of_a_jar_divide_callers() -> None:
    """Who logs in as somebody else sees nothing of what was there before."""
    fake = numbering("/me", fake=FakeHTTPBackend(cookies=True))
    fake.on("POST", "/login").reply_with(*[Reply(204, None, {"Set-Cookie": f"session={user}"}) for user in "ab"])
    backend = CacheBackend(fake)
    seen = []
    for _ in "ab":
        backend.send_sync_request("POST", f"{BASE}/login")
        seen += [got(backend, f"{BASE}/me"), got(backend, f"{BASE}/me")]
    assert seen == [b"1", b"1", b"2", b"2"]


def test_who_is_at_home_gets_what_is_for_home() -> None:
    """A certificate is shown there alone; a call of another client to the same URL comes without it."""
    backend = CacheBackend(numbering(fake=Capable(cert=str(certificates().client_path))))
    home = APIClient(base_url=BASE, http_backend=backend)
    elsewhere = APIClient(base_url="https://other.example", http_backend=backend)
    assert [api.request("GET", f"{BASE}/").content for api in (home, elsewhere, home)] == [b"1", b"2", b"1"]


def test_no_secret_is_in_what_a_storage_keeps(tmp_path: Path) -> None:
    """But the response, which is the caller's."""
    path = tmp_path / "cache.db"
    storage = SqliteStorage(database_path=path)
    fake = numbering(fake=FakeHTTPBackend(headers={"X-Key": "s3cret-1"}))
    backend = CacheBackend(fake, storage=storage)
    url = "https://user:s3cret-2@api.example.com/?token=s3cret-3"
    got(backend, url, headers={"Cookie": "a=s3cret-4", "Authorization": "Bearer s3cret-5"}, params={"key": "s3cret-6"})
    storage.close()
    with sqlite3.connect(path) as database:
        kept = b"".join(bytes(data) + key for key, data in database.execute("SELECT cache_key, data FROM entries"))
    database.close()
    assert b"max-age=3600" in kept
    assert b"s3cret" not in kept


def test_a_response_that_varies_by_everything_that_changes_fills_no_storage() -> None:
    """The oldest of one URL go."""
    storage = MemoryStorage()
    backend = CacheBackend(numbering(Vary="X-Request-Id"), storage=storage)
    for number in range(130):
        got(backend, headers={"X-Request-Id": str(number)})
    assert len(storage._kept) == 100
    assert got(backend, headers={"X-Request-Id": "129"}) == b"130"


HOSTILE: list[dict[str, str]] = [
    {"Vary": ", ".join(f"X-{number}" for number in range(3000))},
    {"Vary": "," * 5000},
    {"Vary": "\t, ,:partition, ü"},
    {"ETag": "\xe9\xff"},
    {"ETag": ""},
    {"ETag": '"a", "b"', "Last-Modified": "yesterday"},
    {"Last-Modified": "\xe9"},
    {"Date": "never"},
    {"Date": "Thu, 01 Jan 0001 00:00:00 GMT"},
    {"Date": "Fri, 31 Dec 9999 23:59:59 GMT"},
    {"Date": "Thu, 01 Jan 99999 00:00:00 GMT", "Expires": "Thu, 01 Jan 99999 00:00:00 GMT"},
    {"Expires": "Thu, 32 Feb 2026 25:61:61 +9999"},
    {"Cache-Control": "max-age=" + "9" * 4000},
    {"Cache-Control": "max-age=" + "9" * 40},
    {"Cache-Control": '"\\"' * 1300},
    {"Cache-Control": "=,=,;;;" + '"'},
    {"Cache-Control": 'no-cache="' + "a," * 1500},
    {"Age": "-5"},
    {"Age": "9" * 50},
    {"Age": "soon"},
    {"Connection": "cache-control, date, etag, , :born"},
    {"Content-Encoding": "identity"},
]


@pytest.mark.parametrize("headers", HOSTILE, ids=[f"{number}" for number in range(len(HOSTILE))])
@pytest.mark.parametrize("wanted", [{}, {"Cache-Control": "no-cache"}, {"Cache-Control": "max-stale, min-fresh=x"}])
def test_whatever_a_server_says_a_call_gets_a_response(headers: dict[str, str], wanted: dict[str, str]) -> None:
    """No header raises, or makes another call raise."""
    fake = FakeHTTPBackend()
    fake.on("GET", "/").reply_with(Reply(200, b"ok", {"ETag": '"1"', **headers}))
    backend = CacheBackend(fake)
    assert [got(backend, headers=wanted) for _ in range(3)] == [b"ok"] * 3
    assert got(backend, headers={"Accept-Language": "de"}) == b"ok"


@pytest.mark.parametrize("headers", HOSTILE, ids=[f"{number}" for number in range(len(HOSTILE))])
def test_whatever_a_304_says_a_call_gets_a_response(headers: dict[str, str]) -> None:
    """It is what is stored, or what the server sends when it is asked anew."""
    fake = FakeHTTPBackend()
    first = Reply(200, b"ok", {"ETag": '"1"', "Cache-Control": "no-cache"})
    fake.on("GET", "/").reply_with(first, Reply(304, None, headers), Reply(200, b"ok"))
    backend = CacheBackend(fake)
    assert [got(backend) for _ in range(3)] == [b"ok"] * 3


def test_a_redirect_and_what_it_leads_to_is_not_stored() -> None:
    """The target may change at any moment, whatever it says of itself."""
    fake = numbering("/target")
    fake.on("GET", "/").reply_with(Reply(301, None, {"Location": "/target", **FRESH}))
    backend = CacheBackend(fake)
    assert [got(backend, follow_redirects=True) for _ in range(2)] == [b"1", b"2"]
    assert got(backend, f"{BASE}/target") == b"3"
    assert backend.send_sync_request("GET", f"{BASE}/").status_code == 301
    assert got(backend, follow_redirects=True) == b"4"


def test_a_304_behind_a_redirect_is_about_something_else() -> None:
    """The tag may be the same by accident."""
    fake = FakeHTTPBackend()
    fake.on("GET", "/").reply_with(
        Reply(200, b"mine", {"ETag": '"1"', "Cache-Control": "no-cache"}),
        Reply(302, None, {"Location": "/other"}),
        Reply(302, None, {"Location": "/other"}),
    )
    fake.on("GET", "/other").reply_with(Reply(304), Reply(200, b"other"))
    backend = CacheBackend(fake)
    assert [got(backend, follow_redirects=True) for _ in range(2)] == [b"mine", b"other"]


def test_applications_are_backends_too() -> None:
    """As any other."""

    def application(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Cache-Control", "max-age=3600")])
        return [b"ok"]

    backend = CacheBackend(WSGIBackend(application))
    assert [backend.send_sync_request("GET", "/").from_cache for _ in range(2)] == [False, True]
