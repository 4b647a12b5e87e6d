"""HTTP without a library: the response, the errors, the backend interface, the fake.

The backends of the libraries are in separate modules, from separate distributions: `clientele.http.httpx_backend`,
`.httpx2_backend`, `.requests_backend`, `.aiohttp_backend`, `.niquests_backend` and `.pyreqwest_backend`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from clientele.http.backends.interface import Capability, HTTPBackend
from clientele.http.message.body.server_sent_events import ServerSentEvent
from clientele.http.message.call import Call
from clientele.http.message.headers import Headers
from clientele.http.response import Response
from clientele.http.timeouts import Timeout

if TYPE_CHECKING:
    from clientele.http.fake import FakeHTTPBackend
    from clientele.http.transport.backend import TransportBackend
    from clientele.http.wrappers import End, Flow, Place, Sleep, Step, Wrapper

__all__ = [
    "Call",
    "Capability",
    "End",
    "FakeHTTPBackend",
    "Flow",
    "HTTPBackend",
    "Headers",
    "Place",
    "Response",
    "ServerSentEvent",
    "Sleep",
    "Step",
    "Timeout",
    "TransportBackend",
    "Wrapper",
]


_LATE = {
    "FakeHTTPBackend": "fake",
    "TransportBackend": "transport.backend",
    "End": "wrappers",
    "Flow": "wrappers",
    "Place": "wrappers",
    "Sleep": "wrappers",
    "Step": "wrappers",
    "Wrapper": "wrappers",
}
"""What programs need at their first call, or only in tests, by its module: it is imported when it is asked for."""


def __getattr__(name: str) -> Any:
    if name in _LATE:
        return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
