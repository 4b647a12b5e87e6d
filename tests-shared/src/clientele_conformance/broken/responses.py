"""Broken in what they make of a response: its head, its body, its text."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import zlib
from dataclasses import replace
from typing import Any, NoReturn
from urllib.parse import urlsplit

from clientele.http import Headers, HTTPBackend, Response
from clientele.http.errors import ContentDecodingError, ProtocolError, ReadError
from clientele.http.message.headers import Pairs
from clientele_conformance.broken.plans import Plan, Planned, Sending, remade
from clientele_conformance.broken.wires import OnTheWire, WholeBodies, WireT, value_of, without


class LosesCookies(OnTheWire):
    """As `dict(headers)` of aiohttp does."""

    def head(self, response: WireT) -> WireT:
        """Keep the first Set-Cookie alone."""
        cookies = [field for field in response.headers if field[0].lower() == "set-cookie"]
        return replace(response, headers=tuple(field for field in response.headers if field not in cookies[1:]))


class _Exact(Headers):
    def __getitem__(self, name: str) -> str:
        return dict.__getitem__(self, name)

    def __contains__(self, name: object) -> bool:
        return dict.__contains__(self, name)

    def get(self, name: str, default: Any = None) -> Any:
        return dict.get(self, name, default)


class MindsCase(Planned):
    """As a plain dict of any library's headers does."""

    def plan(self, sending: Sending) -> Plan:
        """Know each header under one spelling."""
        answer = yield sending
        return remade(answer, headers=_Exact(answer.headers))


class GuessesLatin1(Planned):
    """As requests does."""

    def plan(self, sending: Sending) -> Plan:
        """Take text that doesn't say its charset for ISO-8859-1."""
        answer = yield sending
        media_type = answer.headers.get("content-type", "").lower()
        if media_type.startswith("text/") and "charset" not in media_type:
            return remade(answer, text=answer.content.decode("iso-8859-1"))
        return answer


class _NoneForNothing(Response):
    __slots__ = ()

    def json(self) -> Any:
        return super().json() if self.content else None


class ReadsNothingAsNull(Planned):
    """As aiohttp does."""

    def plan(self, sending: Sending) -> Plan:
        """Make None of an empty body."""
        return remade((yield sending), _NoneForNothing)


class SwallowsCutGzip(WholeBodies):
    """As every library does that decodes with zlib and doesn't ask it whether that was all."""

    def body(self, headers: Pairs, body: bytes) -> bytes:
        """Take what came for the whole."""
        content = _gunzipped(headers, body)
        if content is None or content[1].eof:
            return body
        whole = zlib.compressobj(wbits=31)
        return whole.compress(content[0]) + whole.flush()


class StopsAfterFirstMember(WholeBodies):
    """As httpx does."""

    def body(self, headers: Pairs, body: bytes) -> bytes:
        """Leave out the members of a gzip body that follow the first one."""
        content = _gunzipped(headers, body)
        return body if content is None else body.removesuffix(content[1].unused_data)


def _gunzipped(headers: Pairs, body: bytes) -> tuple[bytes, zlib._Decompress] | None:
    """What a gzip body begins with, and how far that goes; None if it is not gzip."""
    if value_of(headers, "content-encoding") != "gzip" or not body:
        return None
    member = zlib.decompressobj(wbits=31)
    try:
        return member.decompress(body), member
    except zlib.error:
        return None


class SwallowsPadding(WholeBodies):
    """As every library does that leaves behind what follows the end of a body."""

    def body(self, headers: Pairs, body: bytes) -> bytes:
        """Take an inner member, and no note of what comes after it."""
        if value_of(headers, "content-encoding") != "gzip, gzip" or not body:
            return body
        try:
            member = zlib.decompressobj(wbits=31)
            content = member.decompress(zlib.decompress(body, wbits=31))
        except zlib.error:
            return body
        if not member.eof:
            return body
        whole = zlib.compressobj(wbits=31)
        return gzip.compress(whole.compress(content) + whole.flush())


class NamesNoCoding(Planned):
    """As every backend does that passes on what its library says."""

    def plan(self, sending: Sending) -> Plan:
        """Say that there is an unknown coding, and not which."""
        try:
            return (yield sending)
        except ContentDecodingError as error:
            raise ContentDecodingError("the body can't be decoded", request_method=error.request_method) from error


_KNOWN_CODINGS = frozenset({"", "gzip", "x-gzip", "deflate", "identity"})


class PassesUnknownCodings(OnTheWire):
    """As requests does with Zstandard where no decoder for it is installed."""

    def head(self, response: WireT) -> WireT:
        """Take a body of an unknown coding for one of none."""
        codings = ",".join(value for name, value in response.headers if name.lower() == "content-encoding")
        if {coding.strip().lower() for coding in codings.split(",")} <= _KNOWN_CODINGS:
            return response
        return replace(response, headers=without(response.headers, "content-encoding"))


class IgnoresLengthOfChunked(OnTheWire):
    """As most libraries do."""

    def head(self, response: WireT) -> WireT:
        """Overlook the Content-Length of a chunked body."""
        if value_of(response.headers, "transfer-encoding") is None:
            return response
        return replace(response, headers=without(response.headers, "content-length"))


class InsistsOnGoodbyes(Planned):
    """As RFC 9112, section 9.8, wants it of clients, and no library does."""

    def plan(self, sending: Sending) -> Plan:
        """Refuse what came over TLS and ended with its connection."""
        answer = yield sending
        if sending.url.startswith("https:") and not {"content-length", "transfer-encoding"} & set(answer.headers):
            raise ReadError("no goodbye", request_method=sending.method, request_url=sending.url)
        return answer


class ReadsEndlessHeads(Planned):
    """As a client does that reads a head for as long as it goes on."""

    def plan(self, sending: Sending) -> Plan:
        """Take whatever comes for a head."""
        try:
            return (yield sending)
        except ProtocolError:
            return Response(status_code=200)


class TakesInterimForFinal(HTTPBackend):
    """As the standard library's http.client does with every interim response but 100, and requests with it."""

    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Response:
        """Have http.client do it."""
        del kwargs
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
        try:
            connection.request(method, parts.path)
            native = connection.getresponse()
            content = native.read()
        except (OSError, http.client.HTTPException) as error:
            _refuse(error, method, url)
        finally:
            connection.close()
        fields = native.getheaders()
        return Response(
            status_code=native.status, headers=fields, content=content, request_method=method, request_url=url
        )

    async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Response:
        """The same, in a thread."""
        return await asyncio.to_thread(self.send_sync_request, method, url, **kwargs)


def _refuse(error: Exception, method: str, url: str) -> NoReturn:
    raise ReadError(
        str(error), request_method=method, request_url=url, request_sent=True, backend="http.client"
    ) from error
