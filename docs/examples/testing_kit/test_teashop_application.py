"""With the shop itself, called in this process: no port, and a failure in the shop shows where."""

from __future__ import annotations

import asyncio

import pytest

import teashop
import teashop_service
from clientele.http import HTTPBackend
from clientele.http.in_process import ApplicationError, ASGIBackend, WSGIBackend
from clientele.testing import use_backend

BACKENDS = [ASGIBackend(teashop_service.asgi_app), WSGIBackend(teashop_service.wsgi_app)]


@pytest.mark.parametrize("backend", BACKENDS, ids=["asgi", "wsgi"])
def test_an_order(backend: HTTPBackend) -> None:
    """The client and the service agree with each other."""
    with use_backend(backend):
        assert teashop.get_product(7).cents == 1900
        assert teashop.order(7).state == "open"
        with pytest.raises(LookupError, match="sold out"):
            teashop.order(8)
    backend.close()


def test_events_arrive_as_the_application_sends_them() -> None:
    """In synchronous and asynchronous calls."""
    backend = ASGIBackend(teashop_service.asgi_app)

    async def name() -> str:
        async with use_backend(backend):
            return (await teashop.aget_product(7)).name

    with use_backend(backend):
        assert ["packed", "sent"] == [event.state for event in teashop.order_events(1)]
    assert asyncio.run(name()) == "Teapot"
    backend.close()


def test_a_failure_of_the_service_is_the_cause() -> None:
    """The traceback leads into the application."""
    backend = WSGIBackend(teashop_service.wsgi_app)
    with use_backend(backend), pytest.raises(ApplicationError, match="the application raised KeyError") as caught:
        teashop.place_order(data={})
    assert isinstance(caught.value.__cause__, KeyError)
