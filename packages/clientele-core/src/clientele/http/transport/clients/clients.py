"""The lifecycle of native clients: one per process for synchronous calls, one per event loop for asynchronous ones.

Each proxy has its own client, because most libraries fix the proxy when a client is built.
"""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import AsyncGenerator, Awaitable, Callable
from functools import partial
from math import inf
from time import monotonic
from typing import Generic, TypeVar

from clientele.http.runtime.forks import OwnLock, forget_after_fork
from clientele.http.runtime.lazy import asyncio
from clientele.http.transport.clients.closing import Undisturbed
from clientele.http.transport.clients.loops import ByLoop

ClientT = TypeVar("ClientT")
T = TypeVar("T")


class SyncClient(Generic[ClientT]):
    """Builds a client at first use, only once even if threads race for it, and again after `close` or a fork.

    A client that is never closed is closed when its backend is garbage-collected, or at interpreter exit.
    """

    def __init__(self, build: Callable[[], ClientT], close: Callable[[ClientT], None]) -> None:
        self._build = build
        self._close = close
        self._own = OwnLock()
        self._loan: Loan[ClientT] | None = None
        self._finalizer: weakref.finalize[..., SyncClient[ClientT]] | None = None
        forget_after_fork(self)

    def get(self) -> ClientT:
        """The client of this process."""
        return self.lend(_nothing).client

    def lend(self, release: Callable[[], object]) -> Loan[ClientT]:
        """The loan of the client, the same for all calls; `release`, also the same, gives back the slot of a call."""
        loan = self._loan
        if loan is not None:
            return loan
        with self._own.lock:
            if self._loan is None:
                client = self._build()
                self._finalizer = weakref.finalize(self, self._close, client)
                self._loan = Loan(client, release)
            return self._loan

    def close(self) -> None:
        """Close the client, if there is one."""
        with self._own.lock:
            self._loan = None
            finalizer, self._finalizer = self._finalizer, None
        if finalizer is not None:
            finalizer()

    def forget(self) -> None:
        """After a fork: drop the client without closing it, because its connections are the parent's."""
        _inherited.append(self._loan)
        self._loan = None
        if self._finalizer is not None:
            self._finalizer.detach()
            self._finalizer = None


class ExclusiveClients(Generic[ClientT]):
    """One client for each concurrent call, for a library whose connections are not thread-safe.

    Args:
        build: builds a client.
        close: closes one.
        kept: the seconds after which a client that had no call is closed.
    """

    def __init__(self, build: Callable[[], ClientT], close: Callable[[ClientT], None], kept: float) -> None:
        self._build, self._close, self._kept = build, close, kept
        self._all: list[SyncClient[ClientT]] = []
        self._idle: list[tuple[float, SyncClient[ClientT]]] = []

    def take(self) -> SyncClient[ClientT]:
        """A client that no other call has."""
        with contextlib.suppress(IndexError):  # Other threads also take clients.
            while self._idle[0][0] + self._kept < monotonic():
                self._idle.pop(0)[1].close()
            return self._idle.pop()[1]
        client = SyncClient(self._build, self._close)
        self._all.append(client)
        return client

    def lend(self, release: Callable[[], object]) -> Loan[ClientT]:
        """A loan of a client that no other call has; `release` gives back the slot of the call."""
        return ExclusiveLoan(self, release)

    def give_back(self, client: SyncClient[ClientT]) -> None:
        """Make `client` available to other calls."""
        self._idle.append((monotonic(), client))

    def close(self) -> None:
        """Close all clients."""
        for client in self._all:
            client.close()


class AsyncClients(Generic[ClientT]):
    """One client for each event loop that makes calls, closed when its loop shuts down, or earlier.

    The client is held by an async generator that was started on the loop: `asyncio.run`, `asyncio.Runner` and
    pytest-asyncio end with `loop.shutdown_asyncgens`, which runs the generator's `finally`, which closes the client.
    """

    def __init__(self, build: Callable[[], ClientT], close: Callable[[ClientT], Awaitable[None]]) -> None:
        self._build = build
        self._close = close
        self._own = OwnLock()
        self._held = ByLoop[list[Held[ClientT]]]()
        forget_after_fork(self)

    def get(self) -> ClientT:
        """The client of the running loop."""
        return self.current().client

    def current(self, kept: float = inf) -> Held[ClientT]:
        """The client for new calls of the running loop. Needs no lock, because a loop runs one task at a time.

        Args:
            kept: the seconds after which a client that had no call is replaced.
        """
        loop = asyncio.get_running_loop()
        held = self._held.get(loop) or []
        if held and not held[-1].calls and held[-1].used_at + kept < loop.time():
            held[-1].retire()
        if not held or held[-1].is_over:
            held = [*(each for each in held if not each.closed), Held(self._build(), self._close)]
            with self._own.lock:
                self._held.put(loop, held)
        return held[-1]

    async def aclose(self) -> None:
        """Close the client of the running loop, and make other loops close theirs."""
        with self._own.lock:
            mine = self._held.pop(asyncio.get_running_loop()) or []
        self.hand_over()
        for held in mine:
            await held.close()

    def hand_over(self) -> None:
        """Make each loop close its own client, as soon as it runs."""
        with self._own.lock:
            others = self._held.drain()
        for loop, held in others.items():
            if not loop.is_closed():
                for each in held:
                    loop.call_soon_threadsafe(each.close)

    def forget(self) -> None:
        """After a fork: drop all clients without closing them, because their connections are the parent's."""
        _inherited.append(self._held)
        self._held = ByLoop()


