"""Forms with files: every byte between the boundaries."""

from __future__ import annotations

import io
import re
import threading
from pathlib import Path
from typing import Any

import pytest

from clientele.http.errors import ConfigurationError, InvalidBody
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, ReadBody, RecordedRequest, Signal, response
from clientele_conformance.subject import Subject
from clientele_conformance.suite.base import Suite
from clientele_conformance.suite.bodies_streamed import CONTENT
from clientele_conformance.suite.queries import BAD_VALUES, VALUES
from clientele_conformance.suite.request_bodies import BLOCK, WatchedFile
from clientele_conformance.suite.request_wire import about_body, refused, type_name

FILES: list[tuple[Any, bytes]] = [
    ({"f": ("a.txt", b"hi", "text/x-own")}, b'name="f"; filename="a.txt"\r\nContent-Type: text/x-own\r\n\r\nhi'),
    ({"f": ("a.txt", b"hi")}, b'name="f"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nhi'),
    ({"f": ("a.json", b"{}")}, b'name="f"; filename="a.json"\r\nContent-Type: application/json\r\n\r\n{}'),
    ({"f": ("A.PNG", b"")}, b'name="f"; filename="A.PNG"\r\nContent-Type: image/png\r\n\r\n'),
    ({"f": ("a.qqq", b"hi")}, b'name="f"; filename="a.qqq"\r\nContent-Type: application/octet-stream\r\n\r\nhi'),
    ({"f": ("a", b"hi")}, b'name="f"; filename="a"\r\nContent-Type: application/octet-stream\r\n\r\nhi'),
    ({"f": b"hi"}, b'name="f"; filename="f"\r\nContent-Type: application/octet-stream\r\n\r\nhi'),
    ({"f.txt": b"hi"}, b'name="f.txt"; filename="f.txt"\r\nContent-Type: text/plain\r\n\r\nhi'),
    (
        {"f": bytearray(b"\r\n--\x00")},
        b'name="f"; filename="f"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--\x00',
    ),
    (
        {"f": ("\u00e9 \u65e5.txt", b"hi")},
        b'name="f"; filename="\xc3\xa9 \xe6\x97\xa5.txt"\r\nContent-Type: text/plain\r\n\r\nhi',
    ),
    (
        {"f": ('a"b\r\nc.txt', b"hi")},
        b'name="f"; filename="a%22b%0D%0Ac.txt"\r\nContent-Type: text/plain\r\n\r\nhi',
    ),
    (
        {"f": ("a\\b%22;'c.txt", b"hi")},
        b'name="f"; filename="a\\b%22;\'c.txt"\r\nContent-Type: text/plain\r\n\r\nhi',
    ),
    (
        {'n"\u00e9\r\n': ("a.txt", b"hi")},
        b'name="n%22\xc3\xa9%0D%0A"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nhi',
    ),
]


