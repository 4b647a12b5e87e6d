"""Mistakes in a wrapper, and wrappers in the wrong order, raise errors."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from clientele.http import (
    Call,
    End,
    FakeHTTPBackend,
    Place,
    Response,
    Sleep,
    Wrapper,
)
from clientele.http.errors import (
    ConfigurationError,
)
from clientele.http.retrying import RetryBackend
from clientele_conformance.installed import MODES, each
from clientele_conformance.servers import Origin, response
from flowing import Wrap, ending_early, returning, wrapping


@pytest.fixture(params=each(MODES))
def wrap(request: pytest.FixtureRequest) -> Iterator[Wrap]:
    with wrapping(*request.param) as wrap:
        yield wrap


def yielding(what: Any) -> Callable[[Call], Any]:
    def flow(_: Call) -> Any:
        return (yield what)

    return flow


@pytest.mark.parametrize(
    ("flow", "message"),
    [
        (lambda _: Response(status_code=200), r"Flowing\.flow: it is not a generator; write `response = yield call`"),
        (returning(None), r"Flowing\.flow: it returns a Response, not NoneType"),
        (yielding(0.5), r"Flowing\.flow: it yields a Call, or a Step such as Sleep\(0\.5\), not float"),
        (ending_early, r"Flowing\.flow: it has yielded End, and must not send anything after that"),
        (lambda call: (yield call.with_(attempt=0)), r"Call\.with_\(attempt=0\): use the number of the attempt"),
        (lambda _: (yield Sleep(math.nan)), r"Sleep\(nan\): use a finite number of seconds"),
        (lambda _: (yield Sleep(math.inf)), r"Sleep\(inf\): use a finite number of seconds"),
        (lambda _: (yield End(5)), r"End\(\.\.\.\): use the response of `yield call`, not int"),  # type: ignore[arg-type]
    ],
)
def test_an_invalid_flow_raises(wrap: Wrap, origin: Origin, flow: Any, message: str) -> None:
    """In terms of its author."""
    origin.on("/", response(200))
    with pytest.raises(ConfigurationError, match=message):
        wrap(flow).send("GET", origin.url())


@pytest.mark.parametrize("changed", ["method", "url"])
def test_a_call_keeps_its_method_and_its_url(changed: str) -> None:
    """What was asked for stays what was asked for."""
    options: dict[str, Any] = {changed: "x"}
    with pytest.raises(TypeError, match=rf"Call\.with_\({changed}=\.\.\.\): a call keeps"):
        Call("GET", "http://h/").with_(**options)


def test_settings_named_by_a_str_raise() -> None:
    """A str would be a set of its letters."""
    with pytest.raises(ConfigurationError, match=r"takes: use frozenset\(\{'retry'\}\), not a str"):
        type("Named", (Wrapper,), {"takes": "retry"})


async def generating(_: object, call: Call) -> AsyncIterator[Call]:
    yield call


async def returning_late(_: object, call: Call) -> Call:
    return call


@pytest.mark.parametrize("flow", [generating, returning_late])
def test_a_flow_of_one_mode_raises(flow: object) -> None:
    """When its class is made."""
    with pytest.raises(ConfigurationError, match=r"Wrong\.flow: write `def` and `yield call`; it serves both modes"):
        type("Wrong", (Wrapper,), {"flow": flow})


class Traced(Wrapper):
    place = Place.TRACING


class Limited(Wrapper):
    place = Place.LIMITS


class Anywhere(Wrapper):
    """It says nothing."""


def test_a_wrong_order_of_wrappers_raises() -> None:
    """With the right one, whatever stands in between."""
    Traced(RetryBackend(Anywhere(Limited(FakeHTTPBackend()))))
    Limited(Limited(FakeHTTPBackend()))
    message = (
        "Limited: it belongs inside of RetryBackend, not around it; the order, from outside to inside, is "
        "tracing, cache, retries, limits, signing, attempt"
    )
    with pytest.raises(ConfigurationError, match=message):
        Limited(Anywhere(RetryBackend(FakeHTTPBackend())))


@pytest.mark.parametrize(
    ("inner", "message"),
    [
        (FakeHTTPBackend, r"Anywhere: wrap a backend, or pass the name of one, not the class FakeHTTPBackend: call it"),
        (None, "not NoneType"),
        ("nonesuch", "no such backend"),
    ],
)
def test_an_invalid_backend_raises(inner: Any, message: str) -> None:
    """An instance, or the name of an installed one."""
    with pytest.raises(ConfigurationError, match=message):
        Anywhere(inner)
