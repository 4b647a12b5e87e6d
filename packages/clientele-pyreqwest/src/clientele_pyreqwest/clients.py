"""The clients of a backend: in pyreqwest, the limits to connect and to read are fixed for each client."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Generic, TypeAlias, TypeVar

from pyreqwest.client import ClientBuilder, SyncClientBuilder
from pyreqwest.exceptions import PyreqwestError
from pyreqwest.proxy import ProxyBuilder

from clientele.http.backends import BackendSettings
from clientele.http.errors import ConfigurationError
from clientele.http.wire import WireRequest
from clientele_pyreqwest.faults import causes_of

BuilderT = TypeVar("BuilderT", ClientBuilder, SyncClientBuilder)
ClientT = TypeVar("ClientT")
Need: TypeAlias = tuple[bool, float | None, float | None]  # Whether TLS is used; seconds to connect and to read.

NATIVE_OPTIONS = frozenset({"add_root_certificate_pem", "http2_adaptive_window", "interface", "local_address"})
NATIVE_OPTIONS |= {"max_tls_version", "min_tls_version", "pool_idle_timeout", "runtime_multithreaded", "tcp_keepalive"}
"""Methods of pyreqwest's builders with one argument that don't break a rule of the contract."""
_MOST = 8  # The number of cached clients; a program needs one for each pair of limits.
_SYSTEM = ("/etc/ca-certificates", "/etc/pki", "/etc/ssl", "/usr/share/ca-certificates")  # Folders of the system.


class Clients(Generic[ClientT]):
    """One client for each combination of settings."""

    def __init__(self, build: Callable[[Need], ClientT]) -> None:
        self._build = build
        self._built: dict[Need, ClientT] = {}

    def client_for(self, request: WireRequest, *, reads: bool = True) -> ClientT:
        """The client for `request`. If there are too many, the oldest one is dropped after its last call."""
        connect, read = request.timeout.connect, request.timeout.read if reads else None
        if request.deadline is not None:
            left = request.deadline.at - monotonic()  # An exact limit would need a new client for each call.
            connect, read = (None if limit is None or limit >= left else limit for limit in (connect, read))
        need = request.url.scheme == "https" or (request.proxy or "").startswith("https:"), connect, read
        client = self._built.get(need)
        if client is None:
            self._built = dict([*self._built.items()][1 - _MOST :])
            try:
                client = self._built.setdefault(need, self._build(need))
            except (PyreqwestError, RuntimeError, TypeError, ValueError) as error:
                raise ConfigurationError(f"pyreqwest can't build a client: {causes_of(error)[-1]}") from error
        return client

    def close(self) -> None:
        """Idle connections are closed with the last reference to their client."""
        self._built.clear()


def configured(builder: BuilderT, settings: BackendSettings, proxy: str | None, need: Need) -> BuilderT:
    """`builder` with the settings of a client."""
    tls, connect, read = need
    is_verified = tls and settings.verify  # Without TLS, skip the authorities, which are slow to load.
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if is_verified and sys.platform == "linux" else ():
        if not any(map(Path(os.environ.get(name) or _SYSTEM[0]).is_relative_to, _SYSTEM)):
            raise ConfigurationError(f"it would trust the certificate authorities that {name} names; unset that")
    builder = builder.follow_redirects(False).referer(False).gzip(False).brotli(False).zstd(False).deflate(False)
    builder = builder.http1_allow_obsolete_multiline_headers_in_responses(True).http2(settings.http2)
    builder = builder.http2_max_header_list_size(1 << 20).danger_accept_invalid_certs(not is_verified)
    builder = builder.no_proxy() if proxy is None else builder.proxy(ProxyBuilder.all(proxy))
    if connect is not None:
        builder = builder.connect_timeout(timedelta(seconds=connect))
    if read is not None:
        builder = builder.read_timeout(timedelta(seconds=read))
    if settings.cert is not None:
        parts = settings.cert if isinstance(settings.cert, tuple) else (settings.cert,)
        builder = builder.identity_pem(b"\n".join(Path(part).read_bytes() for part in parts))
    for name, value in settings.client_options.items():
        builder = getattr(builder, name)(value)
    return builder
