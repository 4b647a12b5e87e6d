"""Broken in what they say of a response, and in what they let it be."""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import replace
from typing import Any, Self, cast

from clientele.http import HTTPBackend, Response
from clientele.http.errors import HTTPStatusError
from clientele.http.message.headers import Pairs
from clientele.http.wire import WireRequest
from clientele_conformance.broken.plans import Plan, Planned, Sending, remade
from clientele_conformance.broken.wires import OnTheWire, WholeBodies, WireT, without

_GZIP = b"\x1f\x8b"


class JoinsCookies(OnTheWire):
    """As requests and urllib3 do."""

    def head(self, response: WireT) -> WireT:
        """Join several Set-Cookie fields, which can't be separated again."""
        cookies = [value for name, value in response.headers if name.lower() == "set-cookie"]
        joined: Pairs = (("Set-Cookie", ", ".join(cookies)),) if cookies else ()
        return replace(response, headers=(*without(response.headers, "set-cookie"), *joined))


class DecodesUnasked(Planned):
    """As requests does, whose `content` is always decoded."""

    def plan(self, sending: Sending) -> Plan:
        """Decode also what was to be left as it came."""
        return (yield sending.without("decode_content"))


class KeepsByteOrderMarks(Planned):
    """As `bytes.decode` does."""

    def plan(self, sending: Sending) -> Plan:
        """Take the mark for the first character."""
        answer = yield sending
        if answer.content.startswith(b"\xef\xbb\xbf"):
            return remade(answer, text=answer.content.decode("utf-8", "replace"))
        return answer


class _OnlyUtf8(Response):
    __slots__ = ()

    def json(self) -> Any:
        return json.loads(self.text)


class ReadsJsonAsText(Planned):
    """As aiohttp does."""

    def plan(self, sending: Sending) -> Plan:
        """Believe the charset of the Content-Type."""
        return remade((yield sending), _OnlyUtf8)


class ForgetsRedirects(Planned):
    """As a backend does that leaves them to its library and keeps what comes last."""

    def plan(self, sending: Sending) -> Plan:
        """Know nothing of the way that a response has come."""
        return remade((yield sending), history=())


class NamesVersionsInFull(Planned):
    """As httpx does, while others have `11`, and others a pair of numbers."""

    def plan(self, sending: Sending) -> Plan:
        """Say HTTP/1.1."""
        answer = yield sending
        return remade(answer, http_version=f"HTTP/{answer.http_version}")


class CountsMilliseconds(Planned):
    """As JavaScript does."""

    def plan(self, sending: Sending) -> Plan:
        """Give the time in another unit."""
        answer = yield sending
        return remade(answer, elapsed=answer.elapsed * 1000)


class _NoRedirects(Response):
    __slots__ = ()

    def raise_for_status(self) -> Self:
        if 300 <= self.status_code < 400:
            raise HTTPStatusError(self, "it is a redirect")
        return super().raise_for_status()


class RaisesRedirects(Planned):
    """As httpx does."""

    def plan(self, sending: Sending) -> Plan:
        """Take a redirect for an error."""
        return remade((yield sending), _NoRedirects)


class AsksWithGetForHead(OnTheWire):
    """As code that maps methods to the functions of a library, and has forgotten one."""

    def sent(self, request: WireRequest) -> WireRequest:
        """Get the body as well."""
        return replace(request, method="GET") if request.method == "HEAD" else request


class ReadsPastTheLimit(WholeBodies):
    """As a backend does that reads a body, and then looks how large it is."""


class RefusesBodiesAtTheLimit(Planned):
    """As code that writes `>=` for `>`."""

    def plan(self, sending: Sending) -> Plan:
        """Take a body of exactly the limit for one that is larger."""
        limit = sending.options.get("max_response_bytes")
        return (yield sending.but(max_response_bytes=limit - 1) if limit and limit > 1 else sending)


class CountsWhatWasSent(WholeBodies):
    """As code that goes by Content-Length."""

    def body(self, headers: Pairs, body: bytes) -> bytes:
        """Count a body before it is decoded: make it as large as it has come."""
        del headers
        if not body.startswith(_GZIP):
            return body
        whole = zlib.compressobj(wbits=31)
        content = gzip.decompress(body)
        return whole.compress(content.ljust(len(body))) + whole.flush()


class DecodesTwice(HTTPBackend):
    """As code that takes the body of a native response for the bytes on the wire."""

    @classmethod
    def convert_to_response(  # pyright: ignore[reportIncompatibleMethodOverride] - only so it finds the correct one
        cls, native_response: Any
    ) -> Response:
        """Undo a coding that the library has undone."""
        correct: HTTPBackend = cast(Any, super())
        answer = correct.convert_to_response(native_response)
        is_coded = answer.content.startswith(_GZIP)
        return remade(answer, content=gzip.decompress(answer.content)) if is_coded else answer
