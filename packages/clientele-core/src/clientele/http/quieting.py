"""What libraries and servers say of a request, as it may be printed: without the secrets of the request."""

from __future__ import annotations

from urllib.parse import unquote_plus

from clientele.http.faults import causes
from clientele.http.headers import Pairs
from clientele.http.known_secrets import header_secrets, proxy_secrets, secret_headers, secret_pattern
from clientele.http.redaction import HIDDEN, redacted_url
from clientele.http.urls import URL


class Quiet:
    """Masks the secrets of one request.

    Args:
        url: where it goes.
        headers: all of them.
        proxy: the URL of the proxy that it goes through.
    """

    def __init__(self, url: URL | None, headers: Pairs, proxy: str | None) -> None:
        secret = set(secret_headers(name for name, _ in headers))
        own = tuple((name, value) for name, value in headers if name.lower() in secret)
        self._pattern = secret_pattern((*header_secrets(own), *proxy_secrets(proxy)))
        self._target = url.target if url is not None and url.query else ""
        self._pairs = [pair for pair in url.query.split("&") if pair.partition("=")[2]] if url is not None else []

    def text(self, text: str) -> str:
        """`text` without the values of the query, the headers and the proxy's credentials."""
        if self._target:
            text = text.replace(self._target, redacted_url(self._target))
        for pair in self._pairs:
            text = text.replace(pair, f"{pair.partition('=')[0]}={HIDDEN}")
        return text if self._pattern is None else self._pattern.sub(HIDDEN, text)

    def server_text(self, text: str) -> str:
        """`text` of the server's about the request: also without the values of the query by themselves."""
        values = secret_pattern(unquote_plus(pair.partition("=")[2]) for pair in self._pairs)
        return self.text(text if values is None else values.sub(HIDDEN, text))

    def cause(self, fault: BaseException) -> BaseException | None:
        """`fault`, which is the library's own exception, with secrets masked in its text and in those of its causes.

        None if one of them says a secret whatever becomes of its arguments.
        """
        for each in causes(fault):
            args = tuple(self.text(arg) if isinstance(arg, str) else arg for arg in each.args)
            if args != each.args:
                each.args = args
        return fault if all(self.text(said) == said for said in map(str, causes(fault))) else None
