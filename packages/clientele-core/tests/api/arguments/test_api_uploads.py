"""Uploads by decorated functions, which tell how far they have got."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable, Iterator
from typing import Annotated, Any

import pytest

from clientele.api.arguments.markers import File, Form
from clientele.http.message.body.files import Progress
from clientele_conformance.callers import Caller, calling
from clientele_conformance.installed import MODES, each
from clientele_conformance.servers import Origin, response

CONTENT = bytes(range(256)) * 1024
STEPS = [(65_536 * step, 262_144) for step in range(1, 5)]


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as origin:
        origin.on("/", response(204))
        yield origin


@pytest.fixture(params=each(MODES))
def caller(request: pytest.FixtureRequest, origin: Origin) -> Iterator[Caller]:
    name, mode = request.param
    with calling(name, mode, origin.url()) as caller:
        yield caller


@pytest.fixture
def called(caller: Caller) -> Callable[..., None]:
    """Calls the function that is declared for the mode of the test."""

    def called(function: Callable[..., Any], afunction: Callable[..., Awaitable[Any]], *args: Any) -> None:
        if caller.is_async:
            caller.run(lambda: caller.api.post("/")(afunction)(*args))
        else:
            caller.api.post("/")(function)(*args)

    return called


def test_a_file_may_be_the_body(called: Callable[..., None], origin: Origin) -> None:
    """As it is, without a type."""

    def upload(result: None, data: Progress) -> None: ...

    async def aupload(result: None, data: Progress) -> None: ...

    told: list[tuple[int, int | None]] = []
    called(upload, aupload, Progress(io.BytesIO(CONTENT), lambda *so_far: told.append(so_far)))
    assert STEPS == told
    request = origin.requests[0]
    assert (CONTENT, "262144", None) == (
        request.body,
        request.header("content-length"),
        request.header("content-type"),
    )


def test_a_file_may_be_one_of_a_form(called: Callable[..., None], origin: Origin) -> None:
    """Alone, or with its name and type."""

    def upload(
        result: None,
        note: Annotated[str, Form()],
        one: Annotated[Progress, File()],
        two: Annotated[tuple[str, Progress, str], File("second")],
    ) -> None: ...

    async def aupload(
        result: None,
        note: Annotated[str, Form()],
        one: Annotated[Progress, File()],
        two: Annotated[tuple[str, Progress, str], File("second")],
    ) -> None: ...

    told: list[tuple[int, int | None]] = []
    one = Progress(io.BytesIO(CONTENT), lambda *so_far: told.append(so_far))
    two = Progress(b"two", lambda *so_far: told.append(so_far))
    called(upload, aupload, "a note", one, ("two.txt", two, "text/plain"))
    assert [*STEPS, (3, 3)] == told
    body = origin.requests[0].body
    assert b'name="note"\r\n\r\na note\r\n' in body
    assert b'name="one"; filename="one"\r\nContent-Type: application/octet-stream\r\n\r\n' + CONTENT in body
    assert b'name="second"; filename="two.txt"\r\nContent-Type: text/plain\r\n\r\ntwo' in body


def test_what_the_callback_raises_is_the_callers(called: Callable[..., None], origin: Origin) -> None:
    """As it is; the server has no whole request."""

    def upload(result: None, data: Progress) -> None: ...

    async def aupload(result: None, data: Progress) -> None: ...

    def progress(sent: int, total: int | None) -> None:
        raise mine

    mine = TimeoutError("mine")
    with pytest.raises(TimeoutError) as raised:
        called(upload, aupload, Progress(io.BytesIO(CONTENT), progress))
    assert mine is raised.value
    origin.wait_until_open(0)
    assert [] == [request for request in origin.requests if request.complete]
