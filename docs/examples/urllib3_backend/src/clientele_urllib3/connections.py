"""What urllib3 leaves to http.client, which takes for a response what is none; and which error is what."""

import contextlib
import http.client
import io
import re
import socket
import ssl
import threading
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, exceptions
from urllib3.connection import HTTPConnection, HTTPSConnection

from clientele.http import errors
from clientele.http.faults import FaultTable, causes

STATUS = re.compile(rb"HTTP/1\.[01] [1-9][0-9]{2}(?: .*)?")
INTERIM = re.compile(rb"HTTP/1\.[01] 1(?!01)[0-9]{2}(?: .*)?")
FIELD = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([^\0\r\n]*)")
FRAMING = (b"connection:", b"content-length:", b"transfer-encoding:")
CHUNK = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?\r?\n")
MOST = 128 * 1024

CALL = threading.local()
"""What this thread is at: the `deadline` of its call, and whether its connection `is_last` used for it."""


class StrictResponse(http.client.HTTPResponse):
    """A response whose head is complete, correct and final before http.client reads it."""

    def begin(self) -> None:
        while INTERIM.fullmatch((lines := self._head())[0]):
            pass
        fields = [FIELD.fullmatch(line) for line in lines[1:]]
        if not STATUS.fullmatch(lines[0]) or None in fields:
            raise http.client.BadStatusLine("this is no head of a response")
        self.pairs = tuple((f[1].decode(), f[2].strip().decode("latin-1")) for f in fields if f)
        # http.client refuses more than a hundred fields, and needs to know no more than where the body ends.
        known = [lines[0], *(line for line in lines[1:] if len(lines) <= 100 or line.lower().startswith(FRAMING))]
        rest, self.fp = self.fp, io.BytesIO(b"\r\n".join([*known, b"", b""]))  # type: ignore[assignment]
        try:
            super().begin()
        finally:
            self.fp = rest
        self.will_close = self.will_close or CALL.is_last  # http.client goes by what the server says.

    def _head(self) -> list[bytes]:
        head = b""
        while not head.endswith((b"\n\n", b"\n\r\n")):
            line = self.fp.readline(MOST - len(head))
            if not line:
                raise http.client.LineTooLong("head") if len(head) == MOST else http.client.IncompleteRead(head)
            head += line
        return re.sub(rb"\r?\n[ \t]+", b" ", head).replace(b"\r\n", b"\n").split(b"\n")[:-2]

    def _read_next_chunk_size(self) -> int:
        line = self.fp.readline(MOST)
        if size := CHUNK.fullmatch(line):
            return int(size[1], 16)
        raise http.client.LineTooLong("chunk size") if line.endswith(b"\n") else http.client.IncompleteRead(line)


class Connection(HTTPConnection):
    response_class = StrictResponse

    def connect(self) -> None:
        """The TLS handshake is a part of connecting."""
        try:
            super().connect()
        except OSError as error:
            slow, other = exceptions.ConnectTimeoutError(), exceptions.NewConnectionError(self, "no connection")
            raise (slow if isinstance(error, TimeoutError) else other) from error
        self.is_verified = True  # Or not, as the caller has decided: there is nothing to warn of.

    def request(self, method: str, url: str, body: Any = None, headers: Any = None, **options: Any) -> None:
        if CALL.deadline is not None:
            CALL.deadline.watch(self.cut)
        try:
            super().request(method, url, body, headers, **options)
        except ssl.SSLEOFError as error:
            raise BrokenPipeError from error  # After which urllib3 looks for an early answer.

    def cut(self) -> None:
        """Have a thread that waits for the server go on."""
        with contextlib.suppress(OSError, TypeError):  # There is no socket any more.
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


class TLSConnection(Connection, HTTPSConnection): ...


class Pool(HTTPConnectionPool):
    ConnectionCls = Connection


class TLSPool(HTTPSConnectionPool):
    ConnectionCls = TLSConnection


def received(fault: BaseException) -> type[errors.TransportError]:
    cut = (OSError, http.client.IncompleteRead, exceptions.IncompleteRead)
    return errors.ReadError if any(isinstance(cause, cut) for cause in causes(fault)) else errors.ProtocolError


FAULTS: FaultTable = (
    (exceptions.NewConnectionError, errors.ConnectError),
    (exceptions.ConnectTimeoutError, errors.ConnectTimeout),
    (exceptions.ReadTimeoutError, errors.ReadTimeout),
    (exceptions.HTTPError, received),
    (http.client.HTTPException, received),
    (OSError, errors.ReadError),
)
