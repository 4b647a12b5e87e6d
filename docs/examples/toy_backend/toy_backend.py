"""A backend as one writes it in an afternoon, from the list of methods alone, over `http.client`.

It works, and breaks the contract in the usual ways: README.md has what the contract says of it.
"""

from __future__ import annotations

import http.client
import json as json_module
import ssl
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from pydantic import TypeAdapter

from clientele.http import Capability, HTTPBackend, Response

REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Answer:
    """What `http.client` returned, and what it no longer knows once its body has been read."""

    native: http.client.HTTPResponse
    method: str
    url: str
    body: bytes = b""


class ToyHTTPBackend(HTTPBackend):
    """A connection for each call, and nothing that the standard library doesn't do by itself."""

    capabilities: ClassVar[frozenset[Capability]] = frozenset({Capability.SYNC})

    def __init__(
        self,
        base_url: str = "",
        headers: Mapping[str, str] | None = None,
        timeout: float | None = 5.0,
        *,
        follow_redirects: bool = False,
        verify: bool | str = True,
    ) -> None:
        self.base_url = base_url
        self.headers = dict(headers or {})
        self.timeout = timeout
        self.follow_redirects = follow_redirects
        self.verify = verify
        self._client: ssl.SSLContext | None = None

    def build_client(self) -> ssl.SSLContext:
        """What connections have in common."""
        if self.verify is False:
            return ssl._create_unverified_context()  # noqa: S323, SLF001 - it was asked for
        return ssl.create_default_context(cafile=None if self.verify is True else self.verify)

    def build_async_client(self) -> Any:
        raise NotImplementedError("http.client is synchronous")

    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Response:
        answer = self._open(method, url, **kwargs)
        return self.convert_to_response(Answer(answer.native, answer.method, answer.url, answer.native.read()))

    async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Any:
        raise NotImplementedError("http.client is synchronous")

    def handle_sync_stream(
        self,
        method: str,
        url: str,
        inner_type: Any,
        response_parser: Callable[[str], Any] | None = None,
        **kwargs: Any,
    ) -> Generator[Any, None, None]:
        answer = self._open(method, url, **kwargs)
        if answer.native.status >= 400:
            body = answer.native.read()
            self.convert_to_response(Answer(answer.native, answer.method, answer.url, body)).raise_for_status()
        adapter = TypeAdapter(inner_type)
        for raw in answer.native:
            line = raw.decode().rstrip("\r\n")
            if response_parser is not None:
                yield response_parser(line)
            elif inner_type is bytes:
                yield raw
            elif line:
                yield line if inner_type is str else adapter.validate_json(line)

    async def handle_async_stream(
        self,
        method: str,
        url: str,
        inner_type: Any,
        response_parser: Callable[[str], Any] | None = None,
        **kwargs: Any,
    ) -> AsyncGenerator[Any, None]:
        raise NotImplementedError("http.client is synchronous")
        yield

    @staticmethod
    def convert_to_response(native_response: Answer) -> Response:
        native = native_response.native
        return Response(
            status_code=native.status,
            headers=native.getheaders(),
            content=native_response.body,
            request_method=native_response.method,
            request_url=native_response.url,
            native=native,
        )

    def close(self) -> None:
        self._client = None

    async def aclose(self) -> None:
        self.close()

    def _open(self, method: str, url: str, **options: Any) -> Answer:
        url = urljoin(self.base_url, url)
        if options.get("params"):
            url += "?" + urlencode(options["params"])
        headers = {**self.headers, **(options.get("headers") or {})}
        body = self._body(headers, **options)
        timeout = options.get("timeout", self.timeout)
        answer = self._exchange(method, url, body, headers, timeout)
        while options.get("follow_redirects", self.follow_redirects) and answer.native.status in REDIRECTS:
            url = urljoin(url, answer.native.headers["location"])
            answer = self._exchange(method, url, body, headers, timeout)
        return answer

    def _body(self, headers: dict[str, str], json: Any = None, data: Any = None, content: Any = None, **_: Any) -> Any:
        if json is not None:
            headers["Content-Type"] = "application/json"
            return json_module.dumps(json)
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            return urlencode(data)
        return content

    def _exchange(self, method: str, url: str, body: Any, headers: dict[str, str], timeout: float | None) -> Answer:
        if self._client is None:
            self._client = self.build_client()
        parts = urlsplit(url)
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            connection = http.client.HTTPSConnection(parts.netloc, timeout=timeout, context=self._client)
        else:
            connection = http.client.HTTPConnection(parts.netloc, timeout=timeout)
        target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        connection.request(method, target, body, {**headers, "Connection": "close"})
        return Answer(connection.getresponse(), method, url)
