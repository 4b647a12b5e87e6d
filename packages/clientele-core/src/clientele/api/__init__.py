"""Typed API clients: declare a function, call it, get a validated result.

```python
api = APIClient(base_url="https://api.example.com")

@api.get("/users/{user_id}")
def get_user(result: User, user_id: int) -> User:
    return result
```

The decorators of this module are for methods:

```python
class GitHub(APIClient):
    @get("/users/{login}")
    def user(self, result: User, login: str) -> User:
        return result
```
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

import clientele.http.errors as errors  # noqa: PLR0402 - pyright reads its __all__ only if it is imported so
from clientele.api.arguments.markers import Body, File, Form, Header, Part, Path, Query
from clientele.api.client import APIClient
from clientele.api.config import BaseConfig
from clientele.api.credentials.auth import Auth
from clientele.api.credentials.credentials import APIKeyAuth, BasicAuth, BearerAuth
from clientele.api.declaring.decorator_options import CallOptions, EndpointOptions
from clientele.api.decorating.decorated import EndpointFunction, EndpointMethod
from clientele.api.decorating.decorators import delete, endpoint, get, head, options, patch, post, put
from clientele.api.hooks.hooks import ErrorHook, RequestHook, ResponseHook
from clientele.api.hooks.request import MutableHeaders, Request
from clientele.api.paging.pages import AsyncPages, Pages
from clientele.api.paging.walking import Page
from clientele.api.results.answers import Answer
from clientele.api.streaming.streams import AsyncStream, Stream
from clientele.api.types.as_json import AsJSON
from clientele.http.errors import *  # noqa: F403 - all that it lists
from clientele.http.message.body.files import Progress, ProgressCallback
from clientele.http.message.body.server_sent_events import ServerSentEvent
from clientele.http.response import Response
from clientele.http.streams.events import Events
from clientele.http.timeouts import Timeout

if TYPE_CHECKING:
    from clientele.api.credentials.digest import DigestAuth
    from clientele.api.credentials.oauth2 import OAuth2ClientCredentials, OAuth2RefreshToken
    from clientele.api.credentials.tokens import OAuth2Error, OAuth2Token
    from clientele.api.listing import EndpointDeclaration, EndpointParameter, declarations
    from clientele.api.paging.strategies import Cursor, LinkHeader, NextURL, Offset, PageNumber

__all__ = [
    "APIClient",
    "APIKeyAuth",
    "Answer",
    "AsJSON",
    "AsyncPages",
    "AsyncStream",
    "Auth",
    "BaseConfig",
    "BasicAuth",
    "BearerAuth",
    "Body",
    "CallOptions",
    "Cursor",
    "DigestAuth",
    "EndpointDeclaration",
    "EndpointFunction",
    "EndpointMethod",
    "EndpointOptions",
    "EndpointParameter",
    "ErrorHook",
    "Events",
    "File",
    "Form",
    "Header",
    "LinkHeader",
    "MutableHeaders",
    "NextURL",
    "OAuth2ClientCredentials",
    "OAuth2Error",
    "OAuth2RefreshToken",
    "OAuth2Token",
    "Offset",
    "Page",
    "PageNumber",
    "Pages",
    "Part",
    "Path",
    "Progress",
    "ProgressCallback",
    "Query",
    "Request",
    "RequestHook",
    "Response",
    "ResponseHook",
    "ServerSentEvent",
    "Stream",
    "Timeout",
    "declarations",
    "delete",
    "endpoint",
    "get",
    "head",
    "options",
    "patch",
    "post",
    "put",
]
__all__ += errors.__all__

_LATE = {
    "clientele.api.credentials.digest": frozenset({"DigestAuth"}),
    "clientele.api.credentials.oauth2": frozenset({"OAuth2ClientCredentials", "OAuth2RefreshToken"}),
    "clientele.api.credentials.tokens": frozenset({"OAuth2Error", "OAuth2Token"}),
    "clientele.api.listing": frozenset({"EndpointDeclaration", "EndpointParameter", "declarations"}),
    "clientele.api.paging.strategies": frozenset({"Cursor", "LinkHeader", "NextURL", "Offset", "PageNumber"}),
}
"""What most programs don't use, by its module: it is imported when it is asked for, and the others start sooner."""


def __getattr__(name: str) -> Any:
    for module, names in _LATE.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
