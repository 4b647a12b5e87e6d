"""Limits on rate and concurrency, around any backend.

It imports wrappers. No other package of ours imports it, except declarations, for the types of their options.
"""

from clientele.http.limiting.backend import LimitBackend
from clientele.http.limiting.policy import Limit, Rate, SharedRate
from clientele.http.limiting.shared import LimitStoreError

__all__ = ["Limit", "LimitBackend", "LimitStoreError", "Rate", "SharedRate"]
