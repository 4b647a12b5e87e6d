"""The `total` of a call includes the wait for its credentials, whoever fetches them."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest

from clientele.api import APIClient, Auth, OAuth2ClientCredentials
from clientele.api.credentials.refreshing import Refreshing
from clientele.api.credentials.time_left import TimeLeft
from clientele.api.hooks.awaiting import run
from clientele.api.hooks.request import Request
from clientele.http import FakeHTTPBackend, Timeout
from clientele.http.errors import DeadlineExceeded
from clientele.http.fake import Reply
from clientele.http.message.call import Call
from clientele.http.response import Response
from clientele.http.wrappers.flows import Flow
from clientele.http.wrappers.wrapper import Wrapper

BASE = "https://api.example.com"
TOKEN_URL = "https://login.example.com/token"
SHORT = Timeout(total=0.05)
WAITED = "the total limit of the call passed while it waited for credentials"


class Slow(Auth):
    """Credentials that come when the test allows it."""

    def __init__(self) -> None:
        self.is_asked = threading.Event()
        self.may_end = threading.Event()
        self.has_token = False

    @property
    def ready(self) -> bool:
        return self.has_token

    def apply(self, request: Request) -> None:
        request.headers["Authorization"] = "Bearer x"

    def refresh(self, response: Response | None) -> bool:
        self.is_asked.set()
        assert self.may_end.wait(20)
        self.has_token = True
        return True

    async def arefresh(self, response: Response | None) -> bool:
        return await asyncio.to_thread(self.refresh, response)


def test_a_thread_waits_for_another_ones_refresh_for_its_total_only() -> None:
    """TMO-2 the other one goes on."""
    auth = Slow()
    api = APIClient(base_url=BASE, http_backend=FakeHTTPBackend(), auth=auth)
    with ThreadPoolExecutor() as threads:
        first = threads.submit(api.request, "GET", "/x")
        assert auth.is_asked.wait(20)
        with pytest.raises(DeadlineExceeded, match=WAITED) as caught:
            api.request("GET", "/x", timeout=SHORT)
        auth.may_end.set()
        assert first.result(20).status_code == 200
    assert (caught.value.request_sent, caught.value.phase) == (False, "pool")


def test_a_task_that_refreshes_ends_with_its_total_and_another_one_takes_over() -> None:
    """TMO-2 whoever waits for the credentials is not let down."""
    auth = Slow()
    api = APIClient(base_url=BASE, http_backend=FakeHTTPBackend(), auth=auth)

    async def main() -> None:
        short = asyncio.create_task(api.arequest("GET", "/x", timeout=SHORT))
        await asyncio.to_thread(auth.is_asked.wait, 20)
        other = asyncio.create_task(api.arequest("GET", "/x"))
        with pytest.raises(DeadlineExceeded, match=WAITED):
            await short
        with pytest.raises(DeadlineExceeded, match=WAITED):
            await api.arequest("GET", "/x", timeout=SHORT)
        auth.may_end.set()
        assert (await other).status_code == 200

    asyncio.run(main())


class Seen(Wrapper):
    """Notes how much time each request has."""

    def __init__(self) -> None:
        fake = FakeHTTPBackend()
        fake.on("POST", TOKEN_URL).reply_with(lambda _: Reply(200, {"access_token": "a"}))
        super().__init__(fake)
        self.left: list[float | None] = []

    def flow(self, call: Call) -> Flow:
        self.left.append(call.left)
        return (yield call)


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_the_request_for_a_token_takes_from_the_time_of_the_call(mode: str) -> None:
    """TMO-2 both have to end by then; a call without a total sets none."""
    seen = Seen()
    for timeout in (Timeout(total=20.0), Timeout()):
        auth = OAuth2ClientCredentials(TOKEN_URL, "me", "planted")
        api = APIClient(base_url=BASE, http_backend=seen, auth=auth)
        if mode == "sync":
            api.request("GET", "/x", timeout=timeout)
        else:
            asyncio.run(api.arequest("GET", "/x", timeout=timeout))
    of_token, of_call, *unlimited = seen.left
    assert of_token is not None
    assert of_call is not None
    assert 20 >= of_token >= of_call
    assert unlimited == [None, None]


def test_a_refresh_that_ends_for_want_of_time_is_no_error_of_others() -> None:
    """One of those that wait tries again, with its own time."""
    refreshing, time = Refreshing(), TimeLeft(Timeout(total=0.001))
    ends = []

    async def refresh() -> bool:
        assert refreshing._underway is not None
        ends.append(refreshing._underway.done)
        while not time.is_over:
            sleep(0.001)  # noqa: ASYNC251 - there is no event loop
        raise DeadlineExceeded("late")

    with pytest.raises(DeadlineExceeded, match="late"):
        run(refreshing.once(0, refresh, time, is_async=False))
    assert [end.result(0) for end in ends] == [None]
