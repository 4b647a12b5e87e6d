"""When RecordingBackend records and when it replays, which exchange answers, and what it says if none does."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from clientele.api import APIClient
from clientele.http import FakeHTTPBackend, HTTPBackend, Response
from clientele.http.errors import ConfigurationError, RecordingError
from clientele.http.recording import RecordingBackend, Request, files
from clientele.http.retrying import RetryBackend
from clientele.http.wire import WholeResponse
from clientele_conformance.servers import LAST_CHUNK, Origin, Pause, chunk, chunked_head, json_response, response
from clientele_httpx import HttpxHTTPBackend


@pytest.fixture
def origin() -> Iterator[Origin]:
    """Counts its answers."""
    numbers = count(1)
    with Origin() as origin:
        origin.on("/", lambda _: json_response(next(numbers)))
        yield origin


@pytest.fixture
def cassette(tmp_path: Path) -> Path:
    return tmp_path / "cassette.yaml"


@pytest.fixture
def new(cassette: Path) -> Iterator[Callable[..., RecordingBackend]]:
    """Makes backends around httpx, closed in the end."""
    made: list[RecordingBackend] = []

    def new(*mode: Any, **options: Any) -> RecordingBackend:
        made.append(RecordingBackend(HttpxHTTPBackend(), cassette, *mode, **options))
        return made[-1]

    yield new
    for backend in made:
        backend.close()


New = Callable[..., RecordingBackend]


def get(backend: HTTPBackend, origin: Origin, query: str = "") -> Any:
    return backend.send_sync_request("GET", origin.url(f"/{query}")).json()


def test_once_records_where_there_is_no_file(new: New, origin: Origin) -> None:
    """And replays where there is one, as often as it is built."""
    first = new()
    assert [1, 2] == [get(first, origin), get(first, origin)]
    for _ in range(2):
        again = new()
        assert [1, 2] == [get(again, origin), get(again, origin)]
        with pytest.raises(RecordingError, match="this request 2 times, and it was already replayed"):
            get(again, origin)
    assert 2 == len(origin.requests)


def test_none_never_contacts_the_server(new: New, origin: Origin) -> None:
    """Also if there is no file."""
    with pytest.raises(RecordingError, match="there is no such file"):
        get(new("none"), origin)
    assert [] == origin.requests


def test_all_records_again(new: New, origin: Origin, cassette: Path) -> None:
    """The file that was there lasts until the first exchange."""
    get(new(), origin, "?old")
    again = new("all")
    assert 1 == len(files.read(cassette))
    assert [2, 3] == [get(again, origin), get(again, origin)]
    assert [origin.url("/")] * 2 == [each.request.url for each in files.read(cassette)]


def test_new_adds_missing_exchanges(new: New, origin: Origin, cassette: Path) -> None:
    """And replays what is."""
    get(new(), origin, "?a=1")
    again = new("new")
    assert [2, 1, 3] == [get(again, origin, "?b=2"), get(again, origin, "?a=1"), get(again, origin, "?a=1")]
    assert ["a=1", "b=2", "a=1"] == [each.request.parts.query for each in files.read(cassette)]


def test_an_unknown_mode_raises(new: New) -> None:
    """By name."""
    with pytest.raises(ConfigurationError, match="'some' is not one of once, none, all, new"):
        new("some")


def test_an_unrecorded_request_shows_the_closest_one(new: New, origin: Origin) -> None:
    """With what differs, and without secrets."""
    ada, bob = ({"name": name, "password": "hunter2"} for name in ("Ada", "Bob"))
    backend = new()
    backend.send_sync_request("POST", origin.url("/?page=1&token=hunter2"), json=ada)
    backend.send_sync_request("GET", origin.url("/other"))
    again = new()
    with pytest.raises(RecordingError) as caught:
        again.send_sync_request("POST", origin.url("/?page=2&token=hunter2"), json=bob)
    url = origin.url("/?page=")
    assert str(caught.value).splitlines() == [
        f"{again.path}: no response to POST {url}2&token=***: the closest is number 1, POST {url}1&token=***, with",
        "  query: 'page=1&token=***' in the cassette, 'page=2&token=***' now",
        """  body: '{"name":"Ada","password":"***"}' in the cassette, '{"name":"Bob","password":"***"}' now""",
        'record it with mode="new", or the whole cassette again with mode="all"',
    ]
    assert str(caught.value) == str(pickle.loads(pickle.dumps(caught.value)))  # noqa: S301


def test_everything_is_compared_by_default(new: New, origin: Origin) -> None:
    """But the order of a query, how JSON is written, the boundary of a form, and what is secret."""
    calls: list[dict[str, Any]] = [
        {"params": {"a": "1", "b": "2"}},
        {"content": b'{"a": 1, "b": 2}'},
        {"files": {"f": b"1"}},
        {"json": {"password": "1"}},
    ]
    alike: list[dict[str, Any]] = [
        {"params": {"b": "2", "a": "1"}},
        {"content": b'{"b":2,"a":1}'},
        {"files": {"f": b"1"}},
        {"json": {"password": "2"}},
    ]
    backend = new()
    for call in calls:
        backend.send_sync_request("POST", origin.url("/"), **call)
    again = new()
    for number, call in enumerate(alike, 1):
        assert number == again.send_sync_request("POST", origin.url("/"), **call).json()


@pytest.mark.parametrize(
    ("method", "url", "options"),
    [
        ("PUT", "http://h:1/p?q=1", {"content": b"b"}),
        ("POST", "https://h:1/p?q=1", {"content": b"b"}),
        ("POST", "http://i:1/p?q=1", {"content": b"b"}),
        ("POST", "http://h:2/p?q=1", {"content": b"b"}),
        ("POST", "http://h:1/o?q=1", {"content": b"b"}),
        ("POST", "http://h:1/p?q=2", {"content": b"b"}),
        ("POST", "http://h:1/p?q=1", {"content": b"c"}),
    ],
)
def test_what_is_compared_can_be_chosen(cassette: Path, method: str, url: str, options: dict[str, Any]) -> None:
    """Each part differs in one of these: it counts only if it is named."""
    parts = ["method", "scheme", "host", "port", "path", "query", "body"]
    recorded = RecordingBackend(FakeHTTPBackend(default_content="yes"), cassette)
    recorded.send_sync_request("POST", "http://h:1/p?q=1", content=b"b")
    others = []
    for part in parts:
        with suppress(RecordingError):
            RecordingBackend(FakeHTTPBackend(), cassette, match=[part]).send_sync_request(method, url, **options)
            others.append(part)
    assert len(parts) - 1 == len(others)
    backend = RecordingBackend(FakeHTTPBackend(), cassette, match=others)
    assert "yes" == backend.send_sync_request(method, url, **options).text


def test_a_function_may_compare(cassette: Path) -> None:
    """It is given the recorded request and the one at hand; an unknown part is refused."""

    def same_tenant(recorded: Request, asked: Request) -> bool:
        return recorded.header("x-tenant") == asked.header("X-TENANT")

    RecordingBackend(FakeHTTPBackend(), cassette).send_sync_request("GET", "/", headers={"X-Tenant": "a"})
    backend = RecordingBackend(FakeHTTPBackend(), cassette, match=["path", same_tenant])
    with pytest.raises(RecordingError, match="same_tenant: said no"):
        backend.send_sync_request("GET", "/", headers={"X-Tenant": "b"})
    assert 200 == backend.send_sync_request("GET", "/", headers={"X-Tenant": "a"}).status_code
    with pytest.raises(ConfigurationError, match="'headers' is not part"):
        RecordingBackend(FakeHTTPBackend(), cassette, match=["headers"])


def test_threads_and_tasks_record_concurrently(new: New, origin: Origin, cassette: Path) -> None:
    """Every exchange is in the file once, with its own answer, and each is replayed once."""
    origin.on("/echo", lambda request: response(200, [], request.query.encode()))
    backend = new()

    def thread(name: str) -> None:
        for number in range(10):
            backend.send_sync_request("GET", origin.url(f"/echo?{name}-{number}"))

    async def tasks(backend: RecordingBackend, *names: str) -> list[Response]:
        urls = [origin.url(f"/echo?task-{number}") for number in range(20)]
        with ThreadPoolExecutor() as threads:
            meanwhile = [threads.submit(thread, name) for name in names]
            answers = await asyncio.gather(*(backend.send_async_request("GET", url) for url in urls))
            await asyncio.gather(*map(asyncio.wrap_future, meanwhile))
        await backend.aclose()
        return answers

    asyncio.run(tasks(backend, "t0", "t1", "t2", "t3"))
    answers = ((each.request, each.answer) for each in files.read(cassette) if each.answer)
    found = [(request.parts.query, b"".join(answer.chunks).decode()) for request, answer in answers]
    assert 60 == len(set(found)) == len(found)
    assert all(query == answer for query, answer in found)
    replayed = asyncio.run(tasks(new("none")))
    assert [f"task-{number}" for number in range(20)] == [each.text for each in replayed]


def test_a_stream_closed_early_is_replayed_to_that_point(new: New, origin: Origin) -> None:
    """The recording knows no more, and says so."""
    origin.on("/", [chunked_head(), chunk(b"one\n"), Pause(0.2), chunk(b"two\n"), LAST_CHUNK])
    stream = new().handle_sync_stream("GET", origin.url(), str)
    assert "one" == next(stream)
    stream.close()
    again = new().handle_sync_stream("GET", origin.url(), str)
    assert "one" == next(again)
    with pytest.raises(RecordingError, match="the response ends here in the cassette"):
        next(again)


def test_each_attempt_of_a_retry_is_an_exchange(origin: Origin, cassette: Path) -> None:
    """Whichever of the two is around the other."""
    origin.on("/", response(503), json_response(1))
    inside = RecordingBackend(RetryBackend(HttpxHTTPBackend(), backoff=0.01), cassette)
    assert 1 == get(inside, origin)
    inside.close()
    assert [503, 200] == [each.answer.status for each in files.read(cassette) if each.answer]
    outside = RetryBackend(RecordingBackend(FakeHTTPBackend(), cassette), backoff=0.01)
    assert 1 == get(outside, origin)


def test_one_cassette_at_a_time(cassette: Path) -> None:
    """One inside the other would be asked for nothing."""
    with pytest.raises(ConfigurationError, match="there is already one inside"):
        RecordingBackend(RetryBackend(RecordingBackend(FakeHTTPBackend(), cassette)), cassette)


def test_a_client_uses_the_wrapper(origin: Origin, cassette: Path) -> None:
    """With the base URL of the backend inside; closing the client closes neither."""
    for _ in range(2):
        backend = RecordingBackend(HttpxHTTPBackend(base_url=origin.url()), cassette)
        with APIClient(http_backend=backend) as api:
            assert 1 == api.request("GET", "/", result=int)
        backend.close()
    assert 1 == len(origin.requests)


def test_an_exchange_in_one_step_is_recorded(cassette: Path) -> None:
    """The recorder has the adapter take two, whose pieces it sees, in both modes."""

    class OneStepBackend(FakeHTTPBackend):
        def exchange_at_once(self, client: Any, request: Any) -> WholeResponse:
            return WholeResponse(200, (), "1.1", b"past the recorder", None)

        async def async_exchange_at_once(self, client: Any, request: Any) -> WholeResponse:
            return self.exchange_at_once(client, request)

    backend = RecordingBackend(OneStepBackend(default_content=1), cassette)
    assert 1 == backend.send_sync_request("GET", "/").json()
    assert 1 == asyncio.run(backend.send_async_request("GET", "/?again")).json()
    backend.close()
    assert 2 == len(list(files.read(cassette)))
