"""SigV4Signer: credentials, clocks, and what is refused."""

from __future__ import annotations

import asyncio
import sys
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.credentials import RefreshableCredentials

from clientele.api import APIClient
from clientele.http.errors import ConfigurationError, InvalidBody, InvalidHeader
from clientele.http.fake import FakeHTTPBackend, FakeRequest, Reply
from clientele.http.recording import RecordingBackend
from clientele.http.retrying import RetryBackend
from clientele.http.signing import SigningBackend, SigV4Signer

KEYS = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG")
URL = "https://example.com/"


def signer(service: str = "execute-api", **options: Any) -> SigV4Signer:
    return SigV4Signer(service, "eu-west-1", **{"credentials": KEYS, **options})


def sent(signer: SigV4Signer, method: str = "GET", **options: Any) -> FakeRequest:
    fake = FakeHTTPBackend()
    route = fake.on(None, None).reply()
    SigningBackend(fake, signer).send_sync_request(method, URL, **options)
    return route.last_request


def asent(signer: SigV4Signer) -> FakeRequest:
    fake = FakeHTTPBackend()
    route = fake.on(None, None).reply()
    asyncio.run(SigningBackend(fake, signer).send_async_request("GET", URL))
    return route.last_request


class Vault:
    """Gives keys, new ones each time, that are valid for some minutes."""

    def __init__(self, minutes: float) -> None:
        self.given = 0
        self.threads: list[threading.Thread] = []
        self._minutes = minutes
        metadata = self.new()
        self.credentials = RefreshableCredentials.create_from_metadata(metadata, self.new, "a test")
        self.threads.clear()

    def new(self) -> dict[str, str]:
        self.threads.append(threading.current_thread())
        self.given += 1
        expiry = datetime.now(UTC) + timedelta(minutes=self._minutes)
        keys = {"access_key": f"AKID{self.given}", "secret_key": "a secret", "token": f"token-{self.given}"}
        return {**keys, "expiry_time": expiry.isoformat()}


def test_credentials_are_refreshed_before_they_expire() -> None:
    """As botocore does it: some minutes before."""
    vault = Vault(minutes=1)
    fake = FakeHTTPBackend()
    fake.on(None, None).reply_with(Reply(503), Reply(200))
    tried = RetryBackend(SigningBackend(fake, signer(credentials=vault.credentials)), backoff=0.001)
    tried.send_sync_request("GET", URL)
    assert vault.given == 3  # The first were there; each of the two attempts wanted newer ones.
    again = sent(signer(credentials=vault.credentials)).headers
    assert "Credential=AKID4/" in again["authorization"]
    assert again["x-amz-security-token"] == "token-4"


def test_an_asynchronous_call_refreshes_them_in_a_thread() -> None:
    vault = Vault(minutes=1)
    assert "Credential=AKID2/" in asent(signer(credentials=vault.credentials)).headers["authorization"]
    assert vault.threads != [threading.current_thread()]
    assert len(vault.threads) == 1


def test_valid_credentials_are_not_refreshed() -> None:
    vault = Vault(minutes=600)
    for send in (sent, asent):
        assert "Credential=AKID1/" in send(signer(credentials=vault.credentials)).headers["authorization"]
    assert not vault.threads


@pytest.mark.parametrize("send", [sent, asent])
def test_a_session_finds_them(send: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDENV")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a token")
    for session in (None, botocore.session.get_session()):
        headers = send(signer(credentials=session)).headers
        assert "Credential=AKIDENV/" in headers["authorization"]
        assert headers["x-amz-security-token"] == "a token"


def test_explicit_keys_need_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: Any) -> None:
        raise AssertionError("a thread was asked for")

    monkeypatch.setattr(asyncio, "to_thread", refuse)
    assert f"Credential={KEYS[0]}/" in asent(signer()).headers["authorization"]


