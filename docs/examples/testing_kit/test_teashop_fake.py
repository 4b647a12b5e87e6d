"""With the fake: no network, no server, and nothing that is answered by chance."""

from __future__ import annotations

import asyncio

import pytest

import teashop
from clientele.api import ReadError
from clientele.http import FakeHTTPBackend
from clientele.http.fake import Lines, UnmatchedRequest
from clientele.testing import use_backend


def test_a_product(clientele_fake: FakeHTTPBackend) -> None:
    """A route answers; sync and async functions meet the same one."""
    teapot = {"id": 7, "name": "Teapot", "cents": 1900}
    route = clientele_fake.on("GET", "/v1/products/{id}").reply(200, teapot)
    with use_backend(clientele_fake):
        assert teashop.get_product(7).name == "Teapot"
        assert asyncio.run(teashop.aget_product(8)).name == "Teapot"
    assert ["7", "8"] == [request.path_arguments["id"] for request in route.calls]


def test_an_order_is_sent_as_the_shop_wants_it(clientele_fake: FakeHTTPBackend) -> None:
    """What was sent can be looked at afterwards."""
    route = clientele_fake.on("POST", "/v1/orders").reply(201, {"id": 1, "product_id": 7})
    with use_backend(clientele_fake):
        assert teashop.order(7).id == 1
    route.assert_called_once()
    assert route.last_request.json == {"product_id": 7}
    assert route.last_request.headers["content-type"] == "application/json"


def test_a_product_that_is_sold_out(clientele_fake: FakeHTTPBackend) -> None:
    """One status of the API is one exception of the SDK."""
    clientele_fake.on("POST", "/v1/orders", json={"product_id": 7}).reply(409, {"detail": "no teapots left"})
    with use_backend(clientele_fake), pytest.raises(LookupError, match="no teapots left"):
        teashop.order(7)


def test_events_until_the_connection_breaks(clientele_fake: FakeHTTPBackend) -> None:
    """The complete events come first, then the error that a real connection would give."""
    lines = Lines([{"state": "packed"}, ReadError("the connection broke")])
    clientele_fake.on("GET", "/v1/orders/{id}/events").reply(200, lines)
    with use_backend(clientele_fake), teashop.order_events(1) as events:
        assert next(events) == teashop.Event(state="packed")
        with pytest.raises(ReadError):
            next(events)


def test_a_request_that_no_route_is_for() -> None:
    """The message says what differed."""
    fake = FakeHTTPBackend(strict=True)
    fake.on("GET", "/products/{id}").reply(200)
    with use_backend(fake), pytest.raises(UnmatchedRequest, match=r"path: /v1/products/7, not /products/\{id\}"):
        teashop.get_product(7)
