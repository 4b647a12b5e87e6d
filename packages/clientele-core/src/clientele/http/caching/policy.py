"""What an endpoint or a call says about the cache."""

from __future__ import annotations

from math import inf

from clientele.http.errors import ConfigurationError
from clientele.http.message.call import Setting


class Cache(Setting):
    """How the responses of one endpoint, or of a call, are cached: `@api.get(path, cache=Cache(lifetime=3600))`.

    Args:
        lifetime: how long a successful response is fresh, in seconds, rounded down, if it has neither `max-age` nor
            Expires. 0 validates each of these responses. Default None: the `lifetime` of the CacheBackend.

    Raises:
        ConfigurationError: `lifetime` is not a number of seconds.
    """

    setting = "cache"

    def __init__(self, *, lifetime: float | None = None) -> None:
        if lifetime is not None and (
            isinstance(lifetime, bool) or not isinstance(lifetime, (int, float)) or not 0 <= lifetime < inf
        ):
            raise ConfigurationError(f"cache: lifetime={lifetime!r}: use a number of seconds, 0 or more")
        self.lifetime = lifetime

    def __repr__(self) -> str:
        return f"Cache(lifetime={self.lifetime!r})"