def _nothing() -> None:
    pass


class Loan(Generic[ClientT]):
    """A client and a slot for one call; `release` returns the slot.

    Attributes:
        client: the native client.
        in_doubt: whether the call may leave data on its connection; until the end of its response is seen.
    """

    __slots__ = ("_release", "client", "in_doubt")

    def __init__(self, client: ClientT, release: Callable[[], object]) -> None:
        self.client = client
        self.in_doubt = True
        self._release = release

    def within(self, exchange: Awaitable[T]) -> Awaitable[T]:
        """`exchange`, which may change `in_doubt`."""
        return exchange

    def end(self) -> None:
        """The call is over."""
        self._release()


class ExclusiveLoan(Loan[ClientT]):
    """A loan of a client for one call at a time; it is closed if it is in doubt."""

    def __init__(self, clients: ExclusiveClients[ClientT], release: Callable[[], object]) -> None:
        self._clients = clients
        self._slot = clients.take()
        super().__init__(self._slot.get(), release)

    def end(self) -> None:
        """The call is over."""
        if self.in_doubt:
            self._slot.close()
        self._clients.give_back(self._slot)
        super().end()


class SharedLoan(Loan[ClientT]):
    """A loan of a client whose calls share connections.

    An abandoned stream uses up the window of its connection. If the call is in doubt at its end, new
    calls get a fresh client, and this one is closed when the last of its calls is over.
    """

    def __init__(self, held: Held[ClientT], release: Callable[[], object]) -> None:
        super().__init__(held.client, release)
        self._held = held
        held.calls += 1

    async def within(self, exchange: Awaitable[T]) -> T:
        """`exchange`: the library knows about faults of the connection, but not about cancelled calls."""
        try:
            return await exchange
        except Exception:
            self.in_doubt = False
            raise

    def end(self) -> None:
        """The call is over."""
        super().end()
        held = self._held
        held.calls -= 1
        held.used_at = asyncio.get_running_loop().time()
        if held.retired or self.in_doubt:
            held.retire()


class Held(Generic[ClientT]):
    """A client, and the generator on its loop that closes it.

    Attributes:
        client: the client.
        calls: the number of current calls.
        used_at: the end of the last call, by the clock of the loop.
        closed: whether it was closed.
        retired: whether it is closed after its last call.
    """

    def __init__(self, client: ClientT, close: Callable[[ClientT], Awaitable[None]]) -> None:
        self.client = client
        self.closed = self.retired = False
        self.calls = 0
        self.used_at = asyncio.get_running_loop().time()
        self._closing: asyncio.Future[None] | None = None
        self._guard = self._until_closed(close)
        # Run up to the yield. It doesn't await before, so it needs no loop, but the running loop registers it.
        with contextlib.suppress(StopIteration):
            self._guard.__anext__().send(None)

    @property
    def is_over(self) -> bool:
        """Whether no more calls may start on it."""
        return self.closed or self.retired

    async def _until_closed(self, close: Callable[[ClientT], Awaitable[None]]) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            self.closed = True
            await Undisturbed(partial(close, self.client))

    def retire(self) -> None:
        """Accept no more calls, and close the client after the last one."""
        self.retired = True
        if not self.calls:
            self.close()

    def close(self) -> asyncio.Future[None]:
        """Start closing the client, once; the returned task is done when it is closed."""
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._guard.aclose())
            _closing.add(self._closing)
            self._closing.add_done_callback(_closing.discard)
        return self._closing


_closing: set[asyncio.Future[None]] = set()
"""References to tasks, which a loop only holds weakly."""

_inherited: list[object] = []
"""The parent's clients after a fork: never used, and never garbage-collected, which could affect their sockets."""
