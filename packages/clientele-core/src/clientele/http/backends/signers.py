"""`Signer`, what signs requests, and the encoded request that it sees. No I/O."""

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
        url: the whole URL, in normal form; the host is that of the Host header.
        target: path and query, as the request line has them.
        headers: all of them, with Host, defaults, cookies and Content-Length; look-ups ignore case, and `headers.pairs`
            has them in order. Only `Transfer-Encoding: chunked` isn't there, which a body of unknown length gets on
            HTTP/1.1.
    """

    method: str
    url: str
    target: str
    headers: Headers
    _body: Body

    @property
    def is_readable(self) -> bool:
        """Whether the body can be read before it is sent: bytes, lists of bytes, files that can seek, and forms with
        such files. An iterator, or a file that can't seek, can be read only once.
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
        """The body in pieces, which are never held all at once.

        Raises:
            InvalidBody: it can be read only once.
        """
        return self._body.ahead()

    def digest(self, algorithm: str = "sha256") -> bytes:
        """The hash of the body, piece by piece; `algorithm` is one of hashlib's.

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
    """Signs requests. Subclass it for your own scheme, and put a `SigningBackend` around a backend.

    ```python
    class Hmac(Signer):
        def sign(self, request: EncodedRequest) -> Mapping[str, str]:
            signed = f"{request.method} {request.target}".encode() + request.digest()
            return {"X-Signature": hmac.digest(KEY, signed, "sha256").hex()}
    ```

    One signer serves all calls, threads and event loops at once. The repr shows no secret, and the object can't be
    pickled. A copy is the object itself.
    """

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        for name in ("prepare", "sign", "adjust"):
            if iscoroutinefunction(getattr(cls, name)):
                raise TypeError(f"{cls.__name__}.{name}: write `def`; what has to be awaited belongs in `aprepare`")

    def prepare(self) -> None:
        """Get ready for an attempt: called before each, and the place for I/O, such as to fetch credentials."""

    async def aprepare(self) -> None:
        """`prepare`, in an asynchronous call; by default it calls that."""
        self.prepare()

    @abc.abstractmethod
    def sign(self, request: EncodedRequest) -> Mapping[str, str]:
        """The headers to add to `request`; those that it has are replaced.

        Called after everything else is done to the request, before it is sent: for each attempt, and again for each
        redirect that stays at the origin of the base URL. It must not wait for anything. What it raises reaches the
        caller.
        """

    def adjust(self, response: Response) -> bool:  # noqa: ARG002
        """Learn from a `response` of 4xx to a signed request, such as the time of the server.

        Returns:
            Whether the request is to be signed anew and sent once more. One whose body can be read only once isn't.
            Default False.
        """
        return False
