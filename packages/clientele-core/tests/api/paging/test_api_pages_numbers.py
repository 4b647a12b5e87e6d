"""Numbers of pages: of the caller, and of the server."""

from __future__ import annotations

from typing import Any

import pytest

from clientele.api import APIClient, ConfigurationError, Offset, PageNumber, Pages
from clientele.api.paging.paging import Paging
from clientele.http import FakeHTTPBackend


def numbers(api: APIClient, pages: Paging) -> Pages[Any, int]:
    @api.get("/numbers", pages=pages)
    def list_numbers(result: Pages[dict[str, Any], int]) -> Pages[dict[str, Any], int]:
        return result

    return list_numbers()


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url="https://api.example.com", http_backend=fake)


@pytest.mark.parametrize(
    "pages", [Offset(items="data", param="offset", total="total"), PageNumber(items="data", param="page", last="total")]
)
@pytest.mark.parametrize("total", [2, "2"], ids=["a number", "a string"])
def test_a_total_may_be_a_string(total: Any, pages: Paging, api: APIClient, fake: FakeHTTPBackend) -> None:
    """Some servers write numbers so."""
    for item in (1, 2):
        fake.queue_response(content={"data": [item], "total": total})
    assert [1, 2] == list(numbers(api, pages))
    assert 2 == len(fake.requests)


@pytest.mark.parametrize("max_pages", [-1, True, "3", 1.5])
def test_max_pages_is_a_number_of_pages(max_pages: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """Anything else is refused before a request is sent."""
    walk = numbers(api, Offset(items="data", param="offset")).pages(max_pages=max_pages)
    with pytest.raises(ConfigurationError, match=r"max_pages=.*: use an int, 0 or more, or None for all pages"):
        next(walk)
    assert [] == fake.requests
