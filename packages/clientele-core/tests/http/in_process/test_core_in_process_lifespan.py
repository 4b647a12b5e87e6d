"""The lifespan and background tasks of an ASGI application."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from applications import State, fastapi_app, send
from clientele.http.in_process import ASGIBackend


@pytest.fixture
def state() -> Iterator[State]:
    state = State()
    yield state
    state.go_on.set()


@pytest.fixture(params=["sync", "async"])
def is_async(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "async")


def test_the_lifespan_lasts_from_the_first_call_to_close(state: State, is_async: bool) -> None:  # noqa: FBT001
    """Its state is there for each request."""
    backend = ASGIBackend(fastapi_app(state))
    assert state.happened == []
    assert send(backend, "GET", "/greeting", is_async=is_async).json() == "hello"
    assert state.happened == ["startup", "shutdown"]


def test_lifespan_false_skips_the_lifespan(state: State, is_async: bool) -> None:  # noqa: FBT001
    """`lifespan=False` leaves it out."""
    send(ASGIBackend(fastapi_app(state), lifespan=False), "GET", "/nowhere", is_async=is_async)
    assert state.happened == []


def test_a_call_ends_after_the_background_tasks_that_it_began(state: State, is_async: bool) -> None:  # noqa: FBT001
    """A test sees what they did."""
    send(ASGIBackend(fastapi_app(state), lifespan=False), "GET", "/later", is_async=is_async)
    assert state.happened == ["background"]
