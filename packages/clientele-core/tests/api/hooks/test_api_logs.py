"""What is logged of a call, and what never is."""

from __future__ import annotations

import asyncio
import io
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clientele.api import APIClient, APIKeyAuth, AsyncStream, BearerAuth, HTTPStatusError, ReadError, Response, Stream
from clientele.http import FakeHTTPBackend
from clientele_conformance.servers import Origin, json_response, response

BASE = "https://api.example.com"
MS = r" in \d+ ms"

Ask = Callable[..., Any]


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def ask(mode: str) -> Iterator[Ask]:
    """`request` of a client, in either mode, which is closed in the end."""
    clients: list[APIClient] = []
    with asyncio.Runner() as runner:

        def asked(api: APIClient, path: str = "/x", method: str = "GET", **options: Any) -> Any:
            clients.append(api)
            if mode == "sync":
                return api.request(method, path, **options)
            return runner.run(api.arequest(method, path, **options))

        yield asked
        for api in clients:
            runner.run(api.aclose())


class Failing(FakeHTTPBackend):
    """A backend whose every call ends in `error`."""

    error: BaseException = ReadError("the connection broke")

    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Response:
        raise self.error

    async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Response:
        raise self.error


@pytest.mark.parametrize("hooks", [{}, {"on_request": lambda _: None}], ids=["plain", "hooks"])
def test_a_call_is_a_line_at_info(hooks: Any, ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    """Method, URL, status and time, to the logger `clientele`, and nothing else."""
    caplog.set_level(logging.INFO, "clientele")
    fake = FakeHTTPBackend()
    fake.queue_response(status=404)
    api = APIClient(base_url=BASE, http_backend=fake, **hooks)
    with pytest.raises(HTTPStatusError):
        ask(api, "/x?key=s3cret", params={"page": 2})
    assert [("clientele", logging.INFO)] == [record[:2] for record in caplog.record_tuples]
    assert re.fullmatch(rf"GET https://api\.example\.com/x\?key=\*\*\*: 404{MS}", caplog.messages[0])


@pytest.mark.parametrize(("status", "level"), [(499, logging.INFO), (500, logging.WARNING), (599, logging.WARNING)])
def test_an_error_of_the_server_is_a_line_at_warning(
    status: int, level: int, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    """From 500 on."""
    caplog.set_level(logging.INFO, "clientele")
    fake = FakeHTTPBackend()
    fake.queue_response(status=status)
    with pytest.raises(HTTPStatusError):
        ask(APIClient(base_url=BASE, http_backend=fake), "/")
    assert [level] == [record.levelno for record in caplog.records]


@pytest.mark.parametrize("hooks", [{}, {"on_request": lambda _: None}], ids=["plain", "hooks"])
@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ReadError("the connection broke"), "ReadError: the connection broke"),
        (LookupError("s3cret of a backend of one's own"), "LookupError"),
        (asyncio.CancelledError(), "CancelledError"),
    ],
)
def test_a_failed_call_is_a_line_too(
    error: BaseException, outcome: str, hooks: Any, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    """At WARNING, unless it was cancelled. Of errors that aren't ours only the kind is known to be harmless."""
    caplog.set_level(logging.INFO, "clientele")
    backend = Failing()
    backend.error = error
    with pytest.raises(type(error)):
        ask(APIClient(base_url=BASE, http_backend=backend, **hooks))
    assert 1 == len(caplog.messages)
    assert re.fullmatch(rf"GET https://api\.example\.com/x: {outcome}{MS}", caplog.messages[0])
    is_cancelled = isinstance(error, asyncio.CancelledError)
    assert (logging.INFO if is_cancelled else logging.WARNING) == caplog.records[0].levelno


def test_a_line_stays_one_line(ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever a caller takes for a path."""
    caplog.set_level(logging.INFO, "clientele")
    with pytest.raises(ValueError, match="space"):
        ask(APIClient(base_url=BASE, http_backend=FakeHTTPBackend()), "/x\nGET https://api.example.com/forged: 200")
    assert ["\\n" in message and "\n" not in message for message in caplog.messages] == [True]


def test_a_custom_logger(ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    """Gets all of it, and `clientele` nothing."""
    caplog.set_level(logging.DEBUG)
    logger = logging.getLogger("mine.api")
    ask(APIClient(base_url=BASE, http_backend=FakeHTTPBackend(), logger=logger))
    assert {"mine.api"} == {record.name for record in caplog.records if record.name != "asyncio"}


def test_nothing_is_made_ready_for_a_level_that_is_off(ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    """Not even the size of a body."""
    caplog.set_level(logging.ERROR, "clientele")

    class Body(dict[str, int]):
        reads = 0

        def items(self) -> Any:
            self.reads += 1
            return super().items()

    quiet, body = Failing(), Body(a=1)
    with pytest.raises(ReadError):
        ask(APIClient(base_url=BASE, http_backend=quiet), json=body)
    assert (0, []) == (body.reads, caplog.messages)


@pytest.mark.parametrize("bodies", [False, True])
def test_no_secret_is_logged(bodies: bool, ask: Ask, caplog: pytest.LogCaptureFixture) -> None:  # noqa: FBT001
    """SEC-3, with a secret in every place that has one, at DEBUG, of a call that is rejected and sent again."""
    caplog.set_level(logging.DEBUG)
    with Origin() as origin:
        headers = [("Set-Cookie", "sid=s3cret"), ("X-Token", "s3cret"), ("Server", "public")]
        origin.on("/x", response(401, headers), json_response("public", headers=headers))
        api = APIClient(
            base_url=origin.url().replace("//", "//ada:s3cret@"),
            http_backend="httpx",
            headers={"X-Api-Key": "s3cret", "Accept": "public"},
            auth=APIKeyAuth("key", lambda: "s3cret", location="query"),
            on_request=lambda request: request.headers.update({"X-Hook": "s3cret"}),
            log_bodies=bodies,
        )
        with pytest.raises(HTTPStatusError):
            ask(api, "/x?own=s3cret", params={"page": "s3cret"}, headers={"Cookie": "s3cret"}, json="public")
        ask(api, "/x?own=s3cret", params={"page": "s3cret"}, headers={"Cookie": "s3cret"}, json="public")
    text = "\n".join(record.getMessage() for record in caplog.records if record.name in {"clientele", "httpx"})
    assert "s3cret" not in text
    assert "'Accept': 'public'" in text
    assert "'server': 'public'" in text.lower()
    assert "'X-Hook': '[hidden]'" in text
    assert "?own=***&page=***&key=***: request of 8 bytes" in text
    assert bodies == ("request body '\"public\"'" in text) == ("response body '\"public\"'" in text)


def test_headers_and_sizes_are_logged_at_debug(ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    """Of the request as it is really sent, and of the response as it came."""
    caplog.set_level(logging.DEBUG, "clientele")
    api = APIClient(base_url=BASE, http_backend=FakeHTTPBackend(default_content="caf\u00e9"), headers={"Accept": "a/b"})
    ask(api, method="POST", data={"a": "s3cret"})
    sent, _, received = (message.removeprefix("POST https://api.example.com/x: ") for message in caplog.messages)
    assert sent.startswith("request of 8 bytes, headers {'Accept': 'a/b', 'Accept-Encoding': 'gzip, deflate', 'User-")
    assert sent.endswith(", 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': '8'}")
    headers = "{'content-type': 'text/plain; charset=utf-8', 'content-length': '5'}"
    assert received == f"response of 5 bytes, headers {headers}"


@pytest.mark.parametrize(
    ("options", "size"),
    [
        ({}, "no body"),
        ({"content": "caf\u00e9"}, "5 bytes"),
        ({"content": b""}, "0 bytes"),
        ({"content": iter([b"s3cret"])}, "a body in pieces"),
        ({"content": io.BytesIO(b"s3cret")}, "a body in pieces"),
        ({"files": {"f": b"s3cret"}, "data": {"a": "1"}}, "a body in pieces"),
        ({"json": [1, 2]}, "5 bytes"),
    ],
)
def test_a_body_is_never_read_to_be_logged(options: Any, size: str, ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    """A size is said where it is known anyway."""
    caplog.set_level(logging.DEBUG, "clientele")
    ask(APIClient(base_url=BASE, http_backend=FakeHTTPBackend(), log_bodies=True), method="POST", **options)
    assert f"POST https://api.example.com/x: request of {size}, headers " in caplog.text
    assert "s3cret" not in caplog.text


def test_bodies_are_logged_on_demand_and_in_part(ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    """As literals of one line, and the first 2,000 bytes only."""
    caplog.set_level(logging.DEBUG, "clientele")
    api = APIClient(base_url=BASE, http_backend=FakeHTTPBackend(default_content=b"x" * 2010), log_bodies=True)
    ask(api, method="POST", content="a\nb")
    assert r"POST https://api.example.com/x: request body 'a\nb'" in caplog.messages
    assert f"POST https://api.example.com/x: response body {'x' * 2000!r} and 10 more bytes" in caplog.messages


class Odd(FakeHTTPBackend):
    """A backend of one's own that takes what others don't."""

    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Response:
        return Response(status_code=200)

    async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Response:
        return Response(status_code=200)


def test_a_log_never_makes_a_call_fail(ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    """A backend may take values that ours don't."""
    caplog.set_level(logging.DEBUG, "clientele")
    ask(APIClient(base_url=BASE, http_backend=Odd()), data=object(), params=[5, "a=1"])
    assert "GET https://api.example.com/x: request of a body of its own kind, headers {}" in caplog.messages


def test_a_refresh_is_logged_at_debug(ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    """And the call is still one line at INFO."""
    caplog.set_level(logging.DEBUG, "clientele")
    fake = FakeHTTPBackend()
    fake.queue_response(status=401)
    ask(APIClient(base_url=BASE, http_backend=fake, auth=BearerAuth("s3cret", refresh=lambda: "s3cret2")))
    assert "GET https://api.example.com/x: 401, sent again with new credentials" in caplog.messages
    assert 1 == sum(record.levelno == logging.INFO for record in caplog.records)
    assert "s3cret" not in caplog.text


@pytest.mark.parametrize(
    ("status", "take", "outcome"),
    [
        (200, None, "ended after 3 items"),
        (200, 2, "closed after 2 items"),
        (500, None, "HTTPStatusError: 500 Internal Server Error after 0 items"),
    ],
)
def test_a_stream_is_a_line_at_its_end(
    status: int, take: int | None, outcome: str, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    """With the number of its items."""
    caplog.set_level(logging.INFO, "clientele")
    api = APIClient(base_url=BASE, http_backend=FakeHTTPBackend(status, [1, 2, 3]))

    try:
        streamed(api, mode, take or 4)
    except HTTPStatusError:
        assert 500 == status
    assert 1 == len(caplog.messages)
    assert re.fullmatch(rf"GET https://api\.example\.com/x: {outcome}{MS}", caplog.messages[0])


def test_what_refuses_a_stream_is_logged_at_debug(mode: str, caplog: pytest.LogCaptureFixture) -> None:
    """It has been read, as any response."""
    caplog.set_level(logging.DEBUG, "clientele")
    api = APIClient(base_url=BASE, http_backend=FakeHTTPBackend(404, b"secret"))
    with pytest.raises(HTTPStatusError):
        streamed(api, mode)
    headers = "{'content-type': 'application/octet-stream', 'content-length': '6'}"
    assert [f"GET https://api.example.com/x: response of 6 bytes, headers {headers}"] == [
        message for message in caplog.messages if ": response of " in message
    ]


def streamed(api: APIClient, mode: str, take: int = 4) -> None:
    """Take some items of a stream, and leave it."""

    @api.get("/x", streaming_response=True)
    def items(result: Stream[int]) -> Stream[int]:
        return result

    @api.get("/x", streaming_response=True)
    async def aitems(result: AsyncStream[int]) -> AsyncStream[int]:
        return result

    async def ataken() -> None:
        async with await aitems() as stream:
            for _ in range(take):
                await anext(stream, None)

    if mode == "async":
        asyncio.run(ataken())
        return
    with items() as stream:
        for _ in range(take):
            next(stream, None)
