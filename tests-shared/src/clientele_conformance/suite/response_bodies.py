"""The body of a response: its content codings, and its size."""

from __future__ import annotations

import gzip
import os
import threading
import zlib
from collections.abc import Callable
from functools import cache

import pytest

from clientele.http.errors import ContentDecodingError, ResponseTooLarge
from clientele_conformance.rules import rule
from clientele_conformance.servers import (
    LAST_CHUNK,
    Answer,
    Close,
    Origin,
    Pause,
    WaitFor,
    chunk,
    chunked_head,
    chunked_response,
    head,
    response,
)
from clientele_conformance.subject import Subject
from clientele_conformance.suite.base import NewSubject, Suite

TEXT = b"one and two and three and one and two and three\n" * 40
LONG = os.urandom(40_000)
MIB = 1 << 20


def raw_deflate(data: bytes) -> bytes:
    """RFC 1951 without the frame of RFC 1950, as some servers send it."""
    return zlib.compress(data, wbits=-15)


GZIP = gzip.compress(TEXT)
ZLIB = zlib.compress(TEXT)
RAW = raw_deflate(TEXT)

CODED: dict[str, tuple[str, bytes]] = {
    "gzip": ("gzip", GZIP),
    "upper case": ("GZIP", GZIP),
    "x-gzip": ("x-gzip", GZIP),
    "deflate": ("deflate", ZLIB),
    "bare deflate": ("deflate", RAW),
    "identity": ("identity", TEXT),
    "twice": ("gzip, gzip", gzip.compress(GZIP)),
    "stacked": ("deflate,gzip", gzip.compress(ZLIB)),
    "members": ("gzip", gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:200]) + gzip.compress(TEXT[200:])),
    "empty member": ("gzip", gzip.compress(b"") + GZIP),
    "padded gzip": ("gzip", GZIP + b"\0" * 100),
    "padded members": ("gzip", gzip.compress(TEXT[:100]) + b"\0" * 8 + gzip.compress(TEXT[100:])),
    "padded deflate": ("deflate", ZLIB + b"\0" * 100),
}

BROKEN: dict[str, tuple[str, bytes]] = {
    "cut gzip": ("gzip", GZIP[:-30]),
    "gzip cut in its head": ("gzip", GZIP[:5]),
    "gzip cut in its check": ("gzip", GZIP[:-1]),
    "cut second member": ("gzip", GZIP + GZIP[:-10]),
    "cut deflate": ("deflate", ZLIB[:-5]),
    "cut bare deflate": ("deflate", RAW[:-5]),
    "cut inside": ("gzip, gzip", gzip.compress(GZIP[:-10])),
    "wrong check": ("gzip", GZIP[:-8] + bytes(4) + GZIP[-4:]),
    "corrupt gzip": ("gzip", GZIP[:20] + bytes([GZIP[20] ^ 0xFF, GZIP[21] ^ 0xFF]) + GZIP[22:]),
    "corrupt deflate": ("deflate", ZLIB[:10] + b"\xff\xff\xff" + ZLIB[13:]),
    "no gzip": ("gzip", TEXT),
    "no deflate": ("deflate", TEXT),
    "garbage behind": ("gzip", GZIP + b"garbage"),
    "garbage behind deflate": ("deflate", ZLIB + b"garbage"),
    "garbage behind bare deflate": ("deflate", RAW + b"garbage"),
    "unknown": ("secret", TEXT),
    "not asked for": ("br", b"\x0b\x02\x80one\n\x03"),
    "zstd": ("zstd", b"\x28\xb5\x2f\xfd\x04\x00\x19\x00\x00one"),
    "unknown below": ("secret, gzip", GZIP),
}


WHOLE = {"gzip": ("gzip", GZIP), "deflate": ("deflate", ZLIB), "bare deflate": ("deflate", RAW)}


def framed(coded: bytes, framing: str, fields: list[tuple[str, str]]) -> Answer:
    """A response with a body that is delimited as `framing` says."""
    if framing == "chunked":
        return chunked_response(*(coded[start : start + 7] for start in range(0, len(coded), 7)), headers=fields)
    if framing == "close":
        return [head(200, [*fields, ("Connection", "close")]) + coded, Close()]
    return response(200, fields, coded)


@cache
def zeros(size: int) -> bytes:
    """So many NULs, about a thousand times smaller."""
    return gzip.compress(bytes(size), 6)


