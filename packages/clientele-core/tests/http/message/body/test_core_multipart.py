"""Forms with files, read back by the standard library's email parser."""

from __future__ import annotations

import io
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from typing import IO, Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientele.http.errors import InvalidBody
from clientele.http.message.body.bodies import build_body
from clientele.http.message.body.multipart import Multipart, build_multipart

BLOCK = 64 * 1024

quick = settings(max_examples=200)

AS_BROWSERS_DO = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})
"""https://html.spec.whatwg.org/#multipart-form-data"""


def parts_of(form: Multipart) -> list[tuple[dict[str, str], bytes]]:
    """The headers and the content of each part, and a check that the form is nothing but its parts."""
    length, body = form.length, b"".join(form)
    message = BytesParser().parsebytes(f"Content-Type: {form.content_type}\r\n\r\n".encode() + body)
    assert (message.defects, message.preamble, message.epilogue) == ([], None, "")
    assert length == len(body)
    parts = cast(list[Message], message.get_payload())
    return [(headers_of(part), cast(bytes, part.get_payload(decode=True))) for part in parts]


def headers_of(part: Message) -> dict[str, str]:
    return {name: value.encode("ascii", "surrogateescape").decode() for name, value in part.raw_items()}


def field(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'form-data; name="{name.translate(AS_BROWSERS_DO)}"'}


def file(name: str, filename: str, content_type: str = "application/octet-stream") -> dict[str, str]:
    disposition = f'form-data; name="{name.translate(AS_BROWSERS_DO)}"; filename="{filename.translate(AS_BROWSERS_DO)}"'
    return {"Content-Disposition": disposition, "Content-Type": content_type}


class Pipe:
    """A file that can't seek; it keeps the sizes that are asked of it."""

    def __init__(self, content: bytes) -> None:
        self._file = io.BytesIO(content)
        self.sizes: list[int] = []

    def read(self, size: int) -> bytes:
        self.sizes.append(size)
        return self._file.read(size)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ODD = st.sampled_from(
    ['"', "\r\n", "\n", "\r", "\\", '";x="', "%22", "; filename=x", "é😀", "\0", "\x85", "=?utf-8?q?a?="]
)
NAMES = st.one_of(TEXT, st.lists(ODD, max_size=3).map("".join))
CONTENTS = st.one_of(
    st.binary(max_size=40),
    st.lists(st.sampled_from([b"\r\n", b"\n", b"\r", b"--", b"-", b"\0", b"a: b", b" "]), max_size=6).map(b"".join),
)
TYPES = st.sampled_from(["application/octet-stream", "text/plain; charset=utf-8", "image/png", "x/y"])


@quick
@given(
    st.lists(st.tuples(NAMES, TEXT), max_size=3),
    st.lists(st.tuples(NAMES, NAMES, CONTENTS, TYPES, st.booleans()), min_size=1, max_size=3),
)
def test_a_form_survives_the_round_trip(
    fields: list[tuple[str, str]], files: list[tuple[str, str, bytes, str, bool]]
) -> None:
    """BDY-3 any names, file names and contents are those parts again, fields first, and as long as announced."""
    given_files: list[Any] = [
        (name, (filename, io.BytesIO(content) if opened else content, kind))
        for name, filename, content, kind, opened in files
    ]
    expected = [(field(name), value.encode()) for name, value in fields]
    expected += [(file(name, filename, kind), content) for name, filename, content, kind, _ in files]
    form = build_multipart(fields, given_files)
    assert expected == parts_of(form)


@quick
@given(st.lists(CONTENTS, min_size=1, max_size=4))
def test_the_boundary_is_in_no_content(contents: list[bytes]) -> None:
    """BDY-3 it stands once before each part and once at the end, even where a content is a form itself."""
    form = build_multipart(None, [("f", content) for content in contents])
    body = b"".join(form)
    assert len(contents) + 1 == body.count(form.boundary.encode())
    assert [(file("f", "f"), body)] == parts_of(build_multipart(None, {"f": body}))


