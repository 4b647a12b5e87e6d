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
    HTTPStatusError,
    ResponseValidationError,
    TransportError,
)
from clientele.http.response import Response

__all__ = [
    "APIClient",
    "APIException",
    "BaseConfig",
    "ClienteleError",
    "ConfigurationError",
    "HTTPStatusError",
    "Response",
    "ResponseValidationError",
    "TransportError",
]
