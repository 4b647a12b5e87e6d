"""An HTTP cache (RFC 9111) around any backend.

It imports wrappers. No other package of ours imports it, but declarations, for the types of their options.
"""

try:
    import hishel as _hishel  # noqa: F401 - core does without it
except ModuleNotFoundError as error:
    raise ImportError(
        "CacheBackend needs hishel, which is not installed: pip install 'clientele-core[cache]'", name=error.name
    ) from error

from clientele.http.caching.backend import CacheBackend
from clientele.http.caching.memory import MemoryStorage
from clientele.http.caching.policy import Cache

__all__ = ["Cache", "CacheBackend", "MemoryStorage"]
