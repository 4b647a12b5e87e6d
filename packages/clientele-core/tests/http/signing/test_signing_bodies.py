"""SigningBackend: bodies that a signer reads."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import pytest

from clientele.http.errors import (
    InvalidBody,
)
from clientele.http.fake import FakeHTTPBackend
from clientele.http.message.body.files import Progress
from clientele.http.signing import EncodedRequest, SigningBackend
from noting_signers import Noting, send


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


def test_a_piece_that_is_not_bytes_raises_when_it_is_read() -> None:
    with pytest.raises(InvalidBody, match="the pieces of a body are bytes, not str"):
        SigningBackend(FakeHTTPBackend(), Reading()).send_sync_request(
            "POST", "https://example.com/", content=[b"x", "y"]
        )
