"""What a server keeps of a request: the bytes as they came, and what they mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

Framing = Literal["none", "length", "chunked"]


class Malformed(Exception):
    """The peer sent something that is not an HTTP/1.x request."""


@dataclass(slots=True)
class RecordedRequest:
    """One request. The body's fields are filled in while it is read; `complete` says that its end was seen."""

    raw_head: bytes
    method: str
    target: str
    version: str
    headers: tuple[tuple[str, str], ...]
    framing: Framing = "none"
    connection_id: int = 0
    raw_body: bytes = b""
    body: bytes = b""
    body_size: int = 0
    complete: bool = False

    @property
    def raw(self) -> bytes:
        """Every byte of the request, as received."""
        return self.raw_head + self.raw_body

    @property
    def told(self) -> bytes:
        """The request as HTTP/1.1 would have it, for one that came in another way."""
        fields = (f"{name}: {value}" for name, value in self.headers)
        lines = [f"{self.method} {self.target} HTTP/{self.version}", *fields, "", ""]
        return "\r\n".join(lines).encode("latin-1") + self.body

    @property
    def path(self) -> str:
        """The target's path, also if the target is a whole URL."""
        target = self.target if self.target.startswith("/") else urlsplit(self.target).path
        return target.partition("?")[0]

    @property
    def query(self) -> str:
        """What follows the first question mark of the target."""
        return self.target.partition("?")[2]

    @property
    def wants_close(self) -> bool:
        """Whether the client asked for the connection to end with this exchange."""
        options = {option.strip().lower() for value in self.get_list("connection") for option in value.split(",")}
        return "close" in options or (self.version == "1.0" and "keep-alive" not in options)

    def get_list(self, name: str) -> list[str]:
        """The values of all the fields of this name, whatever its case."""
        return [value for field, value in self.headers if field.lower() == name.lower()]

    def header(self, name: str) -> str | None:
        """The first value of this name, or None."""
        return next(iter(self.get_list(name)), None)


def parse_head(raw_head: bytes, connection_id: int = 0) -> RecordedRequest:
    """The request that `raw_head` (including its empty line) announces.

    Raises:
        Malformed: it isn't a request line followed by header fields.
    """
    request_line, *lines = raw_head.removesuffix(b"\r\n\r\n").decode("latin-1").split("\r\n")
    method, target, version = _request_line(request_line)
    headers = tuple(map(_field, lines))
    return RecordedRequest(raw_head, method, target, version, headers, _framing(headers), connection_id)


def _request_line(line: str) -> tuple[str, str, str]:
    parts = line.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise Malformed(f"no request line: {line!r}")
    return parts[0], parts[1], parts[2].removeprefix("HTTP/")


def _field(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name or name != name.strip():
        raise Malformed(f"no header field: {line!r}")
    return name, value.strip(" \t")


def _framing(headers: Iterable[tuple[str, str]]) -> Framing:
    names = {name.lower() for name, _ in headers}
    if "transfer-encoding" in names:
        return "chunked"
    return "length" if "content-length" in names else "none"
