"""Wrappers: one flow for both modes, around every installed backend, over real sockets."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from time import monotonic
from typing import Any

import pytest

from clientele.http import (
    Call,
    End,
    FakeHTTPBackend,
    Flow,
    HTTPBackend,
    Place,
    Response,
    Sleep,
    Step,
    Timeout,
    Wrapper,
)
from clientele.http.errors import (
    ConfigurationError,
    DeadlineExceeded,
    HTTPStatusError,
    ReadError,
    TransportError,
)
from clientele.http.retrying import RetryBackend
from clientele_conformance.installed import CLASSES, MODES, each
from clientele_conformance.servers import Origin, Reset, Stall, chunk, chunked_head, chunked_response, response
from clientele_conformance.subject import AsyncSubject, Subject, SyncSubject

Wrap = Callable[..., Subject]


class Flowing(Wrapper):
    """A wrapper with the flow that it is given."""

    def __init__(self, inner: HTTPBackend | str, flow: Callable[[Call], Flow]) -> None:
        super().__init__(inner)
        self.given = flow

    def flow(self, call: Call) -> Flow:
        return self.given(call)


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as origin:
        yield origin


@pytest.fixture(params=each(MODES))
def wrap(request: pytest.FixtureRequest) -> Iterator[Wrap]:
    """Puts a wrapper with a flow around the backend under test, by its name; all are closed in the end."""
    name, mode = request.param
    made: list[Subject] = []
    with asyncio.Runner() as runner:

        def wrapped(flow: Callable[[Call], Flow], **options: Any) -> Subject:
            backend = Flowing(CLASSES[name](**options) if options else name, flow)
            made.append(SyncSubject(backend) if mode == "sync" else AsyncSubject(backend, runner))
            return made[-1]

        yield wrapped
        for subject in made:
            subject.close()


def test_a_flow_sees_call_and_response(wrap: Wrap, origin: Origin) -> None:
    """Also a status that is an error; the response is the caller's."""
    origin.on("/a", response(404, body=b"none"))
    seen: list[tuple[Call, Response]] = []

    def flow(call: Call) -> Flow:
        answer = yield call
        seen.append((call, answer))
        return answer

    answer = wrap(flow).send("get", origin.url("/a"), params=iter([("q", "1")]))
    ((call, of_flow),) = seen
    assert of_flow is answer
    assert (404, b"none") == (answer.status_code, answer.content)
    assert ("GET", origin.url("/a"), 1, False, None) == (
        call.method, call.url, call.attempt, call.is_stream, call.deadline,
    )  # fmt: skip
    assert [("q", "1")] == [*call.options["params"]]
    assert ["/a?q=1"] == [request.target for request in origin.requests]


def test_a_call_is_changed_and_repeated(wrap: Wrap, origin: Origin) -> None:
    """Each attempt says which one it is, and the answer says from which it comes."""
    origin.on("/", response(500), response(200))

    def flow(call: Call) -> Flow:
        yield call.with_(headers={"x-n": "1", "x-OWN": "replaced", "X-Gone": None})
        yield Sleep(0)
        return (yield call.with_(headers=[("X-N", "2")], attempt=2))

    answer = wrap(flow).send("POST", origin.url(), json={"a": 1}, headers={"X-Own": "kept", "X-Gone": "1"})
    assert (200, 2) == (answer.status_code, answer.call.attempt)
    first, second = origin.requests
    assert ("1", "replaced", None) == tuple(first.header(name) for name in ("x-n", "x-own", "x-gone"))
    assert ("2", "kept") == (second.header("x-n"), second.header("x-own"))
    assert [b'{"a":1}'] * 2 == [request.body for request in origin.requests]


def test_errors_are_raised_where_the_call_is_yielded(wrap: Wrap, origin: Origin) -> None:
    """A flow may answer in their place, or let them through."""
    origin.on("/", Reset())
    seen: list[TransportError] = []

    def flow(call: Call) -> Flow:
        try:
            return (yield call)
        except TransportError as error:
            seen.append(error)
            if "fallback" in call.options["headers"]:
                return Response(status_code=299)
            raise

    assert 299 == wrap(flow).send("GET", origin.url(), headers={"fallback": "1"}).status_code
    with pytest.raises(ReadError) as caught:
        wrap(flow).send("GET", origin.url(), headers={})
    assert caught.value is seen[1]


