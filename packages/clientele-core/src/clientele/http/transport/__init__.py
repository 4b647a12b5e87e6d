"""`TransportBackend`, the base class of backends whose library only does the I/O.

It imports the interface and messages. The distributions of backends import it, the client does not.
"""

from clientele.http.transport.backend import TransportBackend
from clientele.http.transport.faults.causes import causes
from clientele.http.transport.faults.table import FaultTable, Tell
from clientele.http.transport.library_logs import hide_heads, hide_queries

__all__ = ["FaultTable", "Tell", "TransportBackend", "causes", "hide_heads", "hide_queries"]
