"""A request as core has prepared it, in the form in which sessions of requests take one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import requests
from requests.structures import CaseInsensitiveDict

from clientele.http.wire import WireRequest


class Outgoing(requests.PreparedRequest):
    """A request that any adapter can send; `PreparedRequest.prepare` would change the URL and more."""

    def __init__(self, wire: WireRequest) -> None:
        super().__init__()
        self.wire = wire
        self.method = wire.method
        self.url = str(wire.url)
        self.headers = CaseInsensitiveDict(wire.headers)
        self.body = wire.body  # type: ignore[assignment]


@contextlib.contextmanager
def location_hidden(request: Outgoing) -> Iterator[None]:
    """Keep a session from preparing the request of a redirect: it does so even unasked, and fails at a bad Location."""
    found: list[tuple[requests.Response, str]] = []

    def hide(response: requests.Response, **_: Any) -> None:
        if "location" in response.headers:
            found.append((response, response.headers.pop("location")))

    request.hooks["response"].append(hide)
    yield
    for response, location in found:
        response.headers["location"] = location