def test_user_information_is_not_shown_and_is_sent(wrap: Wrap, origin: Origin) -> None:
    """`call.url` may go into a log."""
    origin.on("/", response(200))
    shown: list[str] = []

    def flow(call: Call) -> Flow:
        shown.append(call.url)
        return (yield call.with_(headers={"X-A": "1"}))

    wrap(flow).send("GET", origin.url().replace("//", "//ada:hunter2@"))
    assert [origin.url()] == shown
    assert "Basic YWRhOmh1bnRlcjI=" == origin.requests[0].header("authorization")


def test_waiting_counts_to_the_total(wrap: Wrap, origin: Origin) -> None:
    """What can't be done in time isn't begun."""
    origin.on("/", response(200))
    left: list[float | None] = []

    def flow(call: Call) -> Flow:
        left.append(call.left)
        yield Sleep(3600.0)
        return (yield call)

    with pytest.raises(DeadlineExceeded, match="must wait 3600") as caught:
        wrap(flow).send("GET", origin.url(), timeout=Timeout(total=20.0))
    assert ("GET", False) == (caught.value.request_method, caught.value.request_sent)
    assert [] == origin.requests
    assert left[0] is not None
    assert 0 < left[0] <= 20.0


@pytest.mark.parametrize("where", ["call", "flow", "backend"])
def test_a_total_is_for_everything(wrap: Wrap, origin: Origin, where: str) -> None:
    """Each attempt gets what is left of it."""

    def caught(total: float) -> DeadlineExceeded:
        def flow(call: Call) -> Flow:
            if where == "flow":
                call = call.with_(total=total)
            yield call
            return (yield call.with_(attempt=2))

        origin.on("/", response(500), Stall())
        subject = wrap(flow, timeout=Timeout(total=total)) if where == "backend" else wrap(flow)
        with pytest.raises(DeadlineExceeded) as caught:
            subject.send("GET", origin.url(), **({"timeout": Timeout(total=total)} if where == "call" else {}))
        assert caught.value.elapsed < total + 20.0
        return caught.value

    # On a busy machine, the first attempt alone may take a second.
    assert any(2 == caught(total).call.attempt for total in (1.0, 4.0, 16.0))


def test_a_total_only_brings_a_deadline_forward() -> None:
    """An earlier one stays."""
    now = monotonic()
    call = Call("GET", "http://h/", deadline=now + 3600)
    assert call.deadline == call.with_(total=7200).deadline
    sooner = call.with_(total=60).deadline
    assert sooner is not None
    assert now + 60 <= sooner < now + 3600


def test_the_flow_of_a_stream_sees_its_head(wrap: Wrap, origin: Origin) -> None:
    """And the items go past it: the server has not sent the rest when it returns."""
    origin.on("/", [chunked_head(200, [("X-Id", "7")]), chunk(b"one\n"), Stall()])
    seen: list[tuple[int, str | None, bytes, bool]] = []

    def flow(call: Call) -> Flow:
        head = yield call
        seen.append((head.status_code, head.headers.get("x-id"), head.content, call.is_stream))
        return head

    with wrap(flow).stream("GET", origin.url(), str) as items:
        assert "one" == next(items)
    assert [(200, "7", b"", True)] == seen


def test_the_error_of_a_stream_is_a_response_to_its_flow(wrap: Wrap, origin: Origin) -> None:
    """With its body; returned, it raises as it does without a wrapper."""
    origin.on("/", response(503, body=b"busy"), chunked_response(b"one\n"))
    seen: list[bytes] = []

    def flow(call: Call) -> Flow:
        answer = yield call
        seen.append(answer.content)
        if "again" in call.options["headers"]:
            answer = yield call.with_(attempt=2)
        return answer

    with wrap(flow).stream("GET", origin.url(), str, headers={"again": "1"}) as items:
        assert ["one"] == list(items)
    origin.on("/", response(503, body=b"busy"))
    with wrap(flow).stream("GET", origin.url(), str, headers={}) as items, pytest.raises(HTTPStatusError) as caught:
        next(items)
    assert b"busy" == caught.value.response.content
    assert [b"busy", b"busy"] == seen


