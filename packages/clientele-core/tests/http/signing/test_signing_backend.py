"""SigningBackend and signers of one's own: what they see, when they are asked, and what is refused."""

from __future__ import annotations

import asyncio
import copy
import io
import json
import logging
import pickle
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider

from clientele.api import APIClient, BearerAuth, DigestAuth
from clientele.http import HTTPBackend, Response, Timeout
from clientele.http.errors import (
    ConfigurationError,
    DeadlineExceeded,
    HTTPStatusError,
    InvalidBody,
    InvalidHeader,
    ProtocolError,
)
from clientele.http.fake import FakeHTTPBackend, Reply
from clientele.http.limiting import LimitBackend
from clientele.http.message.body.files import Progress
from clientele.http.recording import RecordingBackend
from clientele.http.retrying import RetryBackend
from clientele.http.signing import EncodedRequest, Signer, SigningBackend
from clientele.http.tracing import TracingBackend
from clientele_conformance.servers import Origin, Reset, response

INSTALLED: dict[str, Any] = {entry.name: entry.load() for entry in sorted(entry_points(group="clientele.backends"))}
MODES = [(name, mode) for name, kind in INSTALLED.items() for mode in ("sync", "async") if mode in kind.capabilities]


class Noting(Signer):
    """Notes what it sees, and adds a number."""

    def __init__(self, name: str = "X-Signed") -> None:
        self.seen: list[EncodedRequest] = []
        self.prepared = 0
        self._name = name

    def prepare(self) -> None:
        self.prepared += 1

    def sign(self, request: EncodedRequest) -> Mapping[str, str]:
        self.seen.append(request)
        return {self._name: f"signature-{len(self.seen)}"}


def send(backend: HTTPBackend, mode: str, *arguments: Any, **options: Any) -> Response:
    if mode == "sync":
        try:
            return backend.send_sync_request(*arguments, **options)  # type: ignore[no-any-return]
        finally:
            backend.close()

    async def call() -> Response:
        try:
            return await backend.send_async_request(*arguments, **options)  # type: ignore[no-any-return]
        finally:
            await backend.aclose()

    return asyncio.run(call())


@pytest.mark.parametrize(("name", "mode"), MODES)
def test_a_signer_sees_the_request_as_it_is_sent(name: str, mode: str) -> None:
    signer = Noting()
    with Origin() as origin:
        backend = SigningBackend(INSTALLED[name](base_url=origin.url("/v1"), trust_env=False), signer)
        send(backend, mode, "post", "/a b?x=ü".replace(" ", "%20"), json={"n": 1.0}, headers={"X-Odd": "1"})
        got = origin.requests[0]
    (seen,) = signer.seen
    assert seen.method == "POST"
    assert seen.target == got.target == "/v1/a%20b?x=%C3%BC"
    assert seen.url == origin.url(seen.target)
    assert seen.body == got.body == b'{"n":1.0}'
    assert [*seen.pieces()] == [b'{"n":1.0}']
    sent = {field.lower(): value for field, value in got.headers if field.lower() != "connection"}
    assert {**seen.headers, "x-signed": "signature-1"} == sent
    assert "secret" not in repr(seen)


def test_headers_are_in_order_and_replaced_where_they_are() -> None:
    fake, signer = FakeHTTPBackend(), Noting("date")
    route = fake.on(None, None).reply()
    given = {"X-First": "1", "Date": "then", "X-Last": "2"}
    SigningBackend(fake, signer).send_sync_request("GET", "https://example.com/", headers=given)
    assert signer.seen[0].headers.pairs[0] == ("Host", "example.com")
    assert [pair for pair in route.last_request.headers.pairs if pair[0].lower() in {"x-first", "date", "x-last"}] == [
        ("X-First", "1"),
        ("date", "signature-1"),
        ("X-Last", "2"),
    ]


@pytest.mark.parametrize(("name", "mode"), MODES)
def test_each_attempt_is_signed_anew(name: str, mode: str) -> None:
    """With the idempotency key of the call among what is signed."""
    signer = Noting()
    with Origin() as origin:
        origin.on("/", Reset(), response(503), response(200))
        signing = SigningBackend(INSTALLED[name](base_url=origin.url(""), trust_env=False), signer)
        send(RetryBackend(signing, backoff=0.001, idempotency_keys=True), mode, "POST", "/", content=b"x")
        assert [request.header("x-signed") for request in origin.requests] == [f"signature-{n}" for n in (1, 2, 3)]
    assert signer.prepared == 3
    assert len({seen.headers["idempotency-key"] for seen in signer.seen}) == 1


