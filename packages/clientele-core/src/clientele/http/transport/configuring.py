"""Checks the options of a backend against what its library supports, and makes the profile of its calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clientele.http.backends.interface import Capability
from clientele.http.backends.options import refuse_unknown
from clientele.http.backends.proxies import refuse_unknown_scheme
from clientele.http.message.errors import ConfigurationError
from clientele.http.transport.clients.own_clients import refuse_beside_own, refuse_unfit
from clientele.http.transport.profile import Profile

_NEEDED = {
    "http2": Capability.HTTP2,
    "proxy": Capability.PROXY,
    "cert": Capability.CLIENT_CERT,
    "cookies": Capability.COOKIES,
}
"""The options that not all libraries support."""


def checked_profile(backend: Any, options: Mapping[str, object]) -> Profile:
    """The profile of `backend`, a TransportBackend that has its settings, and was given these `options`.

    Raises:
        TypeError: an unknown option of the native client.
        ConfigurationError: an option isn't supported, or doesn't fit the user's own client.
    """
    where, settings = type(backend).__name__, backend.settings
    refuse_unknown(settings.client_options, backend.native_options, f"{where}(client_options=...)")
    refuse_beside_own(where, options)
    refuse_unfit(where, settings, backend.client_types)
    for option, capability in _NEEDED.items():
        if getattr(settings, option) and capability not in backend.capabilities:
            raise ConfigurationError(f"{where}({option}=...): {backend.name} doesn't support it")
    if settings.proxy is not None:
        refuse_unknown_scheme(settings.proxy, backend.proxy_schemes, backend.socks, f"{where}(proxy=...)")
    return Profile(
        backend.name,
        backend.library,
        backend.faults,
        settings,
        fallback_base_url=backend.fallback_base_url,
        proxy_schemes=backend.proxy_schemes,
        socks=backend.socks,
        capabilities=backend.capabilities,
        client_insists=backend.client_insists,
    )
