"""urllib3-future: wherever niquests is installed, it is what `import urllib3` finds.

It makes connections as urllib3 does, but would speak HTTP/2 and HTTP/3 on them, and has a name elsewhere.
"""

from __future__ import annotations

import ssl
from typing import Any, Literal

import urllib3
from urllib3.poolmanager import ProxyConfig  # type: ignore[attr-defined]  # Public elsewhere, but not in both.


def only_http_1() -> dict[str, Any]:
    """The options of a connection that offers HTTP/1.1 alone; urllib3 needs none for that."""
    versions = getattr(urllib3, "HttpVersion", None)
    return {} if versions is None else {"disabled_svn": {versions.h2, versions.h3}}


def tls_to_proxy(context: ssl.SSLContext, assert_hostname: Literal[False] | None) -> Any:
    """How a proxy proves who it is, if it is asked over TLS."""
    return ProxyConfig(context, False, assert_hostname, None)