def test_a_stream_that_is_not_taken_is_closed(wrap: Wrap, origin: Origin) -> None:
    """The one before the last, so that a backend of one connection goes on."""
    origin.on("/", [chunked_head(), chunk(b"one\n"), Stall()])

    def flow(call: Call) -> Flow:
        yield call
        return (yield call.with_(attempt=2))

    with wrap(flow, max_connections=1).stream("GET", origin.url(), str) as items:
        assert "one" == next(items)
    assert 2 == len(origin.requests)


class Noted:
    """What the flow of `noting` goes through."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def flow(self, call: Call) -> Flow:
        answer = yield call
        self.events.append("head")
        try:
            yield End(answer)
        except BaseException as error:
            self.events.append(type(error).__name__)
            raise
        finally:
            self.events.append("over")
        return answer


def test_a_flow_goes_on_when_its_response_is_over(wrap: Wrap, origin: Origin) -> None:
    """Read, taken to its end, broken off, left, or an error from the start."""
    origin.on("/whole", chunked_response(b"one\n"))
    origin.on("/cut", [chunked_head(), chunk(b"one\n"), Reset()])
    origin.on("/endless", [chunked_head(), chunk(b"one\n"), Stall()])
    origin.on("/missing", response(404))
    noted = Noted()
    subject = wrap(noted.flow)
    assert b"one\n" == subject.send("GET", origin.url("/whole")).content
    with subject.stream("GET", origin.url("/whole"), str) as items:
        assert "one" == next(items)
        assert ["head", "over", "head"] == noted.events
        assert [] == list(items)
    with subject.stream("GET", origin.url("/cut"), str) as items, pytest.raises(ReadError):
        list(items)
    with subject.stream("GET", origin.url("/endless"), str) as items:
        next(items)
    with subject.stream("GET", origin.url("/missing"), str) as items, pytest.raises(HTTPStatusError):
        next(items)
    assert ["ReadError", "GeneratorExit", "HTTPStatusError"] == [
        event for event in noted.events if event not in {"head", "over"}
    ]
    assert 5 == noted.events.count("over")


def test_a_cancelled_call_ends_its_flow(origin: Origin) -> None:
    """What it holds is let go of."""
    origin.on("/", Stall())
    ended: list[str] = []

    def flow(call: Call) -> Flow:
        try:
            return (yield call)
        finally:
            ended.append(call.method)

    async def main() -> None:
        backend = Flowing("httpx", flow)
        call = asyncio.ensure_future(backend.send_async_request("GET", origin.url()))
        await asyncio.to_thread(origin.wait_for_requests, 1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await backend.aclose()

    asyncio.run(main())
    assert ["GET"] == ended


class Taken(Step):
    """A step of its own, which keeps its result."""

    def __init__(self, *, late: bool = False) -> None:
        self.late = late
        self.left: list[float | None] = []

    def run(self, left: float | None) -> None:
        self.left.append(left)
        if self.late:
            raise TimeoutError

    async def arun(self, left: float | None) -> None:
        await asyncio.sleep(0)
        self.run(left)


def test_a_step_of_ones_own(wrap: Wrap, origin: Origin) -> None:
    """It is told how long it may take, and may say that this is too little."""
    origin.on("/", response(200))
    step = Taken()

    def flow(call: Call) -> Flow:
        yield step
        return (yield call)

    wrap(flow).send("GET", origin.url())
    wrap(flow).send("GET", origin.url(), timeout=Timeout(total=20.0))
    step.late = True
    with pytest.raises(DeadlineExceeded, match="total limit of the call"):
        wrap(flow).send("GET", origin.url())
    assert step.left[0] is step.left[2] is None
    assert 0 < (step.left[1] or 0) <= 20.0


class Untold(HTTPBackend):
    """Gives items, and knows no options."""

    def build_client(self) -> None: ...

    def build_async_client(self) -> None: ...

    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Any: ...

    async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Any: ...

    def handle_sync_stream(self, *_: Any, **kwargs: Any) -> Generator[Any, None, None]:
        yield from sorted(kwargs)

    async def handle_async_stream(self, *_: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        for name in sorted(kwargs):
            yield name

    @staticmethod
    def convert_to_response(native_response: Any) -> Response:
        raise TypeError(native_response)

    def close(self) -> None: ...

    async def aclose(self) -> None: ...


def test_a_backend_that_tells_no_head() -> None:
    """Its flow gets one that says nothing, and its caller none; nor is the backend asked for what it doesn't know."""
    heads: list[Response] = []

    def flow(call: Call) -> Flow:
        head = yield call
        heads.append(head)
        return head

    backend = Flowing(Untold(), flow)
    assert ["x"] == list(backend.handle_sync_stream("GET", "http://h/", str, x=1, home="http://h"))
    told: list[Response] = []
    assert ["on_head", "x"] == list(backend.handle_sync_stream("GET", "http://h/", str, x=1, on_head=told.append))
    assert [] == told
    assert [(200, 0)] * 2 == [(head.status_code, len(head.headers)) for head in heads]


