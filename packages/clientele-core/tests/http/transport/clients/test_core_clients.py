"""The life of native clients, with plain objects in their place: threads, loops and processes."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from clientele.http.transport.clients.clients import AsyncClients, SyncClient
from native_clients import Client, Factory, aclose


def close(client: Client) -> None:
    client.closed_on.append(None)


class TestSyncClient:
    def test_it_is_built_at_first_use_and_once(self) -> None:
        """LIF-1 also when 50 threads race for it."""
        pause = threading.Event()
        factory = Factory(before=lambda: pause.wait(0.05))
        slot = SyncClient(factory, close)
        assert factory.built == []
        barrier = threading.Barrier(50)

        def get(_: int) -> Client:
            barrier.wait(10)
            return slot.get()

        with ThreadPoolExecutor(50) as pool:
            clients = set(pool.map(get, range(50)))
        assert set(factory.built) == clients
        assert len(factory.built) == 1

    def test_closing_is_idempotent_and_the_next_use_rebuilds(self) -> None:
        """LIF-3"""
        factory = Factory()
        slot = SyncClient(factory, close)
        first = slot.get()
        slot.close()
        slot.close()
        assert first.closed_on == [None]
        assert first is not slot.get()
        slot.close()

    def test_a_forgotten_slot_closes_its_client(self) -> None:
        """LIF-5 no socket is left to warn about."""
        factory = Factory()
        slot = SyncClient(factory, close)
        client = slot.get()
        del slot
        gc.collect()
        assert client.closed_on == [None]

    @pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
    def test_a_forked_child_builds_its_own_and_leaves_the_parents_open(self) -> None:
        """LIF-6 the connections of the parent are no business of the child."""
        if sys.platform == "win32":
            pytest.skip("Windows has no fork")
        factory = Factory()
        slot = SyncClient(factory, close)
        parents = slot.get()
        child = os.fork()
        if child == 0:  # pragma: no cover - coverage doesn't follow a child that exits at once
            mine = slot.get()
            slot.close()
            os._exit(0 if mine is not parents and not parents.closed_on and mine.closed_on else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert parents is slot.get()
        slot.close()


class TestAsyncClients:
    def test_each_loop_has_its_own_and_closes_it_when_it_shuts_down(self) -> None:
        """LIF-2, LIF-5 three times `asyncio.run`, one backend."""
        factory = Factory()
        clients = AsyncClients(factory, aclose)

        async def use() -> tuple[Client, asyncio.AbstractEventLoop]:
            assert clients.get() is clients.get()
            return clients.get(), asyncio.get_running_loop()

        for _ in range(3):
            client, loop = asyncio.run(use())
            assert [loop] == client.closed_on
        assert len(factory.built) == 3

    def test_aclose_closes_this_loops_client_before_it_returns(self) -> None:
        """LIF-3 twice is once, and the next use builds anew."""
        clients = AsyncClients(Factory(), aclose)

        async def use() -> None:
            first = clients.get()
            await clients.aclose()
            await clients.aclose()
            assert [asyncio.get_running_loop()] == first.closed_on
            assert first is not clients.get()

        asyncio.run(use())

    @pytest.mark.parametrize("by", ["aclose", "hand_over"])
    def test_clients_of_other_live_loops_are_closed_on_their_loops(self, by: str) -> None:
        """LIF-3 a client belongs to its loop, whoever asks for the closing."""
        clients = AsyncClients(Factory(), aclose)
        ready, done = threading.Event(), threading.Event()
        seen: list[tuple[Client, asyncio.AbstractEventLoop]] = []

        async def other() -> None:
            seen.append((clients.get(), asyncio.get_running_loop()))
            ready.set()
            for _ in range(1000):
                if seen[0][0].closed_on:
                    break
                await asyncio.sleep(0.01)
            done.set()

        thread = threading.Thread(target=asyncio.run, args=(other(),))
        thread.start()
        assert ready.wait(10)
        if by == "aclose":
            asyncio.run(clients.aclose())
        else:
            clients.hand_over()
        assert done.wait(20)
        thread.join(10)
        client, loop = seen[0]
        assert [loop] == client.closed_on

    def test_a_client_of_a_loop_that_is_gone_is_let_go(self) -> None:
        """A loop that was closed without `shutdown_asyncgens` can't close anything; nobody else may."""
        clients = AsyncClients(Factory(), aclose)

        async def use() -> Client:
            return clients.get()

        loop = asyncio.new_event_loop()
        client = loop.run_until_complete(use())
        loop.close()
        asyncio.run(clients.aclose())
        assert client.closed_on == []

    def test_runner_keeps_one_client_over_its_runs(self) -> None:
        """LIF-5 `asyncio.Runner` is one loop, however often it runs."""
        factory = Factory()
        clients = AsyncClients(factory, aclose)

        async def use() -> Client:
            return clients.get()

        with asyncio.Runner() as runner:
            assert runner.run(use()) is runner.run(use())
            assert factory.built[0].closed_on == []
        assert len(factory.built[0].closed_on) == 1

    def test_no_loop_is_found_outside_of_one(self) -> None:
        """The error is asyncio's own."""
        with pytest.raises(RuntimeError, match="no running event loop"):
            AsyncClients(Factory(), aclose).get()
