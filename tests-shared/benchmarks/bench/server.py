"""The server of the calls over loopback, in a process of its own. It prints its port and ends with its input.

`/lines/N` is answered with N megabytes of lines, a body with the number of its bytes, any other path with a small JSON
object.
"""

from __future__ import annotations

import asyncio
import re
import sys
from asyncio import StreamReader, StreamWriter

from bench.bodies import MEGABYTE, USER

_HEAD = b"HTTP/1.1 200 OK\r\nDate: Sun, 01 Nov 2026 12:00:00 GMT\r\nServer: bench\r\n"
_SMALL = b"%bContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (_HEAD, len(USER), USER)
_STREAM = b"%bContent-Type: text/plain; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n" % _HEAD
_COUNT = b"%bContent-Type: application/json\r\nContent-Length: 12\r\n\r\n%%12d" % _HEAD
_CHUNK = 64 * 1024
_CHUNKS = [
    b"%x\r\n%b\r\n" % (len(piece), piece)
    for piece in (MEGABYTE[start : start + _CHUNK] for start in range(0, len(MEGABYTE), _CHUNK))
]


async def serve() -> None:
    """Answer until the input ends."""
    server = await asyncio.start_server(_answer, "127.0.0.1", 0, limit=1 << 20)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - it is what the controller waits for
    await asyncio.to_thread(sys.stdin.read)


async def _answer(reader: StreamReader, writer: StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            if length := re.search(rb"\r\ncontent-length: ([0-9]+)\r\n", head, re.IGNORECASE):
                writer.write(_COUNT % await _received(reader, int(length[1])))
            elif megabytes := re.match(rb"GET /lines/([0-9]+) ", head):
                await _stream(writer, int(megabytes[1]))
            else:
                writer.write(_SMALL)
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def _received(reader: StreamReader, length: int) -> int:
    count = 0
    while count < length and (piece := await reader.read(length - count)):
        count += len(piece)
    return count


async def _stream(writer: StreamWriter, megabytes: int) -> None:
    writer.write(_STREAM)
    for _ in range(megabytes):
        for chunk in _CHUNKS:
            writer.write(chunk)
            await writer.drain()
    writer.write(b"0\r\n\r\n")


if __name__ == "__main__":
    asyncio.run(serve())
