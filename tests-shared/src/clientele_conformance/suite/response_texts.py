"""The body of a response as text, and as JSON."""

from __future__ import annotations

import codecs
import json

import pytest

from clientele.http.errors import JSONDecodeError
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, response
from clientele_conformance.subject import Subject
from clientele_conformance.suite.base import Suite

TEXT: dict[str, tuple[str | None, bytes, str]] = {
    "utf-8": ("text/plain; charset=utf-8", "é日".encode(), "é日"),
    "latin-1": ("text/plain; charset=iso-8859-1", b"\xe9", "é"),
    "cp1252": ("text/plain; charset=windows-1252", b"\x80", "€"),
    "shift-jis": ("text/plain; charset=Shift_JIS", "日本".encode("shift_jis"), "日本"),
    "utf-16": ("text/plain; charset=utf-16", "é日".encode("utf-16"), "é日"),
    "utf-16, big end first": ("text/plain; charset=utf-16", codecs.BOM_UTF16_BE + "é日".encode("utf-16-be"), "é日"),
    "utf-16le": ("text/plain; charset=utf-16le", "é日".encode("utf-16-le"), "é日"),
    "quoted": ('text/plain; charset="iso-8859-1"', b"\xe9", "é"),
    "upper case": ("Text/Plain; CHARSET=ISO-8859-1", b"\xe9", "é"),
    "among others": ("text/plain; format=flowed; charset=iso-8859-1; x=y", b"\xe9", "é"),
    "none": (None, "é日".encode(), "é日"),
    "no charset": ("text/plain", "é日".encode(), "é日"),
    "no charset, not utf-8": ("text/plain", b"caf\xe9", "caf�"),
    "html says otherwise": ("text/html", b'<meta charset="iso-8859-1">\xe9', '<meta charset="iso-8859-1">�'),
    "json": ("application/json", '"é"'.encode(), '"é"'),
    "unknown charset": ("text/plain; charset=secret", "é".encode(), "é"),
    "empty charset": ("text/plain; charset=", "é".encode(), "é"),
    "no text codec": ("text/plain; charset=hex", b"c3a9", "c3a9"),
    "no text codec either": ("text/plain; charset=zlib", "é".encode(), "é"),
    "wrong bytes": ("text/plain; charset=utf-8", b"a\xffb", "a�b"),
    "cut character": ("text/plain; charset=utf-8", "a日".encode()[:-1], "a�"),
    "wrong bytes in ascii": ("text/plain; charset=ascii", b"a\xffb", "a�b"),
    "one mark": ("text/plain; charset=utf-8", codecs.BOM_UTF8 + b"a", "a"),
    "one mark, no charset": ("text/plain", codecs.BOM_UTF8 + b"a", "a"),
    "two marks": ("text/plain; charset=utf-8", codecs.BOM_UTF8 * 2 + b"a", "\ufeffa"),
    "empty": ("text/plain; charset=utf-16", b"", ""),
}

VALUE = {"name": "é日😀", "list": [1, 2.5, None, True]}
COMPACT = json.dumps(VALUE, ensure_ascii=False)

NO_JSON: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n",
    "words": b"<html>",
    "cut": b'{"a": 1',
    "two values": b"{}{}",
    "wrong bytes": b'{"a": "\xff"}',
    "cut character": b'"\xe6\x97"',
    "cut utf-16": '"a"'.encode("utf-16")[:-1],
}


class ResponseTextRules(Suite):
    """RSP-3 and RSP-4."""

    @rule("RSP-3")
    @pytest.mark.parametrize(("content_type", "body", "text"), TEXT.values(), ids=TEXT)
    def test_the_charset_is_what_is_declared(
        self, content_type: str | None, body: bytes, text: str, subject: Subject, origin: Origin
    ) -> None:
        """If it is one; else it is UTF-8."""
        headers = [] if content_type is None else [("Content-Type", content_type)]
        origin.on("/", response(200, headers, body))
        answer = subject.send("GET", origin.url("/"))
        assert (text, body) == (answer.text, answer.content)

    @rule("RSP-3")
    @pytest.mark.parametrize(
        "charset",
        ["base64", "rot13", "bz2", "uu", "quopri", "undefined", "idna", "punycode", "unicode_escape", "utf-7", "mbcs"],
    )
    def test_no_charset_is_an_exception(self, charset: str, subject: Subject, origin: Origin) -> None:
        """Whatever a server calls it, in whatever quotes."""
        for written in (charset, f'"{charset}"', f"'{charset}", f"{charset}\xff", f" = {charset}"):
            headers = [("Content-Type", f"text/plain; charset={written}")]
            origin.on("/", response(200, headers, b"ok, \xff\xfe"))
            assert subject.send("GET", origin.url("/")).text.startswith("ok")

    @rule("RSP-4")
    @pytest.mark.parametrize(
        "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
    )
    def test_json_says_itself_how_it_is_encoded(self, encoding: str, subject: Subject, origin: Origin) -> None:
        """The Content-Type is not asked."""
        for content_type in ("application/json", "application/json; charset=iso-8859-1", "text/plain", None):
            headers = [] if content_type is None else [("Content-Type", content_type)]
            origin.on("/", response(200, headers, COMPACT.encode(encoding)))
            assert VALUE == subject.send("GET", origin.url("/")).json()

    @rule("RSP-4")
    @pytest.mark.parametrize("body", [b"0", b"null", b'"a"', b" [] ", b"\r\n\ttrue\n"])
    def test_any_value_is_json(self, body: bytes, subject: Subject, origin: Origin) -> None:
        """Also a value that is not an object, with whitespace around it."""
        origin.on("/", response(body=body))
        assert json.loads(body) == subject.send("GET", origin.url("/")).json()

    @rule("RSP-4")
    @pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON)
    def test_what_is_no_json_is_an_error_of_ours(self, body: bytes, subject: Subject, origin: Origin) -> None:
        """And a ValueError, as from any parser; the response itself is fine."""
        origin.on("/", response(200, [("Content-Type", "application/json")], body))
        answer = subject.send("GET", origin.url("/"))
        with pytest.raises(JSONDecodeError) as caught:
            answer.json()
        assert isinstance(caught.value, ValueError)
        assert body == answer.content
