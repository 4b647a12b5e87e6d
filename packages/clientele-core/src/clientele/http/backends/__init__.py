"""The interface of a backend: its methods, options and capabilities, and its discovery by name.

It imports messages and the response. `clientele.http.transport`, wrappers and the client import it.
"""

from clientele.http.backends.discovery import SHIPPED, backend_class, installed_backends
from clientele.http.backends.interface import AddOn, Capability, HTTPBackend
from clientele.http.backends.modes import AsyncOnly, SyncOnly
from clientele.http.backends.options import (
    BACKEND_DEFAULTS,
    BACKEND_OPTIONS,
    REQUEST_OPTIONS,
    BackendOptions,
    BackendSettings,
    Content,
    RequestOptions,
    backend_settings,
    checked_option,
)

__all__ = [
    "BACKEND_DEFAULTS",
    "BACKEND_OPTIONS",
    "REQUEST_OPTIONS",
    "SHIPPED",
    "AddOn",
    "AsyncOnly",
    "BackendOptions",
    "BackendSettings",
    "Capability",
    "Content",
    "HTTPBackend",
    "RequestOptions",
    "SyncOnly",
    "backend_class",
    "backend_settings",
    "checked_option",
    "installed_backends",
]
