"""Trying again, around any backend."""

from clientele.http.retrying.backend import RetryBackend
from clientele.http.retrying.decision import SAFE_METHODS

__all__ = ["SAFE_METHODS", "RetryBackend"]
