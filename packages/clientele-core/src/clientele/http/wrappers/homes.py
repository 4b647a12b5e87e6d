"""The origin that configuration, credentials and limits belong to, and whether a response comes from there."""

from __future__ import annotations

from clientele.http.backends.interface import HTTPBackend
from clientele.http.backends.kinds import innermost
from clientele.http.message.call import Call
from clientele.http.message.urls import is_absolute, parse_url
from clientele.http.response import Response
from clientele.http.transport.backend import TransportBackend


def base_url_of(backend: HTTPBackend) -> str:
    """The base URL of the backend inside; empty if it has none, or if that is unknown."""
    beneath = innermost(backend)
    return beneath.settings.base_url if isinstance(beneath, TransportBackend) else ""


def comes_from_home(response: Response, call: Call, base_url: str) -> bool:
    """Whether the origin of `response` is that of the base URL of the client and the backend, or without one that of
    the call. A response of a hand-written backend that doesn't say where it comes from is from home.
    """
    if not is_absolute(response.request_url):
        return True
    homes = [home for home in (call.home, base_url) if home] or [call.url]
    origin = parse_url(response.request_url)[0].origin
    return all(parse_url(home)[0].origin == origin for home in homes if is_absolute(home))
