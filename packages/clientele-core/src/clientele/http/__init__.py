"""HTTP without a library: the response, the errors, the backend interface, the fake.

The backends on a library are in modules of their own, from distributions of their own:
`clientele.http.httpx_backend`, `.requests_backend`, `.aiohttp_backend` and `.niquests_backend`.
"""

from clientele.http.backends import Capability, HTTPBackend
from clientele.http.fake import FakeHTTPBackend
from clientele.http.headers import Headers
from clientele.http.response import Response
from clientele.http.sse import ServerSentEvent
from clientele.http.timeouts import Timeout
from clientele.http.transport import TransportBackend

__all__ = [
    "Capability",
    "FakeHTTPBackend",
    "HTTPBackend",
    "Headers",
    "Response",
    "ServerSentEvent",
    "Timeout",
    "TransportBackend",
]
