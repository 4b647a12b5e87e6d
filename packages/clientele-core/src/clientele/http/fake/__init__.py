"""A backend without a network: it returns configured responses, and records requests."""

from clientele.http.fake.backend import FakeHTTPBackend
from clientele.http.fake.replies import Answer, Chunks, Lines, Reply
from clientele.http.fake.requests import FakeRequest
from clientele.http.fake.routes import Route, RouteWithoutReply, UnmatchedRequest

__all__ = [
    "Answer",
    "Chunks",
    "FakeHTTPBackend",
    "FakeRequest",
    "Lines",
    "Reply",
    "Route",
    "RouteWithoutReply",
    "UnmatchedRequest",
]
