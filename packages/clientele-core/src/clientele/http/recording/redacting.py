"""Removes the secrets of an exchange before it is compared or written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import unquote_plus

from clientele.http.message.secret_values import revealed_here
from clientele.http.recording.coded import plain
from clientele.http.recording.exchanges import Answer, Exchange, Request
from clientele.http.recording.matching import is_form
from clientele.http.secrets.known_secrets import KnownSecrets, header_secrets, proxy_secrets
from clientele.http.secrets.masking import BOUNDARY, FindSecrets, Masking
from clientele.http.secrets.secret_names import SecretNames

__all__ = ["FindSecrets", "Redactor"]

_SAME_BOUNDARY = "boundary"
_LONG = 12
"""The length from which the value of any configured header is masked everywhere."""


class Redactor:
    """Replaces secrets with `***`.

    Args:
        names: further names of headers, parameters and fields.
        find: a function that returns the secrets in a URL, a header value or a body.
    """

    def __init__(self, names: Iterable[str] = (), find: FindSecrets | None = None) -> None:
        self._names = SecretNames(names)
        self._find = find

    def know(self, names: Iterable[str]) -> None:
        """Add the names of headers and parameters that the client configures."""
        self._names = self._names.with_more(names)

    def exchange(self, exchange: Exchange, proxy: str | None = None) -> Exchange:
        """`exchange`, which went through `proxy`, without its secrets."""
        answer, fault, known = exchange.answer, exchange.fault, self._values(exchange.request, proxy)
        return Exchange(
            self._request(exchange.request, known),
            None if answer is None else self._answer(answer, known),
            None if fault is None else replace(fault, reason=self._text(fault.reason, known)),
        )

    def request(self, request: Request, proxy: str | None = None) -> Request:
        """`request` without its secrets. The random boundary of a form is replaced by a fixed one."""
        return self._request(request, self._values(request, proxy))

    def body(self, body: bytes, content_type: str) -> bytes:
        """The body of a response, without its secrets."""
        return b"".join(Masking(self._names, self._find, None).body((body,), content_type))

    def _values(self, request: Request, proxy: str | None) -> KnownSecrets:
        """The known secret values."""
        names = self._names.of_requests()
        own = [pair for pair in request.headers if names.has_header(pair[0]) and pair[0].lower() != "cookie"]
        sure = [pair for pair in own if SecretNames().has_header(pair[0])]
        values = [*header_secrets(tuple(sure)), *proxy_secrets(proxy), *revealed_here()]
        values += [value for _, value in own if len(value) >= _LONG]
        values += _values_under(request.parts.query, names)
        if is_form(request.header("content-type")):
            values += _values_under(plain(request).decode("latin-1"), self._names)
        return KnownSecrets(values)

    def _request(self, request: Request, known: KnownSecrets) -> Request:
        content_type, body = request.header("content-type"), plain(request)
        headers = request.headers
        if content_type.lower().startswith("multipart/") and (found := BOUNDARY.search(content_type)):
            body = body.replace(f"--{found[1]}".encode(), f"--{_SAME_BOUNDARY}".encode())
            headers = tuple((name, value.replace(found[1], _SAME_BOUNDARY)) for name, value in headers)
            content_type = f"multipart/form-data; boundary={_SAME_BOUNDARY}"
        masking = Masking(self._names.of_requests(), self._find, known)
        return Request(
            request.method,
            masking.url(request.url),
            masking.headers(headers),
            b"".join(masking.body((body,), content_type)),
        )

    def _answer(self, answer: Answer, known: KnownSecrets) -> Answer:
        content_type = next((value for name, value in answer.headers if name.lower() == "content-type"), "")
        masking = Masking(self._names, self._find, known)
        chunks = masking.body(answer.chunks, content_type)
        return replace(answer, headers=masking.headers(answer.headers), chunks=tuple(chunks))

    def _text(self, text: str, known: KnownSecrets) -> str:
        return Masking(self._names, self._find, known).text(text)


def _values_under(text: str, names: SecretNames) -> Iterator[str]:
    """The values of the pairs of a query or a form whose names are secret."""
    for pair in text.split("&"):
        name, _, value = pair.partition("=")
        if names.has(unquote_plus(name)):
            yield unquote_plus(value)
