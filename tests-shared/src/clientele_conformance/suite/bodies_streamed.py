"""Request bodies that are read while they are sent: files and iterables."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clientele.http.errors import ConfigurationError, InvalidBody
from clientele_conformance.rules import rule
from clientele_conformance.servers import Answer, Close, Origin, ReadBody, RecordedRequest, Signal, response
from clientele_conformance.subject import Subject
from clientele_conformance.suite.base import Suite, only
from clientele_conformance.suite.request_bodies import BLOCK, ReceiveContent, WatchedFile
from clientele_conformance.suite.request_wire import about_body, refused

CONTENT = bytes(range(256)) * 4096 + b"and a bit"
"""One MiB and a bit: many blocks, the last of them a short one."""


class _Twice:
    """An iterable that is neither a sequence nor an iterator."""

    def __iter__(self) -> Iterator[bytes]:
        yield b"one"
        yield b"two"


class StreamedBodyRules(Suite):
    """BDY-5, and the files of BDY-4."""

    @rule("BDY-4")
    def test_a_file_is_read_in_blocks(self, subject: Subject, origin: Origin) -> None:
        """Of 64 KiB, framed by its length, with no content type."""
        file = WatchedFile(CONTENT)
        subject.send("POST", origin.url(), content=file)
        assert [("content-length", str(len(CONTENT)))] == about_body(origin.requests[0])
        assert CONTENT == origin.requests[0].raw_body
        assert {BLOCK} == set(file.sizes)

    @rule("BDY-4")
    def test_a_file_is_sent_while_it_is_read(self, subject: Subject, origin: Origin) -> None:
        """The server has the head of the request before the last block is read."""
        head_came = threading.Event()
        file = WatchedFile(CONTENT * 8, before_end=head_came)
        origin.on("/", [Signal(head_came), ReadBody(keep=False), response()], read_body=False)
        subject.send("POST", origin.url(), content=file)
        assert "the head came first" == file.told
        assert len(CONTENT) * 8 == origin.requests[0].body_size

    @rule("BDY-4")
    @pytest.mark.parametrize("start", [1, BLOCK, len(CONTENT) - 1, len(CONTENT)])
    def test_a_file_is_sent_from_its_position(self, start: int, subject: Subject, origin: Origin) -> None:
        """Data before the position is not part of the body, and isn't counted."""
        file = WatchedFile(CONTENT)
        file.seek(start)
        subject.send("POST", origin.url(), content=file)
        assert [str(len(CONTENT) - start)] == origin.requests[0].get_list("content-length")
        assert CONTENT[start:] == origin.requests[0].raw_body

    @rule("BDY-4", kind="bytes")
    @rule("BDY-4", kind="file")
    @rule("BDY-5", kind="iterable")
    @rule("BDY-5", kind="iterable of blocks")
    @rule("BDY-5", kind="iterable of its length")
    @pytest.mark.parametrize("kind", ["bytes", "file", "iterable", "iterable of blocks", "iterable of its length"])
    def test_a_body_of_whole_blocks(self, kind: str, subject: Subject, origin: Origin) -> None:
        """It ends at the end of a block, a byte before and a byte after; nothing of it is lost or sent twice."""
        for size in (multiple * BLOCK + more for multiple in (1, 2) for more in (-1, 0, 1)):
            body = CONTENT[:size]
            content: dict[str, Any] = {
                "bytes": body,
                "file": io.BytesIO(body),
                "iterable": iter([body]),
                "iterable of blocks": iter([body[:BLOCK], body[BLOCK:]]),
                "iterable of its length": iter([body]),
            }
            headers = {"Content-Length": str(size)} if kind.endswith("length") else {}
            subject.send("POST", origin.url(), content=content[kind], headers=headers)
            assert (size, True) == (len(origin.requests[-1].body), origin.requests[-1].complete)
            assert body == origin.requests[-1].body

    @rule("BDY-4")
    def test_a_file_that_cannot_seek_is_chunked(self, subject: Subject, origin: Origin) -> None:
        """Its length isn't known."""
        subject.send("POST", origin.url(), content=WatchedFile(CONTENT, seekable=False))
        assert [("transfer-encoding", "chunked")] == about_body(origin.requests[0])
        assert CONTENT == origin.requests[0].body

    @rule("BDY-4")
    def test_a_file_on_disk_is_sent(self, subject: Subject, origin: Origin, tmp_path: Path) -> None:
        """With no content type, whatever its name, and it stays open: it is the caller's."""
        path = tmp_path / "body.json"
        path.write_bytes(CONTENT)
        with path.open("rb") as file:
            subject.send("PUT", origin.url(), content=file)
            assert not file.closed
        assert [("content-length", str(len(CONTENT)))] == about_body(origin.requests[0])
        assert CONTENT == origin.requests[0].raw_body

    @rule("BDY-4")
    def test_a_file_in_text_mode_is_refused(self, subject: Subject, origin: Origin, tmp_path: Path) -> None:
        """It has characters, not bytes."""
        path = tmp_path / "body.txt"
        path.write_text("text", encoding="utf-8")
        with path.open(encoding="utf-8") as file, refused(origin, InvalidBody):
            subject.send("POST", origin.url(), content=file)

    @rule("BDY-5")
    @pytest.mark.parametrize(
        ("content", "body"),
        [
            (lambda: (piece for piece in (b"one", b"two")), b"onetwo"),
            (lambda: iter([b"one", b"two"]), b"onetwo"),
            (lambda: [b"one", b"two"], b"onetwo"),
            (lambda: (b"one", b"two"), b"onetwo"),
            (_Twice, b"onetwo"),
            (lambda: [b"one", b"", b"two", b""], b"onetwo"),
            (lambda: [bytearray(b"one"), memoryview(b"two")], b"onetwo"),
            (list, b""),
            (lambda: (b"%d," % number for number in range(1000)), b"".join(b"%d," % number for number in range(1000))),
            (lambda: [CONTENT, CONTENT], CONTENT * 2),
        ],
        ids=["generator", "iterator", "list", "tuple", "iterable", "empty pieces", "buffers", "nothing", "many", "big"],
    )
    def test_an_iterable_is_sent_in_chunks(
        self, content: Callable[[], Any], body: bytes, subject: Subject, origin: Origin
    ) -> None:
        """In asynchronous calls too; an empty piece doesn't end the body."""
        subject.send("POST", origin.url(), content=content())
        assert [("transfer-encoding", "chunked")] == about_body(origin.requests[0])
        assert (body, True) == (origin.requests[0].body, origin.requests[0].complete)

    @rule("BDY-5")
    @only("async")
    @pytest.mark.parametrize("pieces", [[b"one", b"two"], [b"", b"onetwo", b""], [b"o", b"n", b"e", b"two"]])
    def test_an_asynchronous_iterable_is_sent_in_chunks(
        self, pieces: list[bytes], subject: Subject, origin: Origin
    ) -> None:
        """As a synchronous one."""
        subject.send("POST", origin.url(), content=_asynchronous(pieces))
        assert [("transfer-encoding", "chunked")] == about_body(origin.requests[0])
        assert (b"onetwo", True) == (origin.requests[0].body, origin.requests[0].complete)

    @rule("BDY-5")
    @only("async")
    def test_an_asynchronous_iterable_has_its_length(self, subject: Subject, origin: Origin) -> None:
        """If the caller announces it."""
        headers = {"Content-Length": "6"}
        subject.send("POST", origin.url(), headers=headers, content=_asynchronous([b"one", b"two"]))
        assert [("content-length", "6")] == about_body(origin.requests[0])
        assert b"onetwo" == origin.requests[0].raw_body

    @rule("BDY-5")
    @only("sync")
    def test_a_synchronous_call_refuses_an_asynchronous_iterable(self, subject: Subject, origin: Origin) -> None:
        """There is no event loop to run it."""
        with refused(origin, (ConfigurationError, TypeError)):
            subject.send("POST", origin.url(), content=_asynchronous([b"one"]))

    @rule("BDY-5")
    def test_a_piece_is_sent_when_it_is_yielded(self, subject: Subject, origin: Origin) -> None:
        """The server has it before the next one is made."""
        seen = [threading.Event() for _ in range(3)]
        steps: list[Answer] = [[ReceiveContent(3), Signal(event)] for event in seen]
        end: list[Answer] = [ReceiveContent(0), response(headers=[("Connection", "close")]), Close()]
        origin.on("/", [*steps, *end], read_body=False)
        in_time: list[bool] = []
        pieces = _awaited(seen, in_time) if subject.mode == "async" else _waited(seen, in_time)
        assert 200 == subject.send("POST", origin.url(), content=pieces, timeout=10.0).status_code
        assert [True] * 3 == in_time

    @rule("BDY-5")
    @pytest.mark.parametrize("piece", ["two", 2, None, [b"two"]], ids=["str", "int", "None", "list"])
    def test_a_piece_that_is_not_bytes_is_refused(self, piece: Any, subject: Subject, origin: Origin) -> None:
        """The caller gets an error, and the server never gets a complete request."""
        assert [] == [request for request in _received(subject, origin, [b"one", piece]) if request.complete]

    @rule("BDY-5")
    @pytest.mark.parametrize("error", [KeyError, ValueError, OSError, TimeoutError])
    @pytest.mark.parametrize("before", [0, 2])
    def test_what_an_iterable_raises_reaches_the_caller(
        self, error: type[Exception], before: int, subject: Subject, origin: Origin
    ) -> None:
        """Unchanged, because the connection isn't at fault. The server never gets a complete request."""
        mine = error("mine")
        with pytest.raises(error) as caught:
            subject.send("POST", origin.url(), content=_failing(before, mine))
        assert mine is caught.value, f"expected what the iterable has raised; got {caught.value!r}"
        origin.wait_until_open(0)
        assert [] == [request for request in origin.requests if request.complete]

    @rule("BDY-5")
    @only("async")
    @pytest.mark.parametrize("error", [ValueError, OSError, TimeoutError])
    def test_what_an_asynchronous_iterable_raises_reaches_the_caller(
        self, error: type[Exception], subject: Subject, origin: Origin
    ) -> None:
        """As with a synchronous one."""
        mine = error("mine")
        with pytest.raises(error) as caught:
            subject.send("POST", origin.url(), content=_asynchronously_failing(mine))
        assert mine is caught.value, f"expected what the iterable has raised; got {caught.value!r}"


def _failing(before: int, error: Exception) -> Iterator[bytes]:
    for _ in range(before):
        yield b"abc"
    raise error


async def _asynchronously_failing(error: Exception) -> AsyncIterator[bytes]:
    yield b"abc"
    await asyncio.sleep(0)
    raise error


def _received(subject: Subject, origin: Origin, content: Any) -> list[RecordedRequest]:
    """What the server has of a request whose body is refused while it is sent."""
    with pytest.raises(InvalidBody):
        subject.send("POST", origin.url(), content=content)
    origin.wait_until_open(0)
    return origin.requests


def _waited(seen: list[threading.Event], in_time: list[bool]) -> Iterator[bytes]:
    for event in seen:
        yield b"abc"
        in_time.append(event.wait(5.0))


async def _awaited(seen: list[threading.Event], in_time: list[bool]) -> AsyncIterator[bytes]:
    for event in seen:
        yield b"abc"
        in_time.append(await asyncio.to_thread(event.wait, 5.0))


async def _asynchronous(pieces: list[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        await asyncio.sleep(0)
        yield piece
