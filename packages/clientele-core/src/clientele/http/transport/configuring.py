"""Refuses options that a backend doesn't support."""

from __future__ import annotations

from collections.abc import Collection

from clientele.http.backends.interface import AddOn, Capability
from clientele.http.backends.options import BackendSettings
from clientele.http.backends.proxies import refuse_unknown_scheme
from clientele.http.message.errors import ConfigurationError

_NEEDED = {
    "http2": Capability.HTTP2,
    "proxy": Capability.PROXY,
    "cert": Capability.CLIENT_CERT,
    "cookies": Capability.COOKIES,
}
"""The options that not all libraries support."""


def refuse_unsupported(
    where: str,
    name: str,
    settings: BackendSettings,
    *,
    capabilities: Collection[Capability],
    proxy_schemes: frozenset[str],
    socks: AddOn | None,
) -> None:
    """Refuse what the library of a backend doesn't support.

    Args:
        where: the class of the backend, for errors.
        name: the name of the backend.
        settings: its options.
        capabilities: what it supports.
        proxy_schemes: the proxy schemes that it supports.
        socks: the package that it needs for SOCKS proxies, or None if it doesn't support them.

    Raises:
        ConfigurationError: an option, or the scheme of the proxy, is not supported.
    """
    for option, capability in _NEEDED.items():
        if getattr(settings, option) and capability not in capabilities:
            raise ConfigurationError(f"{where}({option}=...): {name} doesn't support it")
    if settings.proxy is not None:
        refuse_unknown_scheme(settings.proxy, proxy_schemes, socks, f"{where}(proxy=...)")
