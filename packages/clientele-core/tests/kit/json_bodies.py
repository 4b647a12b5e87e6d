"""Calls with a JSON body of any type, and what they send."""

from __future__ import annotations

from typing import Any

from clientele.api import APIClient
from clientele.http import FakeHTTPBackend

BASE = "https://api.example.com"


HUSH = "correct horse"


def sent(fake: FakeHTTPBackend) -> Any:
    return fake.requests[-1]["kwargs"]["json"]


def put_it(api: APIClient, kind: Any, value: Any) -> None:
    """PUT `value` by a function whose `data` is of the type `kind`."""

    def put(result: None, data: Any) -> None:
        return result

    put.__annotations__["data"] = kind
    api.put("/x")(put)(value)
