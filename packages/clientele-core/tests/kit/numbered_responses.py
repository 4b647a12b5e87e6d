"""A fake that numbers its responses."""

from __future__ import annotations

from typing import Any

from clientele.http import FakeHTTPBackend, HTTPBackend, Response
from clientele.http.fake import FakeRequest, Reply

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


def numbering(path: str | None = None, *, fake: FakeHTTPBackend | None = None, **headers: str) -> FakeHTTPBackend:
    fake = fake or FakeHTTPBackend()
    fake.on(None, path).reply_with(Numbering(**headers))
    return fake


def got(backend: HTTPBackend, url: str = f"{BASE}/", **options: Any) -> bytes:
    answer: Response = backend.send_sync_request("GET", url, **options)
    return answer.content