def test_credentials_may_be_missing() -> None:
    class Empty:
        def get_credentials(self) -> None:
            return None

    with pytest.raises(ConfigurationError, match="the session found no AWS credentials"):
        sent(signer(credentials=Empty()))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("", "eu-west-1", KEYS), r"SigV4Signer\(service=...\): use a name"),
        (("s3", None, KEYS), r"SigV4Signer\(region=...\): use a name"),
        (("s3", "eu-west-1", "AKID"), r"SigV4Signer\(credentials=...\): use a session .* not str"),
        (("s3", "eu-west-1", ("AKID",)), "not such a tuple"),
        (("s3", "eu-west-1", ("AKID", "")), "not such a tuple"),
        (("s3", "eu-west-1", (None, "s3cr3t")), "not such a tuple"),
    ],
)
def test_invalid_arguments_of_a_signer_raise(arguments: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        SigV4Signer(*arguments)
    assert "s3cr3t" not in str(caught.value)


def test_another_authorization_raises() -> None:
    """Of the two only one could be sent, and whoever configures both expects both."""
    api = APIClient(base_url=URL, http_backend=SigningBackend(FakeHTTPBackend(), signer()), auth=("user", "password"))
    with pytest.raises(InvalidHeader, match=r"has an Authorization header already, .*leave out `auth`"):
        api.request("GET", "/", result=None)


def test_a_body_that_is_read_only_once_needs_an_explicit_hash() -> None:
    content = iter([b"x"])
    with pytest.raises(InvalidBody, match="set the header X-Amz-Content-SHA256 to the SHA-256 in hex or, for S3, to"):
        sent(signer("s3"), "PUT", content=content)
    said = sent(signer("s3"), "PUT", content=content, headers={"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"})
    assert said.headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD"
    assert said.content == b"x"
    assert "x-amz-content-sha256;" in said.headers["authorization"]


def test_only_s3_has_the_hash_in_a_header() -> None:
    assert "x-amz-content-sha256" not in sent(signer()).headers
    assert sent(signer("s3-object-lambda")).headers["x-amz-content-sha256"].startswith("e3b0c442")


class Aws:
    """A server whose clock goes wrong, and which insists on it as AWS does."""

    def __init__(self, minutes: float, *, says_date: bool = True, status: int = 403) -> None:
        self.minutes = minutes
        self.attempts = 0
        self._status, self._says_date = status, says_date
        self.fake = FakeHTTPBackend()
        self.fake.on(None, None).reply_with(self.answer)

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(minutes=self.minutes)

    def answer(self, request: FakeRequest) -> Reply:
        self.attempts += 1
        stamp = datetime.strptime(request.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        headers = {"Date": format_datetime(self.now, usegmt=True)} if self._says_date else {}
        return Reply(200 if abs(self.now - stamp) < timedelta(minutes=5) else self._status, headers=headers)


@pytest.mark.parametrize("minutes", [-600, -6, 6, 600])
def test_the_time_of_the_server_is_learned(minutes: float) -> None:
    aws, signing = Aws(minutes), signer()
    backend = SigningBackend(aws.fake, signing)
    assert backend.send_sync_request("GET", URL).status_code == 200
    assert aws.attempts == 2
    assert backend.send_sync_request("GET", URL).status_code == 200
    assert aws.attempts == 3  # It is remembered.
    aws.minutes = 0  # The clock is set right.
    assert backend.send_sync_request("GET", URL).status_code == 200
    assert aws.attempts == 5


@pytest.mark.parametrize(
    "aws", [Aws(600, says_date=False), Aws(600, status=404), Aws(600, status=500), Aws(-0.1), Aws(2)]
)
def test_other_errors_are_returned(aws: Aws) -> None:
    SigningBackend(aws.fake, signer()).send_sync_request("GET", URL)
    assert aws.attempts == 1


def test_a_body_that_is_read_only_once_is_not_sent_again_but_the_time_is_learned() -> None:
    aws, signing = Aws(600), signer("s3")
    headers = {"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}
    backend = SigningBackend(aws.fake, signing)
    for attempts, status in ((1, 403), (2, 200)):
        assert backend.send_sync_request("PUT", URL, content=iter([b"x"]), headers=headers).status_code == status
        assert aws.attempts == attempts


def test_the_repr_has_no_secrets() -> None:
    assert repr(signer()) == "SigV4Signer(***)"
    assert KEYS[1] not in repr(SigningBackend(FakeHTTPBackend(), signer()))


def test_a_missing_library_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "botocore.credentials", None)
    with pytest.raises(ConfigurationError, match=r"SigV4Signer needs .*pip install 'clientele-core\[aws\]'"):
        signer()


def test_a_cassette_has_neither_signature_nor_token(tmp_path: Path) -> None:
    """And what is signed otherwise, later and with other keys, is found there."""

    def answer(request: FakeRequest) -> Reply:
        headers = request.headers
        return Reply(200, {"echo": f"{headers['authorization']} {headers['x-amz-security-token']}"})

    path, said = tmp_path / "cassette.yaml", []
    runs: list[tuple[Any, Any]] = [((*KEYS, "a session token"), "all"), (("AKIDOTHER", "a secret", "another"), "none")]
    for keys, mode in runs:
        fake = FakeHTTPBackend()
        fake.on("POST", None).reply_with(answer)
        backend = RecordingBackend(SigningBackend(fake, signer("s3", credentials=keys)), path, mode=mode)
        said.append(backend.send_sync_request("POST", URL, json={"a": 1}).text)
    text, authorization = path.read_text(), said[0].removeprefix('{"echo":"').partition(" a session")[0]
    assert authorization.startswith("AWS4-HMAC-SHA256 Credential=")
    for secret in (authorization, authorization.rpartition("=")[2], "a session token", *KEYS):
        assert secret not in text
    assert "X-Amz-Security-Token" in text
    assert said[1] == '{"echo":"*** ***"}'
