"""Removes the secrets of a request from messages of libraries and servers."""

from __future__ import annotations

from urllib.parse import unquote_plus

from clientele.http.message.headers import Pairs
from clientele.http.message.redaction import HIDDEN, redacted_url
from clientele.http.message.urls import URL
from clientele.http.secrets.known_secrets import KnownSecrets, header_secrets, proxy_secrets, secret_headers
from clientele.http.transport.faults.causes import causes


class RequestSecrets:
    """Masks the secrets of one request.

    Args:
        url: its URL.
        headers: all of its headers.
        proxy: the URL of its proxy.
    """

    def __init__(self, url: URL | None, headers: Pairs, proxy: str | None) -> None:
        secret = set(secret_headers(name for name, _ in headers))
        own = tuple((name, value) for name, value in headers if name.lower() in secret)
        self._known = KnownSecrets((*header_secrets(own), *proxy_secrets(proxy)))
        self._target = url.target if url is not None and url.query else ""
        self._pairs = [pair for pair in url.query.split("&") if pair.partition("=")[2]] if url is not None else []

    def text(self, text: str) -> str:
        """`text` without the values of the query, the headers and the proxy's credentials."""
        # Longer texts first: a query value may be part of them.
        text = self._known.masked(text)
        if self._target:
            text = text.replace(self._target, redacted_url(self._target))
        for pair in self._pairs:
            text = text.replace(pair, f"{pair.partition('=')[0]}={HIDDEN}")
        return text

    def server_text(self, text: str) -> str:
        """`text` of the server about the request, also without separate query values."""
        return KnownSecrets(unquote_plus(pair.partition("=")[2]) for pair in self._pairs).masked(self.text(text))

    def cause(self, fault: BaseException) -> BaseException | None:
        """`fault`, the library's own exception, with secrets masked in its arguments and in those of its causes.

        None if one of them still shows a secret, in its text or its `repr`.
        """
        for each in causes(fault):
            args = tuple(map(self._argument, each.args))
            if args != each.args:
                each.args = args
            for name, value in list(getattr(each, "__dict__", {}).items()):  # Such as the URL.
                if isinstance(value, (str, dict)) and (shown := self._argument(value)) is not value:
                    setattr(each, name, shown)
        said = (text for each in causes(fault) for text in (str(each), repr(each)))
        return fault if all(self.text(text) == text for text in said) else None

    def _argument(self, argument: object) -> object:
        """`argument`; for an object whose repr shows a secret, such as a request, its masked repr."""
        if isinstance(argument, BaseException):
            return argument
        text = argument if isinstance(argument, str) else repr(argument)
        shown = self.text(text)
        return argument if shown == text else shown