# What is refused.


def returning(what: Any) -> Callable[[Call], Any]:
    def flow(call: Call) -> Any:
        yield call
        return what

    return flow


def yielding(what: Any) -> Callable[[Call], Any]:
    def flow(_: Call) -> Any:
        return (yield what)

    return flow


def ending_early(call: Call) -> Flow:
    yield End((yield call))
    return (yield call)


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
def test_a_wrong_flow_is_refused(wrap: Wrap, origin: Origin, flow: Any, message: str) -> None:
    """In terms of its author."""
    origin.on("/", response(200))
    with pytest.raises(ConfigurationError, match=message):
        wrap(flow).send("GET", origin.url())


def test_a_wrapper_that_holds_the_body_of_a_stream_is_refused(wrap: Wrap, origin: Origin) -> None:
    """It would have to read all of it."""
    origin.on("/", chunked_response(b"one\n"))
    with (
        wrap(returning(Response(status_code=200, content=b"one\n"))).stream("GET", origin.url(), str) as items,
        pytest.raises(ConfigurationError, match=r"a stream must return the response of the last `yield call`"),
    ):
        next(items)


def test_nothing_is_sent_once_a_stream_was_handed_on(wrap: Wrap, origin: Origin) -> None:
    """Its caller has seen it."""
    origin.on("/", chunked_response(b"one\n"))
    with (
        wrap(ending_early).stream("GET", origin.url(), str) as items,
        pytest.raises(ConfigurationError, match="must not send anything after that"),
    ):
        list(items)


@pytest.mark.parametrize("changed", ["method", "url"])
def test_a_call_keeps_its_method_and_its_url(changed: str) -> None:
    """What was asked for stays what was asked for."""
    options: dict[str, Any] = {changed: "x"}
    with pytest.raises(TypeError, match=rf"Call\.with_\({changed}=\.\.\.\): a call keeps"):
        Call("GET", "http://h/").with_(**options)


def test_settings_are_named_by_a_set() -> None:
    """A str would be a set of its letters."""
    with pytest.raises(ConfigurationError, match=r"takes: use frozenset\(\{'retry'\}\), not a str"):
        type("Named", (Wrapper,), {"takes": "retry"})


async def generating(_: object, call: Call) -> AsyncIterator[Call]:
    yield call


async def returning_late(_: object, call: Call) -> Call:
    return call


@pytest.mark.parametrize("flow", [generating, returning_late])
def test_a_flow_of_one_mode_is_refused(flow: object) -> None:
    """When its class is made."""
    with pytest.raises(ConfigurationError, match=r"Wrong\.flow: write `def` and `yield call`; it serves both modes"):
        type("Wrong", (Wrapper,), {"flow": flow})


class Traced(Wrapper):
    place = Place.TRACING


class Limited(Wrapper):
    place = Place.LIMITS


class Anywhere(Wrapper):
    """It says nothing."""


def test_a_wrong_order_is_refused() -> None:
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
def test_what_is_no_backend_is_refused(inner: Any, message: str) -> None:
    """An instance, or the name of an installed one."""
    with pytest.raises(ConfigurationError, match=message):
        Anywhere(inner)