def test_a_boundary_is_unpredictable() -> None:
    """BDY-3 no content can be written to hold it: it is long, random, and needs no quotes."""
    boundaries = {build_multipart(None, {}).boundary for _ in range(500)}
    assert len(boundaries) == 500
    assert all(len(boundary) >= 32 and boundary.isalnum() for boundary in boundaries)


@pytest.mark.parametrize(
    ("data", "values"),
    [
        ({"p": ["a", None, 1, True]}, [b"a", b"1", b"true"]),
        ({"p": ()}, []),
        ({"p": None}, []),
        ([("p", "b"), ("p", "a")], [b"b", b"a"]),
        ({"p": 'é"\r\n%'}, ['é"\r\n%'.encode()]),
        (None, []),
    ],
)
def test_fields_have_the_values_of_a_query(data: Any, values: list[bytes]) -> None:
    """BDY-3 a list repeats its name, None is left out, and no value is escaped."""
    assert [(field("p"), value) for value in values] == parts_of(build_multipart(data, {"f": b""}))[:-1]


@pytest.mark.parametrize(
    ("filename", "content_type"),
    [
        ("a.txt", "text/plain"),
        ("A.PNG", "image/png"),
        ("a.json", "application/json"),
        ("a", "application/octet-stream"),
        ("", "application/octet-stream"),
        (".txt", "application/octet-stream"),
        ("a.qqq", "application/octet-stream"),
        ("a#b?c.pdf", "application/pdf"),
        ("//[a.pdf", "application/pdf"),
        ("http://[a.pdf", "application/pdf"),
        ("data:text/html,a.pdf", "application/pdf"),
        ("data:é/x,a.pdf", "application/pdf"),
    ],
)
def test_the_type_is_guessed_from_the_name(filename: str, content_type: str) -> None:
    """BDY-3 from its suffix alone: it is no URL, whatever it looks like. One that is given is not guessed."""
    assert [(file("f", filename, "x/y"), b"")] == parts_of(build_multipart(None, {"f": (filename, b"", "x/y")}))
    assert [(file("f", filename, content_type), b"x")] == parts_of(build_multipart(None, {"f": (filename, b"x")}))


def test_a_packed_file_has_not_the_type_of_what_is_packed() -> None:
    """BDY-3 a server that trusts the type would read gzip as text."""
    [(headers, _)] = parts_of(build_multipart(None, {"f": ("a.csv.gz", b"x")}))
    assert headers["Content-Type"] in {"application/gzip", "application/octet-stream"}


@pytest.mark.parametrize("content", [b"x", "x", bytearray(b"x"), memoryview(b"xyz")[:1], io.BytesIO(b"x")], ids=type)
def test_content_without_a_name_has_that_of_its_field(content: Any) -> None:
    """BDY-3 bytes, text and a file in memory alike."""
    form = build_multipart(None, {"f.txt": content})
    assert [(file("f.txt", "f.txt", "text/plain"), b"x")] == parts_of(form)


def test_a_file_on_disk_has_the_last_part_of_its_path(tmp_path: Path) -> None:
    """BDY-3 and it is sent from its position."""
    path = tmp_path / "a.json"
    path.write_bytes(b"[1]")
    with path.open("rb") as opened:
        opened.seek(1)
        assert [(file("f", "a.json", "application/json"), b"1]")] == parts_of(build_multipart(None, {"f": opened}))


@pytest.mark.parametrize("name", [3, b"/tmp/x", None])
def test_a_file_without_a_str_name_has_the_name_of_its_field(name: object) -> None:
    """BDY-3 such as one that was opened by its number."""
    opened: Any = io.BytesIO(b"x")
    opened.name = name
    assert [(file("f", "f"), b"x")] == parts_of(build_multipart(None, {"f": opened}))


def test_a_file_is_read_in_blocks_while_it_is_sent() -> None:
    """BDY-3 not before, and not as a whole; one that can't seek has no length."""
    pipe = Pipe(bytes(2 * BLOCK + 1))
    form = build_multipart({"a": 1}, {"f": cast(IO[bytes], pipe)})
    assert (form.length, pipe.sizes) == (None, [])
    assert [len(piece) for piece in form if not piece.strip(b"\0")] == [BLOCK, BLOCK, 1]
    assert pipe.sizes == [BLOCK] * 4


