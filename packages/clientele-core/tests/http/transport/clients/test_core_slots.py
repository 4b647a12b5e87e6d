"""Slots: no more exchanges at once than the limit says, in threads and in tasks."""

from __future__ import annotations

import asyncio
import os
import sys
import threading

import pytest

from clientele.http.transport.clients.slots import NoSlot, Slots, TaskSlots


class TestThreads:
    def test_one_that_is_given_back_is_there_again(self) -> None:
        """TMO-1 and only then."""
        slots = Slots(1)
        give_back = slots.take(None)
        with pytest.raises(NoSlot, match="max_connections"):
            slots.take(0.01)
        give_back()
        slots.take(0.01)

    def test_a_waiting_thread_gets_it(self) -> None:
        """TMO-1 as soon as it is given back."""
        slots, got = Slots(1), threading.Event()
        give_back = slots.take(None)

        def wait() -> None:
            slots.take(20.0)
            got.set()

        thread = threading.Thread(target=wait)
        thread.start()
        give_back()
        assert got.wait(5.0)
        thread.join()

    def test_racing_threads_never_have_more(self) -> None:
        """CON-3 nor does one that waits in vain take a slot with it."""
        slots, lock, under_way, most = Slots(3), threading.Lock(), 0, 0

        def work() -> None:
            nonlocal under_way, most
            for _ in range(200):
                try:
                    give_back = slots.take(0.001)
                except NoSlot:
                    continue
                with lock:
                    under_way += 1
                    most = max(most, under_way)
                with lock:
                    under_way -= 1
                give_back()

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert 1 <= most <= 3
        for _ in range(3):
            slots.take(0.01)
        with pytest.raises(NoSlot):
            slots.take(0.01)

    def test_no_limit_is_none(self) -> None:
        """A client of the user's has a pool of its own."""
        slots = Slots(None)
        assert 1000 == len([slots.take(0.01) for _ in range(1000)])

    @pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
    def test_a_child_has_all_of_them(self) -> None:
        """LIF-6 those that were taken are the parent's."""
        if sys.platform == "win32":
            pytest.skip("Windows has no fork")
        slots = Slots(1)
        slots.take(None)
        child = os.fork()
        if child == 0:
            try:
                slots.take(0.01)
            except NoSlot:
                os._exit(1)
            os._exit(0)
        assert 0 == os.waitpid(child, 0)[1]
        with pytest.raises(NoSlot):
            slots.take(0.01)


class TestTasks:
    def test_each_loop_has_its_own(self) -> None:
        """LIF-2 what one loop has taken, another has not."""
        slots = TaskSlots(1)

        async def take_all() -> None:
            await slots.take(None)
            with pytest.raises(NoSlot, match="max_connections"):
                await slots.take(0.01)

        for _ in range(2):
            asyncio.run(take_all())

    def test_one_that_is_given_back_is_there_again(self) -> None:
        """TMO-1 first to those that have waited longest."""
        slots, order = TaskSlots(1), list[int]()

        async def work(number: int) -> None:
            give_back = await slots.take(20.0)
            order.append(number)
            await asyncio.sleep(0)
            give_back()

        async def main() -> None:
            await asyncio.gather(*map(work, range(5)))

        asyncio.run(main())
        assert [0, 1, 2, 3, 4] == order

    def test_a_waiter_that_is_cancelled_loses_none(self) -> None:
        """CON-2 the slot goes to the next."""
        slots = TaskSlots(1)

        async def main() -> None:
            give_back = await slots.take(None)
            waiting = [asyncio.create_task(slots.take(20.0)) for _ in range(2)]
            await asyncio.sleep(0)
            give_back()
            waiting[0].cancel()
            async with asyncio.timeout(20.0):
                await waiting[1]
            assert waiting[0].cancelled()
            with pytest.raises(NoSlot, match="max_connections"):
                await slots.take(0.01)

        asyncio.run(main())
