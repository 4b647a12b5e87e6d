"""With retries around the fake: what is tried again, and what isn't."""

from __future__ import annotations

import pytest

import teashop
from clientele.api import ConnectError, HTTPStatusError
from clientele.http import FakeHTTPBackend
from clientele.http.fake import Reply
from clientele.http.retrying import RetryBackend
from clientele.testing import use_backend


def test_a_shop_that_is_back_soon(clientele_fake: FakeHTTPBackend) -> None:
    """A refused connection, a 503, and then the product."""
    product = Reply(200, {"id": 7, "name": "Teapot", "cents": 1900})
    route = clientele_fake.on("GET", "/v1/products/7").reply_with(ConnectError("refused"), Reply(503), product)
    with use_backend(RetryBackend(clientele_fake, attempts=3, backoff=0.01)):
        assert teashop.get_product(7).name == "Teapot"
    route.assert_call_count(3)


def test_an_order_is_never_placed_twice(clientele_fake: FakeHTTPBackend) -> None:
    """The server may have seen it."""
    route = clientele_fake.on("POST", "/v1/orders").reply_with(Reply(503), Reply(201, {"id": 1, "product_id": 7}))
    with use_backend(RetryBackend(clientele_fake, attempts=3, backoff=0.01)), pytest.raises(HTTPStatusError):
        teashop.order(7)
    route.assert_called_once()
