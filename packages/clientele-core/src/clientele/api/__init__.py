"""Typed API clients: declare a function, call it, get a validated result.

```python
api = APIClient(base_url="https://api.example.com")

@api.get("/users/{user_id}")
def get_user(result: User, user_id: int) -> User:
    return result
```
"""

from clientele.api.client import APIClient
from clientele.api.config import BaseConfig
from clientele.api.exceptions import (
    APIException,
    ClienteleError,
    ConfigurationError,
    ConnectError,
    ConnectTimeout,
    ContentDecodingError,
    DeadlineExceeded,
    DNSError,
    HTTPStatusError,
    InvalidBody,
    InvalidHeader,
    InvalidPathValue,
    InvalidURL,
    JSONDecodeError,
    PoolTimeout,
    ProtocolError,
    ProxyError,
    ReadError,
    ReadTimeout,
    ResponseTooLarge,
    ResponseValidationError,
    TLSError,
    TooManyRedirects,
    TransportError,
    TransportTimeout,
    UnsafeRedirect,
    WriteError,
    WriteTimeout,
)
from clientele.api.markers import Path
from clientele.api.streams import AsyncStream, Stream
from clientele.http.response import Response
from clientele.http.timeouts import Timeout

__all__ = [
    "APIClient",
    "APIException",
    "AsyncStream",
    "BaseConfig",
    "ClienteleError",
    "ConfigurationError",
    "ConnectError",
    "ConnectTimeout",
    "ContentDecodingError",
    "DNSError",
    "DeadlineExceeded",
    "HTTPStatusError",
    "InvalidBody",
    "InvalidHeader",
    "InvalidPathValue",
    "InvalidURL",
    "JSONDecodeError",
    "Path",
    "PoolTimeout",
    "ProtocolError",
    "ProxyError",
    "ReadError",
    "ReadTimeout",
    "Response",
    "ResponseTooLarge",
    "ResponseValidationError",
    "Stream",
    "TLSError",
    "Timeout",
    "TooManyRedirects",
    "TransportError",
    "TransportTimeout",
    "UnsafeRedirect",
    "WriteError",
    "WriteTimeout",
]
