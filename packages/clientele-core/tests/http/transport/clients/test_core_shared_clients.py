"""A client whose calls share connections is replaced once a call has left it in doubt."""

from __future__ import annotations

import asyncio

import pytest

from clientele.http.transport.clients.clients import AsyncClients, Loan, SharedLoan
from clientele.http.transport.clients.native import AsyncNatives
from native_clients import Client, Factory, aclose


async def closed(client: Client) -> None:
    """Wait until `client` is."""
    while not client.closed_on:  # noqa: ASYNC110 - it is closed by a task of its own
        await asyncio.sleep(0)


class TestSharedClients:
    """A client whose calls share connections is replaced once a call has left it in doubt."""

    def test_a_call_that_ends_well_leaves_the_client_to_others(self) -> None:
        """As most do."""
        factory = Factory()
        natives = AsyncNatives[Client](None, 2, factory, aclose, shared=60.0)

        async def use() -> None:
            for _ in range(3):
                loan = await natives.lend(None, 1.0)
                loan.in_doubt = False
                loan.end()
            await natives.aclose()

        asyncio.run(use())
        assert 1 == len(factory.built)

    def test_a_client_without_calls_is_replaced_after_a_while(self) -> None:
        """Not while there is a call, however long it takes."""
        factory = Factory()
        natives = AsyncNatives[Client](None, 5, factory, aclose, shared=0.01)

        async def use() -> None:
            slow = await natives.lend(None, 1.0)
            slow.in_doubt = False
            await asyncio.sleep(0.05)
            quick = await natives.lend(None, 1.0)
            quick.in_doubt = False
            assert slow.client is quick.client
            quick.end()
            slow.end()
            await asyncio.sleep(0.05)
            fresh = await natives.lend(None, 1.0)
            assert fresh.client is not slow.client
            await closed(slow.client)
            fresh.end()
            await natives.aclose()

        asyncio.run(use())

    def test_a_client_in_doubt_is_closed_when_its_last_call_is_over(self) -> None:
        """New calls get another one meanwhile."""
        factory = Factory()
        natives = AsyncNatives[Client](None, 5, factory, aclose, shared=60.0)

        async def use() -> None:
            left, patient = [await natives.lend(None, 1.0) for _ in range(2)]
            assert left.client is patient.client
            left.end()
            fresh = await natives.lend(None, 1.0)
            assert fresh.client is not patient.client
            assert [] == patient.client.closed_on
            patient.in_doubt = False
            patient.end()
            await closed(patient.client)
            assert [] == fresh.client.closed_on
            await natives.aclose()

        asyncio.run(use())
        assert [1, 1] == [len(client.closed_on) for client in factory.built]

    def test_aclose_closes_those_too_whose_calls_go_on(self) -> None:
        """LIF-3 one is closed once, though its call ends later."""
        factory = Factory()
        natives = AsyncNatives[Client](None, 5, factory, aclose, shared=60.0)

        async def use() -> None:
            left, patient = [await natives.lend(None, 1.0) for _ in range(2)]
            left.end()
            (await natives.lend(None, 1.0)).end()
            await natives.aclose()
            assert [1, 1] == [len(client.closed_on) for client in factory.built]
            patient.end()

        asyncio.run(use())
        assert [1, 1] == [len(client.closed_on) for client in factory.built]

    @pytest.mark.parametrize(("fault", "in_doubt"), [(OSError, False), (asyncio.CancelledError, True)])
    def test_only_what_the_library_has_not_noticed_is_in_doubt(
        self, fault: type[BaseException], *, in_doubt: bool
    ) -> None:
        """It takes a broken connection out of use itself."""

        async def exchange() -> None:
            raise fault

        async def use() -> None:
            clients = AsyncClients(Factory(), aclose)
            loan = SharedLoan(clients.current(), lambda: None)
            with pytest.raises(fault):
                await loan.within(exchange())
            assert in_doubt == loan.in_doubt

        asyncio.run(use())

    def test_a_slot_is_given_back_when_no_client_could_be_built(self) -> None:
        """The next call may have it."""

        def fail() -> Client:
            raise OSError("no CAs")

        natives = AsyncNatives[Client](None, 1, fail, aclose)

        async def use() -> None:
            for _ in range(2):
                with pytest.raises(OSError, match="no CAs"):
                    await natives.lend(None, 0.1)

        asyncio.run(use())

    def test_clients_that_share_nothing_stay(self) -> None:
        """However their calls end."""

        async def use() -> None:
            natives = AsyncNatives[Client](None, 1, Factory(), aclose)
            loans = []
            for _ in range(2):
                loans.append(await natives.lend(None, 1.0))
                loans[-1].end()
            assert loans[0].client is loans[1].client
            assert Loan is type(loans[0])
            await natives.aclose()

        asyncio.run(use())
