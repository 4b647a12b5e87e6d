"""`use_backend`: another backend for a block, restored whatever happens, and seen by nobody else."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from clientele.api import APIClient
from clientele.http import FakeHTTPBackend
from clientele.http.errors import ConfigurationError
from clientele.testing import use_backend


def fake(text: str, **options: Any) -> FakeHTTPBackend:
    return FakeHTTPBackend(default_content=text, **options)


def text(client: APIClient) -> str:
    return client.request("GET", "/").text


@pytest.fixture
def client() -> APIClient:
    return APIClient(base_url="https://api.example.com", http_backend=fake("own"))


def test_a_decorated_function_goes_through_the_other_backend(client: APIClient) -> None:
    """Whichever backend its client was given, and however it was declared before."""

    @client.get("/")
    def get(result: str) -> str:
        return result

    other = fake("other")
    with use_backend(other):
        assert get() == "other"
    assert get() == "own"
    assert other.requests[0]["url"] == "https://api.example.com/"


def test_streams_go_through_it_too(client: APIClient) -> None:
    """The backend is the one of the call."""
    from collections.abc import Iterator  # noqa: PLC0415 - the annotation below is read at run time

    @client.get("/", streaming_response=True)
    def lines(result: Iterator[str]) -> Iterator[str]:
        return result

    with use_backend(fake("a\nb")):
        assert ["a", "b"] == list(lines())
    assert ["own"] == list(lines())


def test_it_is_restored_after_an_error(client: APIClient) -> None:
    """A failed test leaves nothing behind."""
    with pytest.raises(ZeroDivisionError), use_backend(fake("other")):
        _ = 1 / 0
    assert text(client) == "own"


def test_use_backend_may_be_for_one_client(client: APIClient) -> None:
    """Also after that client was configured anew."""
    second = APIClient(base_url="https://api.example.com", http_backend=fake("second"))
    with use_backend(fake("other"), client=client):
        client.configure(http_backend=fake("own, anew"))
        assert ["other", "second"] == [text(client), text(second)]
    assert text(client) == "own, anew"


def test_the_innermost_block_counts(client: APIClient) -> None:
    """And one that is for another client is passed over."""
    second = APIClient(base_url="https://api.example.com", http_backend=fake("second"))
    with use_backend(fake("outer")):
        with use_backend(fake("inner")):
            assert text(client) == "inner"
        with use_backend(fake("inner"), client=second):
            assert ["outer", "inner"] == [text(client), text(second)]
        assert text(client) == "outer"


def test_tests_in_parallel_threads_have_their_own(client: APIClient) -> None:
    """All are within their blocks at the same time."""
    together = threading.Barrier(8)

    def run(number: int) -> list[str]:
        seen = [text(client)]
        with use_backend(fake(str(number)), client=client if number % 2 else None):
            together.wait(10)
            seen.extend(text(client) for _ in range(20))
            together.wait(10)
        return [*seen, text(client)]

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(run, range(8)))
    assert [["own", *[str(number)] * 20, "own"] for number in range(8)] == found


def test_a_thread_sees_it_in_a_copy_of_the_context_only(client: APIClient) -> None:
    """As with every context variable."""
    with use_backend(fake("other")), ThreadPoolExecutor(1) as threads:
        assert threads.submit(text, client).result() == "own"
        assert threads.submit(contextvars.copy_context().run, text, client).result() == "other"


def test_tasks_have_their_own(client: APIClient) -> None:
    """One started within a block is in it, until the block ends."""

    async def run(name: str) -> list[str]:
        async with use_backend(fake(name)):
            await asyncio.sleep(0)
            inner = await asyncio.create_task(client.arequest("GET", "/"))
            return [inner.text, await asyncio.to_thread(text, client)]

    async def main() -> list[list[str]]:
        return list(await asyncio.gather(run("a"), run("b")))

    assert [["a", "a"], ["b", "b"]] == asyncio.run(main())


def test_a_task_that_outlives_the_block_has_the_clients_own_again(client: APIClient) -> None:
    """It holds a copy of the context; the block is over all the same."""

    async def main() -> str:
        ended = asyncio.Event()

        async def later() -> str:
            await ended.wait()
            return (await client.arequest("GET", "/")).text

        with use_backend(fake("other")):
            task = asyncio.create_task(later())
            await asyncio.sleep(0)
        ended.set()
        return await task

    assert asyncio.run(main()) == "own"


def test_it_may_be_left_in_another_context_than_it_was_entered_in(client: APIClient) -> None:
    """As asynchronous fixtures are."""
    block = use_backend(fake("other"))
    context = contextvars.copy_context()
    context.run(block.__enter__)
    block.__exit__(None, None, None)
    assert (text(client), context.run(text, client)) == ("own", "own")


def test_the_end_of_a_block_is_right_though_another_has_ended_in_another_context(client: APIClient) -> None:
    """A block that is over is passed over, wherever it still stands."""
    outer = use_backend(fake("outer"))
    outer.__enter__()
    contextvars.copy_context().run(outer.__exit__, None, None, None)
    with use_backend(fake("inner")):
        assert text(client) == "inner"
    assert text(client) == "own"


def test_an_instance_is_not_closed_and_a_name_is_looked_up_at_the_first_call(client: APIClient) -> None:
    """What a block builds, it closes; an unknown name is an error of the call."""
    closed = []

    class Noting(FakeHTTPBackend):
        def close(self) -> None:
            closed.append(True)

    with use_backend(Noting()):
        text(client)
    assert closed == []
    with use_backend("no-such-backend"), pytest.raises(ConfigurationError, match="no such backend"):
        text(client)


def test_a_block_is_entered_once(client: APIClient) -> None:
    """Entering it again would lose what it was to restore."""
    block = use_backend(fake("other"))
    with block, pytest.raises(RuntimeError, match="already active"), block:
        pass
    assert text(client) == "own"
