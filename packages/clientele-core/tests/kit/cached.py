"""Responses for a cache to store, and a fake that numbers them."""

from __future__ import annotations

from clientele.http import FakeHTTPBackend
from clientele.http.errors import TransportError
from clientele.http.fake import Reply

BASE = "https://api.example.com"


FRESH = {"Cache-Control": "max-age=3600"}


STALE = {"Cache-Control": "no-cache", "ETag": '"1"'}


def fake_of(*replies: Reply | TransportError) -> FakeHTTPBackend:
    fake = FakeHTTPBackend()
    fake.on("GET", "/").reply_with(*replies)
    return fake


def numbered(headers: dict[str, str]) -> FakeHTTPBackend:
    return fake_of(*[Reply(200, str(number), headers) for number in range(1, 9)])