@cache
def swallowed(unit: bytes) -> bytes:
    """66 MiB of a gzip body, coded once more, that an inner decoder takes without putting out anything."""
    packer = zlib.compressobj(wbits=31)
    blocks = (packer.compress(block) for block in [GZIP, *[unit * (MIB // len(unit))] * 66])
    return b"".join([*blocks, packer.flush()])


@cache
def mixed(size: int) -> bytes:
    """So many bytes, about a hundred times smaller."""
    block = os.urandom(600) + bytes(65_000)
    return gzip.compress((block * (size // len(block) + 1))[:size], 1)


class ResponseBodyRules(Suite):
    """RSP-2 and RSP-10."""

    @rule("RSP-2")
    @pytest.mark.parametrize(("coding", "coded"), CODED.values(), ids=CODED)
    def test_codings_are_undone(self, coding: str, coded: bytes, subject: Subject, origin: Origin) -> None:
        """The headers go on describing what was sent."""
        origin.on("/", response(200, [("Content-Encoding", coding)], coded))
        answer = subject.send("GET", origin.url("/"))
        assert TEXT == answer.content
        assert (coding, str(len(coded))) == (answer.headers["content-encoding"], answer.headers["content-length"])

    @rule("RSP-2")
    @pytest.mark.parametrize("framing", ["chunked", "close"])
    @pytest.mark.parametrize("name", ["gzip", "bare deflate", "stacked", "padded members"])
    def test_the_framing_makes_no_difference(self, name: str, framing: str, subject: Subject, origin: Origin) -> None:
        """Nor where the pieces end."""
        coding, coded = CODED[name]
        origin.on("/", framed(coded, framing, [("Content-Encoding", coding)]))
        assert TEXT == subject.send("GET", origin.url("/")).content

    @rule("RSP-2")
    def test_codings_in_fields_of_their_own(self, subject: Subject, origin: Origin) -> None:
        """They are one list, the last of it the outermost."""
        fields = [("Content-Encoding", "deflate"), ("Content-Encoding", "gzip")]
        origin.on("/", response(200, fields, gzip.compress(ZLIB)))
        assert TEXT == subject.send("GET", origin.url("/")).content

    @rule("RSP-2")
    @pytest.mark.parametrize("framing", ["length", "chunked", "close"])
    def test_an_empty_body_is_empty(self, framing: str, subject: Subject, origin: Origin) -> None:
        """Servers set the field without looking whether there is a body."""
        for coding in ("gzip", "deflate", "gzip, gzip"):
            origin.on("/", framed(b"", framing, [("Content-Encoding", coding)]))
            assert b"" == subject.send("GET", origin.url("/")).content

    @rule("RSP-2")
    @pytest.mark.parametrize(("coding", "coded"), BROKEN.values(), ids=BROKEN)
    def test_what_can_not_be_undone_is_an_error(
        self, coding: str, coded: bytes, subject: Subject, origin: Origin
    ) -> None:
        """A part, or the coded bytes, would pass for the whole body. The next request is as good as ever."""
        origin.on("/", response(200, [("Content-Encoding", coding)], coded))
        origin.on("/next", response(body=b"ok"))
        with pytest.raises(ContentDecodingError):
            subject.send("GET", origin.url("/"))
        assert b"ok" == subject.send("GET", origin.url("/next")).content

    @rule("RSP-2")
    @pytest.mark.parametrize(("coding", "coded"), WHOLE.values(), ids=WHOLE)
    def test_garbage_that_comes_later_is_an_error_too(
        self, coding: str, coded: bytes, subject: Subject, origin: Origin
    ) -> None:
        """The coded body is complete by then, in a piece of its own."""
        begun: list[Answer] = [chunked_head(headers=[("Content-Encoding", coding)]), chunk(coded), Pause(0.05)]
        origin.on("/", [*begun, chunk(b"garbage"), LAST_CHUNK])
        with pytest.raises(ContentDecodingError):
            subject.send("GET", origin.url("/"))

    @rule("RSP-2")
    @pytest.mark.parametrize("coded", [GZIP, GZIP[:-9], b"no gzip at all"], ids=["whole", "cut", "none"])
    @pytest.mark.parametrize("configured", [True, False])
    def test_decoding_can_be_left_out(
        self, coded: bytes, *, configured: bool, new_subject: NewSubject, origin: Origin
    ) -> None:
        """In a backend, or in a call: the bytes are those that came."""
        origin.on("/", response(200, [("Content-Encoding", "gzip")], coded))
        subject = new_subject(decode_content=False) if configured else new_subject()
        options = {} if configured else {"decode_content": False}
        assert coded == subject.send("GET", origin.url("/"), **options).content

    @rule("RSP-2")
    def test_a_bomb_is_refused(self, subject: Subject, origin: Origin) -> None:
        """Past 64 MiB a body may not be more than 200 times what was sent."""
        origin.on("/", response(200, [("Content-Encoding", "gzip")], zeros(66 * MIB)))
        with pytest.raises(ResponseTooLarge):
            subject.send("GET", origin.url("/"))

    @rule("RSP-2")
    @pytest.mark.parametrize("unit", [b"\0", gzip.compress(b"")], ids=["much padding", "empty members"])
    def test_what_an_inner_coding_swallows_counts(self, unit: bytes, subject: Subject, origin: Origin) -> None:
        """A bomb needs no output of its own. The next request is as good as ever."""
        origin.on("/", response(200, [("Content-Encoding", "gzip, gzip")], swallowed(unit)))
        origin.on("/next", response(body=b"ok"))
        with pytest.raises((ContentDecodingError, ResponseTooLarge)):
            subject.send("GET", origin.url("/"), max_response_bytes=None)
        assert b"ok" == subject.send("GET", origin.url("/next")).content

    @rule("RSP-2")
    @pytest.mark.parametrize("coding", ["aws-chunked", "utf-8", "none"])
    def test_what_is_unknown_is_named(self, coding: str, subject: Subject, origin: Origin) -> None:
        """Storage services send such values, and callers who know better can have the body as it came."""
        origin.on("/", response(200, [("Content-Encoding", coding)], TEXT))
        with pytest.raises(ContentDecodingError) as caught:
            subject.send("GET", origin.url("/"))
        assert f"'{coding}'" in caught.value.reason
        assert "decode_content=False" in caught.value.reason
        assert TEXT == subject.send("GET", origin.url("/"), decode_content=False).content

    @rule("RSP-2")
    @pytest.mark.parametrize(("size", "coded"), [(8 * MIB, zeros), (65 * MIB, mixed)], ids=["small", "dense"])
    def test_what_is_no_bomb_is_decoded(
        self, size: int, coded: Callable[[int], bytes], subject: Subject, origin: Origin
    ) -> None:
        """A small body of any ratio, and a large one whose ratio is plain."""
        origin.on("/", response(200, [("Content-Encoding", "gzip")], coded(size)))
        assert size == len(subject.send("GET", origin.url("/")).content)

    @rule("RSP-10")
    @pytest.mark.parametrize("coding", ["identity", "gzip"])
    @pytest.mark.parametrize("configured", [True, False])
    def test_a_body_has_a_limit(
        self, coding: str, *, configured: bool, new_subject: NewSubject, origin: Origin
    ) -> None:
        """In a backend, or in a call; it is about the bytes that come out."""
        body = gzip.compress(LONG) if coding == "gzip" else LONG
        origin.on("/", response(200, [("Content-Encoding", coding)], body))

        def send(limit: int | None) -> bytes:
            subject = new_subject(max_response_bytes=limit) if configured else new_subject(max_response_bytes=1)
            options = {} if configured else {"max_response_bytes": limit}
            return subject.send("GET", origin.url("/"), **options).content

        assert LONG == send(len(LONG)) == send(None)
        with pytest.raises(ResponseTooLarge):
            send(len(LONG) - 1)

    @rule("RSP-10")
    def test_no_byte_counts_that_was_only_sent(self, new_subject: NewSubject, origin: Origin) -> None:
        """A coded body that is longer than what it stands for is as long as that."""
        coded = gzip.compress(b"ok")
        origin.on("/", response(200, [("Content-Encoding", "gzip")], coded))
        assert len(coded) > 2
        assert b"ok" == new_subject(max_response_bytes=2).send("GET", origin.url("/")).content

    @rule("RSP-10")
    @pytest.mark.parametrize("streamed", [False, True])
    def test_nothing_is_read_past_the_limit(self, *, streamed: bool, new_subject: NewSubject, origin: Origin) -> None:
        """The server goes on only after the error has been raised, and finds the connection closed."""
        refused = threading.Event()
        origin.on("/", [chunked_head(), chunk(b"a" * 11), WaitFor(refused), chunk(b"b" * 11)])
        subject = new_subject(max_response_bytes=10, timeout=5.0)
        if streamed:
            with subject.stream("GET", origin.url("/")) as items, pytest.raises(ResponseTooLarge):
                list(items)
        else:
            with pytest.raises(ResponseTooLarge):
                subject.send("GET", origin.url("/"))
        origin.wait_until_open(0)
        refused.set()
