"""Broken in how they follow redirects."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterable, Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from clientele.http.errors import TooManyRedirects, UnsafeRedirect
from clientele.http.wire import WireRequest
from clientele_conformance.broken.plans import Configured, Plan, Planned, Sending
from clientele_conformance.broken.wires import AfterRedirects, Redirect, value_of, without


class FollowsUnasked(Configured):
    """As requests, aiohttp and niquests do."""

    def configured(self, options: dict[str, Any]) -> dict[str, Any]:
        """Follow by default."""
        return {"follow_redirects": True, **options}


class TurnsPutIntoGet(AfterRedirects):
    """As httpx, requests and niquests do on 302."""

    def step(self, redirect: Redirect, request: WireRequest) -> WireRequest:
        """Treat a PUT as a POST."""
        if (request.method, redirect.status) != ("PUT", 302):
            return request
        headers = without(request.headers, "content-type", "content-length", "content-language", "content-location")
        return replace(request, method="GET", body=None, headers=headers)


class KeepsTypeOfDroppedBody(AfterRedirects):
    """As httpx and aiohttp do."""

    def step(self, redirect: Redirect, request: WireRequest) -> WireRequest:
        """Send the Content-Type along, though not the body."""
        content_type = value_of(redirect.before.headers, "content-type")
        if content_type is None or value_of(request.headers, "content-type"):
            return request
        return replace(request, headers=(*request.headers, ("Content-Type", content_type)))


class KeepsPost(AfterRedirects):
    """As RFC 2616 required, although no client did."""

    def step(self, redirect: Redirect, request: WireRequest) -> WireRequest:
        """Post the body again on 301."""
        return redirect.before if redirect.status == 301 and redirect.before.method == "POST" else request


class FollowsMoreThanTwenty(Planned):
    """As requests and niquests do, who stop at 30."""

    def plan(self, sending: Sending) -> Plan:
        """Go on where the twentieth redirect led to."""
        try:
            return (yield sending)
        except TooManyRedirects as error:
            last = error.history[-1]
        return (yield sending.to(urljoin(last.request_url, last.headers["location"])))


class _Again(list[Any]):
    """An iterable that can be read once, and says that it can be read again."""

    def __init__(self, content: Iterable[bytes]) -> None:
        super().__init__()
        self._rest = iter(content)

    def __iter__(self) -> Iterator[bytes]:
        return self._rest


class SendsEmptyBodiesAgain(Planned):
    """As requests and niquests do, who post the rest of a generator: nothing."""

    def plan(self, sending: Sending) -> Plan:
        """Take every iterable for one that can be read again."""
        content = sending.options.get("content")
        if isinstance(content, (str, bytes, AsyncIterable)) or hasattr(content, "read"):
            return (yield sending)
        return (yield sending.but(content=_Again(content)) if isinstance(content, Iterable) else sending)


class SendsFilesOfFormsEmpty(Planned):
    """As requests, httpx and niquests do, who build the form once and read its files again: from their ends."""

    def plan(self, sending: Sending) -> Plan:
        """Send the form again where the redirect is refused."""
        try:
            return (yield sending)
        except UnsafeRedirect:
            if not sending.options.get("files"):
                raise
        return (yield sending)


class ForwardsApiKeys(AfterRedirects):
    """As every library does."""

    def step(self, redirect: Redirect, request: WireRequest) -> WireRequest:
        """Know Authorization and Cookie for secrets, and X-Api-Key not."""
        key = value_of(redirect.before.headers, "x-api-key")
        if key is None or value_of(request.headers, "x-api-key"):
            return request
        return replace(request, headers=(*request.headers, ("X-Api-Key", key)))


class ForwardsAuthorization(AfterRedirects):
    """As a client does whose session has a token, whomever it talks to."""

    def step(self, redirect: Redirect, request: WireRequest) -> WireRequest:
        """Log in everywhere."""
        token = value_of(redirect.before.headers, "authorization")
        if token is None or value_of(request.headers, "authorization"):
            return request
        return replace(request, headers=(*request.headers, ("Authorization", token)))


class LeavesTLS(Planned):
    """As every library does."""

    def plan(self, sending: Sending) -> Plan:
        """Follow where it is refused."""
        try:
            return (yield sending)
        except UnsafeRedirect as error:
            answer = yield sending.but(follow_redirects=False)
            location = urljoin(answer.request_url, answer.headers["location"])
            if not (answer.request_url.startswith("https:") and location.startswith("http:")):
                raise error from None
        return (yield sending.to(location))


class BelievesUserInLocation(AfterRedirects):
    """As aiohttp does."""

    def step(self, redirect: Redirect, request: WireRequest) -> WireRequest:
        """Make credentials of what the server put before the host."""
        user, at, _ = urlsplit(redirect.location).netloc.rpartition("@")
        if not at or value_of(request.headers, "authorization"):
            return request
        basic = base64.b64encode(unquote(user).encode()).decode()
        return replace(request, headers=(*request.headers, ("Authorization", f"Basic {basic}")))