class Once(Noting):
    """Wants each request once more."""

    def adjust(self, response: Response) -> bool:
        return response.status_code == 403


@pytest.mark.parametrize(("name", "mode"), MODES)
def test_what_a_signer_learns_sends_a_request_once_more(name: str, mode: str) -> None:
    with Origin() as origin:
        origin.on("/", response(403))
        for content, attempts in ((b"x", 2), ([b"x"], 2), (iter([b"x"]), 1)):
            signer, before = Once(), len(origin.requests)
            backend = SigningBackend(INSTALLED[name](base_url=origin.url(""), trust_env=False), signer)
            assert send(backend, mode, "POST", "/", content=content).status_code == 403
            assert len(origin.requests) - before == attempts == signer.prepared


def test_nothing_is_learned_from_another_origin() -> None:
    signer = Once()
    fake = FakeHTTPBackend(default_status=403, base_url="https://example.com")
    SigningBackend(fake, signer).send_sync_request("GET", "https://other.example/")
    SigningBackend(FakeHTTPBackend(default_status=403), signer).send_sync_request(
        "GET", "https://other.example/", home="https://example.com"
    )
    assert not signer.seen


@pytest.mark.parametrize(("name", "mode"), MODES)
def test_what_a_signer_raises_reaches_the_caller(name: str, mode: str) -> None:
    """Nothing takes it for an error of the connection, and nothing is sent."""

    class Broken(Signer):
        def sign(self, request: EncodedRequest) -> Mapping[str, str]:
            raise OSError("the key store is gone")

    with Origin() as origin:
        backend = SigningBackend(INSTALLED[name](base_url=origin.url(""), trust_env=False), Broken())
        with pytest.raises(OSError, match="the key store is gone") as caught:
            send(backend, mode, "GET", "/")
        assert type(caught.value) is OSError
        assert not origin.requests


@pytest.mark.parametrize(
    ("added", "error", "message"),
    [
        (None, ConfigurationError, "return a mapping of headers, not NoneType"),
        ("X-Signed: 1", ConfigurationError, "return a mapping of headers, not str"),
        ({"X-Signed": 1}, InvalidHeader, "a header value is a str, not int"),
        ({"X-Signed": "a\r\nb: c"}, InvalidHeader, "printable ASCII"),
        ({"X Signed": "1"}, InvalidHeader, "is not a header name"),
        ({"Host": "other.example"}, InvalidHeader, r"\['Host'\]: only the request itself says it"),
        ({"content-length": "3"}, InvalidHeader, "only the request itself says it"),
        ({"Transfer-Encoding": "chunked"}, InvalidHeader, "it is set from the body"),
        ({"Accept": None}, InvalidHeader, "only the request itself says it"),
    ],
)
def test_what_a_signer_may_not_return(added: Any, error: type[Exception], message: str) -> None:
    class Wrong(Signer):
        def sign(self, request: EncodedRequest) -> Mapping[str, str]:
            return added  # type: ignore[no-any-return]

    with pytest.raises(error, match=rf"Wrong\.sign.*{message}"):
        SigningBackend(FakeHTTPBackend(), Wrong()).send_sync_request("GET", "https://example.com/")


class ByHand(HTTPBackend):
    """Encodes requests itself."""

    build_client = build_async_client = send_sync_request = send_async_request = close = aclose = None  # type: ignore[assignment]
    handle_sync_stream = handle_async_stream = convert_to_response = None  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SigningBackend(ByHand(), Noting()), "ByHand encodes requests itself"),
        (lambda: SigningBackend("fake", Noting()), "fake"),
        (lambda: SigningBackend(FakeHTTPBackend(), Noting), "use a Signer, not the class Noting: call it"),  # type: ignore[arg-type]
        (lambda: SigningBackend(FakeHTTPBackend(), print), "use a Signer, not builtin_function"),  # type: ignore[arg-type]
        (lambda: SigningBackend(RetryBackend(FakeHTTPBackend()), Noting()), "belongs inside of RetryBackend"),
    ],
)
def test_what_cannot_be_signed_for_is_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        make()


def test_a_signer_waits_in_aprepare_only() -> None:
    with pytest.raises(TypeError, match=r"Late\.sign: write `def`; do asynchronous work in `aprepare`"):

        class Late(Signer):
            async def sign(self, request: EncodedRequest) -> Mapping[str, str]:  # type: ignore[override]
                return {}


