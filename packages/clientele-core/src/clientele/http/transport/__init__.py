"""`TransportBackend`, the base class of backends whose library only does the I/O.

It imports the interface and messages. The distributions of backends import it; the client imports only errors, headers
and what watches requests, and needs no transport to start.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clientele.http.transport.backend import TransportBackend
    from clientele.http.transport.faults.causes import causes
    from clientele.http.transport.faults.table import FaultTable, Tell
    from clientele.http.transport.library_logs import hide_heads, hide_queries

__all__ = ["FaultTable", "Tell", "TransportBackend", "causes", "hide_heads", "hide_queries"]

_LATE = {
    "FaultTable": "faults.table",
    "Tell": "faults.table",
    "TransportBackend": "backend",
    "causes": "faults.causes",
    "hide_heads": "library_logs",
    "hide_queries": "library_logs",
}
"""By their modules, which are imported when they are asked for."""


def __getattr__(name: str) -> Any:
    if name in _LATE:
        return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
