"""A tour of the SDK in both modes: `tests` checks what came of it, and `__main__` prints it."""

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from clientele.api import HTTPStatusError
from clientele.http import Capability

from . import Bookshop, NewOrder, NoSuchBook
from .server import CLIENT_ID, CLIENT_SECRET, LocalBookshop


@dataclass
class Seen:
    """What a caller of the SDK got."""

    books: list[str]
    at_once: set[str]
    was_cached: bool
    order: int
    states: Sequence[str]
    seconds_of_three_searches: float
    refused: str
    missing: str


@dataclass(frozen=True)
class Visit:
    """A tour, and what the bookshop and the tracer know of it."""

    seen: Seen
    cover: bytes
    server: LocalBookshop
    spans: tuple[ReadableSpan, ...]


def visit(backend: str, mode: Capability) -> Visit:
    """One tour, over a backend and in a mode of it."""
    exporter, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with LocalBookshop() as server, TemporaryDirectory() as folder:
        cover = Path(folder, "cover.png")
        shop = Bookshop(CLIENT_ID, CLIENT_SECRET, backend=backend, base_url=server.base_url, tracer_provider=provider)
        seen = tour(shop, cover) if mode is Capability.SYNC else asyncio.run(atour(shop, cover))
        return Visit(seen, cover.read_bytes(), server, exporter.get_finished_spans())


def tour(shop: Bookshop, cover: Path) -> Seen:
    with shop, ThreadPoolExecutor(4) as threads:
        at_once = {book.title for book in threads.map(shop.book, ["1"] * 4)}
        was_cached = shop.book.with_response("1").response.from_cache
        books = [book.title for book in shop.books()]
        order = shop.order(NewOrder(isbn="2")).number
        with shop.track(order) as events:
            states = [event.state for event in events]
        shop.set_cover("2", b"\x89PNG")
        shop.cover("2").download(cover)
        began = monotonic()
        for words in ("emma", "middle", "per"):
            shop.search(words)
        seconds = monotonic() - began
        with caught() as refused:
            shop.order(NewOrder(isbn="2", copies=99))
        with caught() as missing:
            shop.book("9")
    return Seen(books, at_once, was_cached, order, states, seconds, *refused, *missing)


async def atour(shop: Bookshop, cover: Path) -> Seen:
    async with shop:
        at_once = {book.title for book in await asyncio.gather(*(shop.book.aio("1") for _ in range(4)))}
        was_cached = (await shop.book.with_response.aio("1")).response.from_cache
        books = [book.title async for book in await shop.books.aio()]
        order = (await shop.order.aio(NewOrder(isbn="2"))).number
        async with await shop.track.aio(order) as events:
            states = [event.state async for event in events]
        await shop.set_cover.aio("2", b"\x89PNG")
        await (await shop.cover.aio("2")).adownload(cover)
        began = monotonic()
        for words in ("emma", "middle", "per"):
            await shop.search.aio(words)
        seconds = monotonic() - began
        with caught() as refused:
            await shop.order.aio(NewOrder(isbn="2", copies=99))
        with caught() as missing:
            await shop.book.aio("9")
    return Seen(books, at_once, was_cached, order, states, seconds, *refused, *missing)


@contextmanager
def caught() -> Iterator[list[str]]:
    """The message of the error that the block ends with."""
    messages: list[str] = []
    try:
        yield messages
    except (HTTPStatusError, NoSuchBook) as error:
        messages.append(str(error.problem if isinstance(error, HTTPStatusError) else error))