def test_waiting_in_aprepare_counts_to_the_total() -> None:
    class Stuck(Noting):
        async def aprepare(self) -> None:
            await asyncio.Event().wait()

    backend = SigningBackend(FakeHTTPBackend(), Stuck())
    with pytest.raises(DeadlineExceeded) as caught:
        send(backend, "async", "GET", "https://example.com/", timeout=Timeout(total=0.05))
    assert not caught.value.request_sent


def test_a_signer_shows_nothing() -> None:
    signer = Noting()
    assert repr(signer) == str(signer) == "Noting(***)"
    assert copy.copy(signer) is copy.deepcopy(signer) is signer
    with pytest.raises(TypeError, match="holds a secret"):
        pickle.dumps(signer)
    assert "***" not in repr(SigningBackend(FakeHTTPBackend(), signer))


@dataclass(frozen=True, slots=True)
class Shared(Signer):
    key: bytes

    def sign(self, request: EncodedRequest) -> Mapping[str, str]:
        return {"X-Signed": request.digest().hex()}


def test_a_dataclass_shows_nothing_either() -> None:
    assert repr(Shared(b"s3cret")) == "Shared(***)"
    SigningBackend(FakeHTTPBackend(), Shared(b"s3cret")).send_sync_request("GET", "https://example.com/")


class Reading(Noting):
    """Signs the hash of the body."""

    def sign(self, request: EncodedRequest) -> Mapping[str, str]:
        return {**super().sign(request), "X-Digest": request.digest().hex()}


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_file_is_read_ahead_and_sent_from_where_it_was(mode: str) -> None:
    told: list[int] = []
    file = io.BytesIO(b"--" + b"x" * 150_000)
    file.seek(2)
    fake, signer = FakeHTTPBackend(), Reading()
    route = fake.on(None, None).reply()
    upload = Progress(file, lambda sent, _: told.append(sent))
    send(SigningBackend(fake, signer), mode, "PUT", "https://example.com/", content=upload)
    assert route.last_request.content == b"x" * 150_000
    assert told == [65536, 131072, 150_000]


