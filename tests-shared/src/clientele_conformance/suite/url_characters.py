"""Each character alone: in a URL, in an argument, in a parameter, in a name.

Code that has a quick way for what needs no escape has a list of such characters, and one too many is not noticed where
another character beside it needs one.
"""

from __future__ import annotations

import asyncio
import base64
import string
from collections.abc import Iterable
from contextlib import suppress
from typing import Annotated, Any

import pytest

from clientele.api import APIClient, Path, Response
from clientele.http.errors import HTTPStatusError, InvalidURL
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, redirect
from clientele_conformance.subject import Subject
from clientele_conformance.suite.base import NewSubject, Suite
from clientele_conformance.suite.request_wire import refused

ASCII = [chr(code) for code in range(128)]
BEYOND = ["\x80", "\xa0", "\xad", "\u00e9", "\u2028", "\u65e5", "\ufeff", "\U0001f600"]
UNRESERVED = string.ascii_letters + string.digits + "-._~"
KEPT_IN_A_PATH = UNRESERVED + "!$&'()*+,;=:@/"
"""What RFC 3986 lets stand in a path as it is."""
NEVER_IN_A_URL = [*map(chr, range(0x21)), *map(chr, range(0x7F, 0xA1)), "\\", "\u2028", "\u2029", "\ud800", "\udfff"]

Segment = Annotated[str, Path()]
Segments = Annotated[str, Path(segments=True)]


def escaped(text: str, kept: str = UNRESERVED) -> str:
    """`text` in UTF-8, every byte percent-encoded but those of the characters in `kept`."""
    return "".join(each if each in kept else "".join(f"%{byte:02X}" for byte in each.encode()) for each in text)


