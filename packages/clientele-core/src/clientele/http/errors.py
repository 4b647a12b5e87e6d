"""Every error that Clientele raises, in one tree.

```
ClienteleError
├─ ConfigurationError (ValueError)   InvalidURL, InvalidHeader, InvalidBody, InvalidPathValue
├─ JSONDecodeError (ValueError)
├─ RecordingError
├─ APIException                      HTTPStatusError, ResponseValidationError, EventError
└─ TransportError
   ├─ ConnectError                   DNSError, TLSError, ProxyError
   ├─ TransportTimeout (TimeoutError)
   │                                 ConnectTimeout, PoolTimeout, WriteTimeout, ReadTimeout, DeadlineExceeded
   ├─ WriteError, ReadError, ProtocolError, ContentDecodingError
   └─ TooManyRedirects, UnsafeRedirect, ResponseTooLarge
```

The exceptions of the HTTP library never reach the caller; they are the `__cause__` of one of these. All errors can be
pickled, without native objects, request headers and credentials. A response in a pickled error has no secrets: query
values, headers that aren't known to be harmless, and fields of the body such as tokens and passwords are replaced.
"""

from clientele.http.message.errors import (
    ClienteleError,
    ConfigurationError,
    InvalidBody,
    InvalidHeader,
    InvalidPathValue,
    InvalidURL,
    JSONDecodeError,
    RecordingError,
)
from clientele.http.response import APIException, HTTPStatusError
from clientele.http.streams.errors import EventError, ResponseValidationError
from clientele.http.transport.errors import (
    ConnectError,
    ConnectTimeout,
    ContentDecodingError,
    DeadlineExceeded,
    DNSError,
    PoolTimeout,
    ProtocolError,
    ProxyError,
    ReadError,
    ReadTimeout,
    ResponseTooLarge,
    TLSError,
    TooManyRedirects,
    TransportError,
    TransportTimeout,
    UnsafeRedirect,
    WriteError,
    WriteTimeout,
)

__all__ = [
    "APIException",
    "ClienteleError",
    "ConfigurationError",
    "ConnectError",
    "ConnectTimeout",
    "ContentDecodingError",
    "DNSError",
    "DeadlineExceeded",
    "EventError",
    "HTTPStatusError",
    "InvalidBody",
    "InvalidHeader",
    "InvalidPathValue",
    "InvalidURL",
    "JSONDecodeError",
    "PoolTimeout",
    "ProtocolError",
    "ProxyError",
    "ReadError",
    "ReadTimeout",
    "RecordingError",
    "ResponseTooLarge",
    "ResponseValidationError",
    "TLSError",
    "TooManyRedirects",
    "TransportError",
    "TransportTimeout",
    "UnsafeRedirect",
    "WriteError",
    "WriteTimeout",
]

for _name in __all__:
    globals()[_name].__module__ = __name__  # Tracebacks and pickles name the place to import it from.