class MultipartRules(Suite):
    """BDY-3."""

    @rule("BDY-3")
    @pytest.mark.parametrize(("files", "part"), FILES)
    def test_a_file_is_one_part(self, files: Any, part: bytes, subject: Subject, origin: Origin) -> None:
        """With a name, a file name and a type, escaped as browsers do."""
        subject.send("POST", origin.url(), files=files)
        assert [b"Content-Disposition: form-data; " + part] == _parts(origin.requests[0])

    @rule("BDY-3")
    def test_fields_come_before_files(self, subject: Subject, origin: Origin) -> None:
        """Each kind in the order in which it is given, names as often as they are given."""
        files = [("z", ("1.bin", b"1")), ("a", ("2.bin", b"2")), ("z", ("3.bin", b"3"))]
        subject.send("POST", origin.url(), files=files, data=[("y", 1), ("b", "\u00e9"), ("y", "2")])
        heads_and_contents = [part.partition(b"\r\n\r\n") for part in _parts(origin.requests[0])]
        names = [re.findall(rb'[; ]name="(.)"', head)[0] for head, _, _ in heads_and_contents]
        assert [b"y", b"b", b"y", b"z", b"a", b"z"] == names
        assert [b"1", b"\xc3\xa9", b"2", b"1", b"2", b"3"] == [content for _, _, content in heads_and_contents]

    @rule("BDY-3")
    @pytest.mark.parametrize(("value", "query"), VALUES)
    def test_a_field_is_written_as_in_a_query(self, value: Any, query: str, subject: Subject, origin: Origin) -> None:
        """The same text, but not escaped, with no type and no file name."""
        subject.send("POST", origin.url(), data={"p": value}, files={"f": b""})
        texts = [_unescaped(pair.partition("=")[2]) for pair in query.split("&") if pair]
        expected = [b'Content-Disposition: form-data; name="p"\r\n\r\n' + text for text in texts]
        assert expected == _parts(origin.requests[0])[:-1]

    @rule("BDY-3")
    def test_a_field_is_escaped_in_its_name_alone(self, subject: Subject, origin: Origin) -> None:
        """Its value is sent as it is."""
        subject.send("POST", origin.url(), data={'n"\r\n\u00e9': 'v"\r\n\u00e9'}, files={"f": b""})
        part = b'Content-Disposition: form-data; name="n%22%0D%0A\xc3\xa9"\r\n\r\nv"\r\n\xc3\xa9'
        assert part == _parts(origin.requests[0])[0]

    @rule("BDY-3")
    def test_nothing_else_is_sent(self, subject: Subject, origin: Origin) -> None:
        """The type with its boundary, and the length of it all."""
        subject.send("PUT", origin.url(), files={"f": b"hi"})
        request = origin.requests[0]
        content_type = f"multipart/form-data; boundary={_boundary(request)}"
        length = str(len(request.raw_body))
        assert [("content-length", length), ("content-type", content_type)] == about_body(request)

    @rule("BDY-3")
    def test_a_file_on_disk_gives_its_name(self, subject: Subject, origin: Origin, tmp_path: Path) -> None:
        """The last part of its path, and the type that belongs to it; it stays open."""
        path = tmp_path / "report.json"
        path.write_bytes(b'{"a":1}')
        with path.open("rb") as file:
            subject.send("POST", origin.url(), files={"f": file})
            assert not file.closed
        part = b'name="f"; filename="report.json"\r\nContent-Type: application/json\r\n\r\n{"a":1}'
        assert [b"Content-Disposition: form-data; " + part] == _parts(origin.requests[0])

    @rule("BDY-3")
    def test_a_file_in_memory_has_the_name_of_its_field(self, subject: Subject, origin: Origin) -> None:
        """It has none of its own; and it is sent from its position."""
        file = io.BytesIO(b"before, after")
        file.seek(8)
        subject.send("POST", origin.url(), files={"f.txt": file})
        part = b'name="f.txt"; filename="f.txt"\r\nContent-Type: text/plain\r\n\r\nafter'
        assert [b"Content-Disposition: form-data; " + part] == _parts(origin.requests[0])

    @rule("BDY-3")
    def test_a_big_file_is_read_in_blocks(self, subject: Subject, origin: Origin) -> None:
        """The length is known all the same."""
        files = [WatchedFile(CONTENT), WatchedFile(CONTENT[1:])]
        subject.send("POST", origin.url(), files=[("a", files[0]), ("b", ("b.bin", files[1], "a/b"))])
        request = origin.requests[0]
        assert [str(len(request.raw_body))] == request.get_list("content-length")
        assert [CONTENT, CONTENT[1:]] == [part.partition(b"\r\n\r\n")[2] for part in _parts(request)]
        assert {BLOCK} == {size for file in files for size in file.sizes}

    @rule("BDY-3")
    def test_a_big_file_is_sent_while_it_is_read(self, subject: Subject, origin: Origin) -> None:
        """The server has the head of the request before the last block is read."""
        head_came = threading.Event()
        file = WatchedFile(CONTENT * 8, before_end=head_came)
        origin.on("/", [Signal(head_came), ReadBody(keep=False), response()], read_body=False)
        subject.send("POST", origin.url(), files={"f": file})
        assert "the head came first" == file.told
        assert [str(origin.requests[0].body_size)] == origin.requests[0].get_list("content-length")

    @rule("BDY-3")
    def test_a_file_that_cannot_seek_makes_chunks(self, subject: Subject, origin: Origin) -> None:
        """The length isn't known."""
        subject.send("POST", origin.url(), files={"f": ("a.bin", WatchedFile(CONTENT, seekable=False), "a/b")})
        request = origin.requests[0]
        assert (["chunked"], []) == (request.get_list("transfer-encoding"), request.get_list("content-length"))
        assert [CONTENT] == [part.partition(b"\r\n\r\n")[2] for part in _parts(request)]

    @rule("BDY-3")
    def test_no_content_is_mistaken_for_a_boundary(self, subject: Subject, origin: Origin) -> None:
        """Not even that of the form before: each has a boundary of its own."""
        subject.send("POST", origin.url(), files={"f": b""})
        before = origin.requests[0].raw_body
        subject.send("POST", origin.url(), files={"f": before})
        assert [before] == [part.partition(b"\r\n\r\n")[2] for part in _parts(origin.requests[1])]

    @rule("BDY-3")
    @pytest.mark.parametrize("other", [{"json": {"a": 1}}, {"content": b"a"}], ids=["json", "content"])
    def test_files_go_with_fields_only(self, other: dict[str, Any], subject: Subject, origin: Origin) -> None:
        """Beside another body they are refused, by an error that names both."""
        with refused(origin, TypeError, match=rf"(?=.*\bfiles\b).*\b{next(iter(other))}\b"):
            subject.send("POST", origin.url(), files={"f": b"a"}, **other)

    @rule("BDY-3")
    @pytest.mark.parametrize(
        "file",
        [
            5,
            None,
            object(),
            {"a": 1},
            ("a.txt",),
            ("a.txt", b"", "a/b", "more"),
            (1, b""),
            ("a.txt", 5),
            ("a.txt", None),
            io.StringIO("text"),
        ],
        ids=type_name,
    )
    def test_what_is_no_file_is_refused(self, file: Any, subject: Subject, origin: Origin) -> None:
        """By an error that names the field."""
        with refused(origin, InvalidBody, match="telling-name"):
            subject.send("POST", origin.url(), files={"telling-name": file})

    @rule("BDY-3")
    @pytest.mark.parametrize("content_type", ["a/b\r\nX-Injected: 1", "a/b\n", "a/b\x00", "a/\u00e9"])
    def test_a_type_that_is_none_is_refused(self, content_type: str, subject: Subject, origin: Origin) -> None:
        """It would be another header of the part."""
        with refused(origin, ConfigurationError):
            subject.send("POST", origin.url(), files={"f": ("a.txt", b"", content_type)})

    @rule("BDY-3")
    @pytest.mark.parametrize("value", BAD_VALUES, ids=type_name)
    def test_any_other_value_of_a_field_is_refused(self, value: Any, subject: Subject, origin: Origin) -> None:
        """By an error that names the field."""
        with refused(origin, TypeError, match="telling-name"):
            subject.send("POST", origin.url(), data={"telling-name": value}, files={"f": b""})


def _boundary(request: RecordedRequest) -> str:
    """What the Content-Type announces (RFC 2046, section 5.1.1)."""
    content_type = request.header("content-type") or "no content-type"
    boundary = re.sub(r"^multipart/form-data; boundary=([0-9A-Za-z'()+_,./:=?-]{1,70})$", r"\1", content_type)
    assert f"multipart/form-data; boundary={boundary}" == content_type
    return boundary


def _parts(request: RecordedRequest) -> list[bytes]:
    """What stands between the boundaries, which are all there and have nothing before or behind them."""
    mark = f"--{_boundary(request)}".encode()
    start, end = mark + b"\r\n", b"\r\n" + mark + b"--\r\n"
    assert (start, end) == (request.body[: len(start)], request.body[-len(end) :])
    return request.body[len(start) : -len(end)].split(b"\r\n" + start)


def _unescaped(text: str) -> bytes:
    return re.sub(rb"%(..)", lambda match: bytes.fromhex(match[1].decode()), text.encode())
