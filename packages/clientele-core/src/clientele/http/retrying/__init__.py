"""Trying again, around any backend."""

from clientele.http.retrying.backend import RetryBackend

__all__ = ["RetryBackend"]