class Pipe(io.RawIOBase):
    """Can't seek."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return 0


async def pieces() -> AsyncIterator[bytes]:
    yield b"x"


def generated() -> Iterator[bytes]:
    yield b"x"


@pytest.mark.parametrize(
    "options",
    [
        {"content": generated()},
        {"content": pieces()},
        {"content": Pipe()},
        {"files": {"a": io.BytesIO(b"x"), "b": Pipe()}},
    ],
)
def test_a_body_that_can_be_read_only_once_is_not_read_ahead(options: dict[str, Any]) -> None:
    """The signer may know what to do about it; else it is an error before anything is sent."""
    fake, signer = FakeHTTPBackend(), Reading()
    with pytest.raises(InvalidBody, match="can be read only once; use bytes, a list of bytes, or a seekable file"):
        send(SigningBackend(fake, signer), "async", "POST", "https://example.com/", **options)
    assert not signer.seen[0].is_readable
    route = fake.on(None, None).reply()
    send(SigningBackend(fake, Noting()), "async", "POST", "https://example.com/", **options)
    assert route.called


def test_a_piece_that_is_not_bytes_is_refused_where_it_is_read() -> None:
    with pytest.raises(InvalidBody, match="the pieces of a body are bytes, not str"):
        SigningBackend(FakeHTTPBackend(), Reading()).send_sync_request(
            "POST", "https://example.com/", content=[b"x", "y"]
        )


def test_credentials_are_signed_and_renewed_before() -> None:
    """`auth` is applied to the call, and again after a 401; a signer sees what is sent in the end."""
    challenge = {"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"'}
    fake, signer = FakeHTTPBackend(), Noting()
    fake.on(None, None).reply_with(Reply(401, headers=challenge), Reply(200, {}))
    backend = SigningBackend(fake, signer)
    api = APIClient(base_url="https://example.com", http_backend=backend, auth=DigestAuth("u", "p"))
    assert api.request("GET", "/", result=dict[str, Any]) == {}
    assert ["authorization" in seen.headers for seen in signer.seen] == [False, True]


def test_another_origin_is_not_signed_for() -> None:
    fake, signer = FakeHTTPBackend(default_content={}), Noting()
    backend = SigningBackend(fake, signer)
    api = APIClient(base_url="https://example.com", http_backend=backend, auth=BearerAuth("abcdef"))
    api.request("GET", "https://other.example/", result=dict[str, Any])
    assert not signer.seen
    api.request("GET", "/", result=dict[str, Any])
    assert len(signer.seen) == 1


def test_a_signer_sees_what_tracing_adds_to_each_attempt() -> None:
    fake, signer, provider = FakeHTTPBackend(), Noting(), TracerProvider()
    fake.on(None, None).reply_with(Reply(503), Reply(200))
    traced = TracingBackend(
        RetryBackend(LimitBackend(SigningBackend(fake, signer)), backoff=0.001), tracer_provider=provider
    )
    traced.send_sync_request("GET", "https://example.com/")
    assert len({seen.headers["traceparent"] for seen in signer.seen}) == 2
    provider.shutdown()


SECRET = "c2lnbmF0dXJlLXNlY3JldA=="


class Revealing(Signer):
    """Adds what nobody may see, in a header of a name that says nothing, and in known ones."""

    def sign(self, request: EncodedRequest) -> Mapping[str, str]:
        return {
            "X-Proof": SECRET,
            "Authorization": f"AWS4-HMAC-SHA256 Credential=AKID/x, SignedHeaders=host, Signature={'ab' * 32}",
            "Signature": f"sig1=:{SECRET[::-1]}:",
        }


SECRETS = (SECRET, "ab" * 32, SECRET[::-1], "AKID")


def is_discreet(text: str) -> bool:
    return not any(secret in text for secret in SECRETS)


@pytest.mark.parametrize(("name", "mode"), MODES)
def test_no_log_and_no_error_shows_a_signature(name: str, mode: str, caplog: pytest.LogCaptureFixture) -> None:
    """Neither ours nor the library's, at DEBUG."""
    caplog.set_level(logging.DEBUG)
    with Origin() as origin:
        echoed = f"{SECRET} {'ab' * 32} {SECRET[::-1]}"
        problem = json.dumps({"title": "wrong", "detail": echoed}).encode()
        origin.on("/", f"HTTP/1.1 200 {echoed}\r\nContent-Length: 2\r\n\r\n{{}}".encode())
        origin.on("/broken", f"HTTP/{echoed}\r\n\r\n".encode())
        origin.on("/problem", response(403, [("Content-Type", "application/problem+json")], body=problem))
        backend = SigningBackend(INSTALLED[name](trust_env=False), Revealing())
        api = APIClient(base_url=origin.url(""), http_backend=backend, log_bodies=False)

        def request(path: str) -> Any:
            if mode == "sync":
                return api.request("GET", path, result=dict[str, Any])

            async def call() -> Any:
                async with api:
                    return await api.arequest("GET", path, result=dict[str, Any])

            return asyncio.run(call())

        assert request("/") == {}
        with pytest.raises(ProtocolError) as broken:
            request("/broken")
        with pytest.raises(HTTPStatusError, match="wrong") as refused:
            request("/problem")
        api.close()
        backend.close()
    assert "X-Proof" in caplog.text  # The names are told.
    assert is_discreet(caplog.text)
    for error in (broken.value, refused.value):
        assert is_discreet(f"{error} {error!r}")
    assert is_discreet(repr(pickle.loads(pickle.dumps(broken.value)).__dict__))  # noqa: S301 - it is ours


@pytest.mark.parametrize("is_outside", [True, False])
def test_a_recording_has_no_signature_and_is_found_without(tmp_path: Path, *, is_outside: bool) -> None:
    def backend(mode: Any) -> HTTPBackend:
        fake = FakeHTTPBackend(default_content={"echoed": f"{SECRET} {'ab' * 32} {SECRET[::-1]}"})
        path = tmp_path / "cassette.yaml"
        if is_outside:
            return RecordingBackend(SigningBackend(fake, Revealing()), path, mode=mode)
        return SigningBackend(RecordingBackend(fake, path, mode=mode), Revealing() if mode == "all" else Noting())

    for mode in ("all", "none"):
        told = send(backend(mode), "sync", "POST", "https://example.com/", json={"a": 1})
        assert told.status_code == 200
    text = (tmp_path / "cassette.yaml").read_text()
    assert "X-Proof" in text
    assert is_discreet(text)


def test_the_libraries_of_the_extras_are_imported_when_they_are_needed() -> None:
    heavy = "{'botocore', 'http_message_signatures', 'cryptography'}"
    code = f"import sys, clientele.http.signing; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own code
