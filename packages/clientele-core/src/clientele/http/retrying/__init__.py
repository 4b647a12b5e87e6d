"""Retries, around any backend."""

from clientele.http.retrying.backend import RetryBackend
from clientele.http.retrying.policy import SAFE_METHODS, Retry, RetryOptions

__all__ = ["SAFE_METHODS", "Retry", "RetryBackend", "RetryOptions"]
