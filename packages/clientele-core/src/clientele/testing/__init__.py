"""Utilities for tests of code that calls APIs; see also `clientele.http.fake`.

The pytest plugin, `clientele.testing.plugin`, is loaded in every run of pytest if Clientele is installed. So nothing is
imported here before it is used.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clientele.http.backends.network import NetworkBlocked as NetworkBlocked
    from clientele.testing.overriding import use_backend as use_backend

__all__ = ["NetworkBlocked", "use_backend"]


def __getattr__(name: str) -> Any:
    if name == "use_backend":
        from clientele.testing.overriding import use_backend  # noqa: PLC0415

        return use_backend
    if name == "NetworkBlocked":
        from clientele.http.backends.network import NetworkBlocked  # noqa: PLC0415

        return NetworkBlocked
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
