"""SigningBackend: signatures are in no log, error, recording or repr."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from clientele.api import APIClient
from clientele.http import HTTPBackend
from clientele.http.errors import (
    HTTPStatusError,
    ProtocolError,
)
from clientele.http.fake import FakeHTTPBackend
from clientele.http.recording import RecordingBackend
from clientele.http.signing import EncodedRequest, Signer, SigningBackend
from clientele_conformance.servers import Origin, response
from noting_signers import INSTALLED, MODES, Noting, send


def test_the_repr_of_a_signer_has_no_secret() -> None:
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


def test_the_repr_of_a_dataclass_signer_has_no_secret() -> None:
    assert repr(Shared(b"s3cret")) == "Shared(***)"
    SigningBackend(FakeHTTPBackend(), Shared(b"s3cret")).send_sync_request("GET", "https://example.com/")


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