def test_a_form_of_bytes_can_be_sent_again() -> None:
    """RDR-4 with the same bytes; one that has a file can't."""
    for content in (b"x", "x", io.BytesIO(b"x")):
        form = build_multipart({"a": 1}, [("f", b"y"), ("g", content)])
        assert form.replayable is (b"".join(form) == b"".join(form)) is isinstance(content, (bytes, str))


def test_a_form_without_parts_is_its_end() -> None:
    """BDY-3 no files and no fields are an empty form."""
    form = build_multipart({}, {})
    assert (f"--{form.boundary}--\r\n".encode(), form.length) == (b"".join(form), len(form.boundary) + 6)


@pytest.mark.parametrize(
    ("files", "kind", "message"),
    [
        ({"f": 3}, InvalidBody, r"files\['f'\]: .*not int"),
        ({"f": None}, InvalidBody, r"files\['f'\]: .*not NoneType"),
        ({"f": [b"x"]}, InvalidBody, r"files\['f'\]: .*not list"),
        ({"f": io.StringIO("x")}, InvalidBody, r"files\['f'\]: .*text mode"),
        ({"f": ("a",)}, InvalidBody, r"files\['f'\]: a tuple is"),
        ({"f": ("a", b"x", "a/b", {})}, InvalidBody, r"files\['f'\]: a tuple is"),
        ({"f": (7, b"x")}, InvalidBody, r"files\['f'\]: a tuple is"),
        ({"f": ("a", b"x", "a/b\rX-Evil: 1")}, InvalidBody, r"files\['f'\]: the content type"),
        ({"f": ("a", b"x", "a/b\nX-Evil: 1")}, InvalidBody, r"files\['f'\]: the content type"),
        ({"f": ("a", b"x", "a/b\0")}, InvalidBody, r"files\['f'\]: the content type"),
        ({"f": ("a", b"x", "a/é")}, InvalidBody, r"files\['f'\]: the content type"),
        ({"f": ("a", b"x", b"a/b")}, InvalidBody, r"files\['f'\]: "),
        ({"f": ("a", b"x", 5)}, InvalidBody, r"files\['f'\]: "),
        ({"f": ("\ud800", b"x")}, InvalidBody, r"files\['f'\]: .*surrogate"),
        ({"f": "\ud800"}, InvalidBody, r"files\['f'\]: .*surrogate"),
        ({"\ud800": b"x"}, InvalidBody, r"files\[.*\]: .*surrogate"),
        ({1: b"x"}, TypeError, "files: names are str, not int"),
        ({b"f": b"x"}, TypeError, "files: names are str, not bytes"),
        ([b"x"], InvalidBody, "files: "),
        (b"xy", InvalidBody, "files: "),
        ("xy", InvalidBody, "files: "),
        (3, InvalidBody, "files: "),
    ],
)
def test_a_bad_file_raises(files: Any, kind: type[Exception], message: str) -> None:
    """BDY-3 before anything is sent, and the message names its field."""
    with pytest.raises(kind, match=f"^{message}"):
        build_multipart(None, files)


@pytest.mark.parametrize(
    ("data", "kind", "message"),
    [
        ({"p": object()}, TypeError, r"data\['p'\]: object"),
        ({"p": b"x"}, TypeError, r"data\['p'\]: bytes"),
        ({"p": "\ud800"}, InvalidBody, r"data\['p'\]: .*surrogate"),
        ({1: "x"}, TypeError, "data: names are str, not int"),
        ("a=1", InvalidBody, "data: a form is"),
        (b"a=1", InvalidBody, "data: a form is"),
        (3, InvalidBody, "data: a form is"),
    ],
)
def test_a_bad_field_raises(data: Any, kind: type[Exception], message: str) -> None:
    """BDY-3 as in a form without files."""
    with pytest.raises(kind, match=f"^{message}"):
        build_body({"data": data, "files": {"f": b""}})
