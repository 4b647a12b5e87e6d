"""Proxies of httpx against the contract."""

from __future__ import annotations

from clientele_conformance.suite.proxies import ProxyRules
from clientele_conformance.suite.proxy_settings import ProxySettingRules
from clientele_httpx import HttpxHTTPBackend


class TestProxies(ProxyRules, ProxySettingRules):
    """All about proxies."""

    backend_class = HttpxHTTPBackend
