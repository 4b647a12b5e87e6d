"""Secrets that a client knows by their value: of auth, of configured headers and of a proxy, wherever they stand."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from clientele.api import APIClient, APIKeyAuth, BasicAuth, BearerAuth
from clientele.http.recording import RecordingBackend
from clientele.http.recording.exchanges import Answer, Exchange, Request
from clientele.http.recording.redacting import Redactor
from clientele.http.retrying import RetryBackend
from clientele_conformance.servers import Origin, RecordedRequest, response
from clientele_httpx import HttpxHTTPBackend

SECRET = "planted/hunter+2"


def echo(request: RecordedRequest) -> bytes:
    """What was asked, in every form that a secret may have."""
    told = f"{SECRET} {quote(SECRET, safe='')} {json.dumps(SECRET)}".encode()
    return response(200, [], told + base64.b64encode(SECRET.encode()) + request.target.encode())


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as origin:
        origin.on("/x", echo)
        yield origin


CLIENTS: dict[str, Callable[..., APIClient]] = {
    "bearer": lambda backend, url: APIClient(base_url=url, http_backend=backend, auth=BearerAuth(SECRET)),
    "basic": lambda backend, url: APIClient(base_url=url, http_backend=backend, auth=BasicAuth("me", SECRET)),
    "key in a header": lambda backend, url: APIClient(
        base_url=url, http_backend=backend, auth=APIKeyAuth("X-Tenant-Id", SECRET)
    ),
    "key in the query": lambda backend, url: APIClient(
        base_url=url, http_backend=backend, auth=APIKeyAuth("tenant", SECRET, location="query")
    ),
    "function": lambda backend, url: APIClient(
        base_url=url, http_backend=backend, auth=lambda request: request.headers.update({"X-Any": SECRET})
    ),
    "header of the config": lambda backend, url: APIClient(
        base_url=url, http_backend=backend, headers={"X-Tenant-Id": SECRET}
    ),
    "user information": lambda backend, url: APIClient(
        base_url=url.replace("//", f"//me:{quote(SECRET, safe='')}@"), http_backend=backend
    ),
}


@pytest.mark.parametrize("make", CLIENTS.values(), ids=CLIENTS)
@pytest.mark.parametrize("wrapped", [False, True], ids=["alone", "wrapped"])
def test_what_a_client_is_configured_with_is_not_in_the_file(
    make: Callable[..., APIClient], wrapped: bool, origin: Origin, tmp_path: Path  # noqa: FBT001
) -> None:  # fmt: skip
    """SEC-3 nor in what the server says of it."""
    cassette = tmp_path / "cassette.yaml"
    recording = RecordingBackend(HttpxHTTPBackend(), cassette)
    api = make(RetryBackend(recording) if wrapped else recording, origin.url())
    answer = api.request("GET", "/x")
    recording.close()
    assert SECRET in answer.text
    assert_absent(cassette.read_text())


def assert_absent(text: str) -> None:
    for form in (SECRET, quote(SECRET, safe=""), base64.b64encode(SECRET.encode()).decode().rstrip("=")):
        assert form not in text
    assert "hunter" not in text


def test_headers_of_a_backend_are_known(origin: Origin, tmp_path: Path) -> None:
    """SEC-3 without a client, too."""
    cassette = tmp_path / "cassette.yaml"
    recording = RecordingBackend(HttpxHTTPBackend(headers={"X-Tenant-Id": SECRET, "Accept": "text/plain"}), cassette)
    recording.send_sync_request("GET", origin.url("/x"))
    recording.close()
    assert_absent(cassette.read_text())
    assert "text/plain" in cassette.read_text()


def test_a_cassette_is_replayed_with_another_secret(origin: Origin, tmp_path: Path) -> None:
    """It has none of them, so that none is needed."""
    cassette = tmp_path / "cassette.yaml"
    for secret in (SECRET, "x"):
        recording = RecordingBackend(HttpxHTTPBackend(), cassette)
        api = APIClient(
            base_url=origin.url(), http_backend=recording, auth=APIKeyAuth("tenant", secret, location="query")
        )
        assert 200 == api.request("GET", "/x").status_code
        recording.close()
    assert 1 == len(origin.requests)


def test_a_proxys_credentials_are_known() -> None:
    """SEC-3 should a proxy say them again."""
    answer = Answer(200, (("Via", "planted-proxy"),), chunks=(b"planted-proxy",))
    exchange = Exchange(Request("GET", "http://h/"), answer)
    clean = Redactor().exchange(exchange, "http://user:planted%2Dproxy@proxy.example")
    assert clean.answer is not None
    assert (((("Via", "***"),)), (b"***",)) == (clean.answer.headers, clean.answer.chunks)


@pytest.mark.parametrize(
    ("coding", "body", "kept"),
    [
        ("gzip", gzip.compress(b'{"password": "planted", "a": 1}', mtime=0), b'{"password": "***", "a": 1}'),
        ("gzip", b"planted", b""),
        ("br", b"planted", b""),
        ("", b'{"password": "planted"}', b'{"password": "***"}'),
    ],
)
def test_a_coded_body_of_a_request_is_looked_into(coding: str, body: bytes, kept: bytes) -> None:
    """SEC-3 or left out."""
    headers: Any = (("Content-Encoding", coding),) if coding else ()
    assert kept == Redactor().request(Request("POST", "http://h/", headers, body)).body


def test_a_key_is_a_secret_where_it_is_sent() -> None:
    """In an answer it is anything."""
    exchange = Exchange(
        Request("GET", "http://h/?key=planted&a=1", body=b'{"key": "planted"}'), Answer(200, chunks=(b'{"key": "a"}',))
    )
    clean = Redactor().exchange(exchange)
    assert clean.answer is not None
    told = clean.request.url, clean.request.body, clean.answer.chunks
    assert ("http://h/?key=***&a=1", b'{"key": "***"}', (b'{"key": "a"}',)) == told


@pytest.mark.parametrize(
    "request_",
    [
        Request(
            "POST", "http://h/", (("Content-Type", "application/x-www-form-urlencoded"),), b"client_secret=pl%2Fanted"
        ),
        Request("POST", "http://h/", (("Authorization", "Basic " + base64.b64encode(b"me:pl%2Fanted").decode()),)),
    ],
    ids=["in the form", "encoded in Basic"],
)
def test_the_secret_of_a_client_of_oauth_is_known(request_: Request) -> None:
    """A token endpoint may quote it where it refuses it (RFC 6749, sections 2.3.1 and 5.2)."""
    said = b'{"error_description": "no client with pl/anted"}'
    answer = Redactor().exchange(Exchange(request_, Answer(400, chunks=(said,)))).answer
    assert answer is not None
    assert b"".join(answer.chunks) == b'{"error_description": "no client with ***"}'