class CharacterRules(Suite):
    """The characters of URL-2 to URL-4, URL-6, QRY-3, BDY-2 and RDR-7, one by one."""

    @rule("URL-4")
    @pytest.mark.parametrize("around", ["{}", "a{}b"])
    @pytest.mark.parametrize("kind", [Segment, Segments], ids=["one segment", "segments"])
    def test_each_character_of_an_argument(self, kind: Any, around: str, subject: Subject, origin: Origin) -> None:
        """It is escaped unless it is unreserved, with nothing else beside it as with something."""
        arguments = [around.format(each) for each in [*ASCII, *BEYOND] if around.format(each) not in {".", "/"}]
        kept = UNRESERVED + ("/" if kind is Segments else "")
        _get_items(subject, origin, kind, arguments)
        expected = {argument: f"/v2/items/{escaped(argument, kept)}/parts" for argument in arguments}
        assert expected == _targets(arguments, origin)

    @rule("QRY-3")
    def test_each_character_of_a_parameter(self, subject: Subject, origin: Origin) -> None:
        """In the name as in the value."""
        texts = [*ASCII, *BEYOND]
        for text in texts:
            subject.send("GET", origin.url("/"), params={text: text})
        assert {text: f"/?{escaped(text)}={escaped(text)}" for text in texts} == _targets(texts, origin)

    @rule("BDY-2")
    def test_each_character_of_a_form(self, subject: Subject, origin: Origin) -> None:
        """As in a query."""
        texts = [*ASCII, *BEYOND]
        for text in texts:
            subject.send("POST", origin.url("/"), data={text: text})
        bodies = [request.body.decode() for request in origin.requests]
        assert {text: f"{escaped(text)}={escaped(text)}" for text in texts} == dict(zip(texts, bodies, strict=False))

    @rule("URL-3")
    @pytest.mark.parametrize("around", ["/{}", "/a{}b", "/p?{}", "/p?a{}b"])
    def test_each_character_of_a_url(self, around: str, subject: Subject, origin: Origin) -> None:
        """It is kept where it may stand, and escaped where not."""
        kept = KEPT_IN_A_PATH + "?"
        special = {"/?": "/", "/.": "/", "/a?b": "/a?b", "/#": "/", "/a#b": "/a", "/p?#": "/p", "/p?a#b": "/p?a"}
        given = [around.format(each) for each in [*ASCII, *BEYOND] if each not in NEVER_IN_A_URL]
        for path in given:
            subject.send("GET", origin.url(path))
        assert {path: special.get(path, escaped(path, kept)) for path in given} == _targets(given, origin)

    @rule("URL-3")
    @pytest.mark.parametrize("around", ["/{}", "/p?{}"])
    @pytest.mark.parametrize("digits", ["02X", "02x"])
    def test_each_escape_of_a_url(self, around: str, digits: str, subject: Subject, origin: Origin) -> None:
        """It is kept in upper case, but for that of an unreserved character, which is decoded."""
        given = [around.format(f"%{byte:{digits}}") for byte in range(256)]
        normal = [around.format(chr(byte) if chr(byte) in UNRESERVED else f"%{byte:02X}") for byte in range(256)]
        for path in given:
            subject.send("GET", origin.url(path))
        expected = ["/" if path == "/." else path for path in normal]
        assert dict(zip(given, expected, strict=True)) == _targets(given, origin)

    @rule("URL-2")
    @pytest.mark.parametrize("around", ["/{}", "/a{}b", "/p?a{}b", "/p#a{}b"])
    def test_each_character_that_no_url_has(self, around: str, subject: Subject, origin: Origin) -> None:
        """Each is refused, wherever it stands."""
        urls = [origin.url(around.format(each)) for each in NEVER_IN_A_URL]
        with refused(origin, InvalidURL):
            assert [] == [url for url in urls[1:] if not _is_refused(subject, url)]
            subject.send("GET", urls[0])

    @rule("URL-6")
    def test_each_escape_of_a_user_and_a_password(self, subject: Subject, origin: Origin) -> None:
        """They are decoded byte by byte."""
        for byte in range(128):
            subject.send("GET", origin.url("/").replace("://", f"://a%{byte:02x}:%{byte:02X}b@"))
        sent = [request.header("authorization") for request in origin.requests]
        pairs = [f"a{chr(byte)}:{chr(byte)}b".encode() for byte in range(128)]
        assert [f"Basic {base64.b64encode(pair).decode()}" for pair in pairs] == sent

    @rule("RDR-7")
    @pytest.mark.parametrize("around", ["/to{}x", "/to?{}x"])
    def test_each_character_of_a_location(self, around: str, new_subject: NewSubject, origin: Origin) -> None:
        """What should have been escaped is, also bytes that aren't ASCII."""
        subject = new_subject(follow_redirects=True)
        characters = [chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100)) if chr(code) not in "#\\"]
        locations = [around.format(each) for each in characters]
        for location in locations:
            origin.on("/", redirect(location))
            subject.send("GET", origin.url("/"))
        expected = [around.format(each if each in KEPT_IN_A_PATH + "?" else f"%{ord(each):02X}") for each in characters]
        followed = [request.target for request in origin.requests if request.target != "/"]
        assert dict(zip(locations, expected, strict=True)) == dict(zip(locations, followed, strict=False))


def _targets(given: list[str], origin: Origin) -> dict[str, str]:
    """What stood on the request line for each of what was `given`."""
    return dict(zip(given, [request.target for request in origin.requests], strict=False))


def _is_refused(subject: Subject, url: str) -> bool:
    try:
        subject.send("GET", url)
    except InvalidURL:
        return True
    return False


def _get_items(subject: Subject, origin: Origin, kind: Any, arguments: Iterable[str]) -> None:
    """Call a decorated function with each of the arguments."""
    api = APIClient(base_url=origin.url("/v2"), http_backend=subject.backend)

    def get_item(result: Response, item: Any) -> Response:
        return result

    async def aget_item(result: Response, item: Any) -> Response:
        return result

    function: Any = get_item if subject.mode == "sync" else aget_item
    function.__annotations__["item"] = kind
    endpoint = api.get("/items/{item}/parts")(function)

    async def call_each() -> None:
        try:
            for argument in arguments:
                with suppress(HTTPStatusError):
                    await endpoint(argument)
        finally:
            await subject.backend.aclose()

    # That the server knows none of the items makes no difference to what it is asked for.
    if subject.mode == "async":
        asyncio.run(call_each())
        return
    for argument in arguments:
        with suppress(HTTPStatusError):
            endpoint(argument)
