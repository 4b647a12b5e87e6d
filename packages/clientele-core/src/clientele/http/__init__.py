"""HTTP without a library: the response, the errors, the backend interface, the fake.

The backends of the libraries are in separate modules, from separate distributions: `clientele.http.httpx_backend`,
`.httpx2_backend`, `.requests_backend`, `.aiohttp_backend`, `.niquests_backend` and `.pyreqwest_backend`.
"""

from typing import TYPE_CHECKING, Any

from clientele.http.backends.interface import Capability, HTTPBackend
from clientele.http.message.body.server_sent_events import ServerSentEvent
from clientele.http.message.call import Call
from clientele.http.message.headers import Headers
from clientele.http.response import Response
from clientele.http.timeouts import Timeout
from clientele.http.transport.backend import TransportBackend
from clientele.http.wrappers import End, Flow, Place, Sleep, Step, Wrapper

if TYPE_CHECKING:
    from clientele.http.fake import FakeHTTPBackend

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


def __getattr__(name: str) -> Any:
    """Import the fake at first use: it is for tests, and other programs start faster without it."""
    if name == "FakeHTTPBackend":
        from clientele.http.fake import FakeHTTPBackend  # noqa: PLC0415 - see above

        return FakeHTTPBackend
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
