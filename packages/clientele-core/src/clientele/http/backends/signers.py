"""`Signer`, the base class of what signs requests, and the encoded request that it receives. No I/O."""

from __future__ import annotations

import abc
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any

from clientele.http.message.body.bodies import Body
from clientele.http.message.headers import Headers
from clientele.http.message.redaction import redacted_url
from clientele.http.message.unshown import Unshown
from clientele.http.response import Response

__all__ = ["EncodedRequest", "Signer"]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class EncodedRequest:
    """A request as it is about to be sent.

    Attributes:
        method: in upper case.
        url: the whole URL, in normal form. Its host is the value of the Host header.
        target: path and query, as in the request line.
        headers: all headers, including Host, Cookie, Content-Length and the defaults; access is case-insensitive, and
            `headers.pairs` has them in order. Not included is `Transfer-Encoding: chunked`, which the library adds to a
            body of unknown length on HTTP/1.1.
    """

    method: str
    url: str
    target: str
    headers: Headers
    _body: Body

    @property
    def is_readable(self) -> bool:
        """Whether the body can be read before it is sent: bytes, lists of bytes, seekable files, and forms with such
        files. An iterator, and a file that can't seek, can be read only once.
        """
        return self._body.is_readable_ahead

    @property
    def body(self) -> bytes:
        """The whole body; empty if there is none.

        Raises:
            InvalidBody: it can be read only once.
        """
        return b"".join(self.pieces())

    def pieces(self) -> Iterator[bytes]:
        """The body in pieces, without loading all of it.

        Raises:
            InvalidBody: it can be read only once.
        """
        return self._body.ahead()

    def digest(self, algorithm: str = "sha256") -> bytes:
        """The hash of the body, by an algorithm of hashlib.

        Raises:
            InvalidBody: the body can be read only once.
        """
        summed = hashlib.new(algorithm)
        for piece in self.pieces():
            summed.update(piece)
        return summed.digest()

    def __repr__(self) -> str:
        return f"<EncodedRequest {self.method} {redacted_url(self.url)}>"


class Signer(Unshown, abc.ABC):
    """Signs requests. Subclass it for your own scheme, and pass it to a `SigningBackend`.

    ```python
    class Hmac(Signer):
        def sign(self, request: EncodedRequest) -> Mapping[str, str]:
            signed = f"{request.method} {request.target}".encode() + request.digest()
            return {"X-Signature": hmac.digest(KEY, signed, "sha256").hex()}
    ```

    One instance serves all calls, threads and event loops. The repr shows no secret, and the object can't be
    pickled. A copy is the object itself.
    """

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        for name in ("prepare", "sign", "adjust"):
            if iscoroutinefunction(getattr(cls, name)):
                raise TypeError(f"{cls.__name__}.{name}: write `def`; do asynchronous work in `aprepare`")

    def prepare(self) -> None:
        """Called before each attempt. Do I/O here, for example to fetch credentials."""

    async def aprepare(self) -> None:
        """`prepare`, in asynchronous calls; by default it calls `prepare`."""
        self.prepare()

    @abc.abstractmethod
    def sign(self, request: EncodedRequest) -> Mapping[str, str]:
        """Return the headers to add to `request`; they replace headers of the same name.

        Called for each attempt, and for each redirect within the origin of the base URL, after everything else has been
        added to the request. It must not block. Exceptions are raised to the caller unchanged.
        """

    def adjust(self, response: Response) -> bool:  # noqa: ARG002
        """Called after a 4xx `response` to a signed request, for example to take over the time of the server.

        Returns:
            Whether to sign the request again, and send it once more. A request whose body can be read only once is not
            sent again. Default False.
        """
        return False
