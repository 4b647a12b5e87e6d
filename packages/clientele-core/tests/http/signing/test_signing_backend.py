"""SigningBackend and custom signers: what they receive, when they are called, and what raises."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider

from clientele.api import APIClient, BearerAuth, DigestAuth
from clientele.http import HTTPBackend, Response, Timeout
from clientele.http.errors import (
    ConfigurationError,
    DeadlineExceeded,
    InvalidHeader,
)
from clientele.http.fake import FakeHTTPBackend, Reply
from clientele.http.limiting import LimitBackend
from clientele.http.retrying import RetryBackend
from clientele.http.signing import EncodedRequest, Signer, SigningBackend
from clientele.http.tracing import TracingBackend
from clientele_conformance.servers import Origin, Reset, response
from noting_signers import INSTALLED, MODES, Noting, send


@pytest.mark.parametrize(("name", "mode"), MODES)
def test_a_signer_receives_the_request_as_sent(name: str, mode: str) -> None:
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


def test_headers_keep_their_order_and_are_replaced_in_place() -> None:
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
def test_each_attempt_is_signed_again(name: str, mode: str) -> None:
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
def test_adjust_sends_the_request_once_more(name: str, mode: str) -> None:
    with Origin() as origin:
        origin.on("/", response(403))
        for content, attempts in ((b"x", 2), ([b"x"], 2), (iter([b"x"]), 1)):
            signer, before = Once(), len(origin.requests)
            backend = SigningBackend(INSTALLED[name](base_url=origin.url(""), trust_env=False), signer)
            assert send(backend, mode, "POST", "/", content=content).status_code == 403
            assert len(origin.requests) - before == attempts == signer.prepared


def test_adjust_is_not_called_for_another_origin() -> None:
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
def test_invalid_headers_of_a_signer_raise(added: Any, error: type[Exception], message: str) -> None:
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
def test_an_invalid_backend_or_signer_raises(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        make()


def test_an_asynchronous_sign_raises() -> None:
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


def test_credentials_are_applied_before_signing() -> None:
    """`auth` is applied to the call, and again after a 401; a signer sees what is sent in the end."""
    challenge = {"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"'}
    fake, signer = FakeHTTPBackend(), Noting()
    fake.on(None, None).reply_with(Reply(401, headers=challenge), Reply(200, {}))
    backend = SigningBackend(fake, signer)
    api = APIClient(base_url="https://example.com", http_backend=backend, auth=DigestAuth("u", "p"))
    assert api.request("GET", "/", result=dict[str, Any]) == {}
    assert ["authorization" in seen.headers for seen in signer.seen] == [False, True]


def test_a_request_to_another_origin_is_not_signed() -> None:
    fake, signer = FakeHTTPBackend(default_content={}), Noting()
    backend = SigningBackend(fake, signer)
    api = APIClient(base_url="https://example.com", http_backend=backend, auth=BearerAuth("abcdef"))
    api.request("GET", "https://other.example/", result=dict[str, Any])
    assert not signer.seen
    api.request("GET", "/", result=dict[str, Any])
    assert len(signer.seen) == 1


def test_a_signer_receives_the_traceparent_of_each_attempt() -> None:
    fake, signer, provider = FakeHTTPBackend(), Noting(), TracerProvider()
    fake.on(None, None).reply_with(Reply(503), Reply(200))
    traced = TracingBackend(
        RetryBackend(LimitBackend(SigningBackend(fake, signer)), backoff=0.001), tracer_provider=provider
    )
    traced.send_sync_request("GET", "https://example.com/")
    assert len({seen.headers["traceparent"] for seen in signer.seen}) == 2
    provider.shutdown()


def test_the_libraries_of_the_extras_are_imported_when_they_are_needed() -> None:
    heavy = "{'botocore', 'http_message_signatures', 'cryptography'}"
    code = f"import sys, clientele.http.signing; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own code
