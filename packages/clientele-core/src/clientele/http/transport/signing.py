"""Has signers sign a request that is about to be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clientele.http.backends.signers import EncodedRequest, Signer
from clientele.http.message.body.bodies import Body
from clientele.http.message.errors import ConfigurationError, InvalidHeader
from clientele.http.message.headers import Headers, checked_headers
from clientele.http.transport.faults.table import Translated
from clientele.http.wire import WireRequest

_OF_THE_LIBRARY = frozenset({"connection", "content-length", "host", "transfer-encoding"})
"""Headers that follow from the request, or that the library adds."""


def sign(wire: WireRequest, body: Body, signers: Sequence[Signer], faults: Translated) -> None:
    """Add the headers of `signers` to `wire`; each sees what those before it have added.

    Args:
        wire: the request.
        body: its body, which may be read ahead.
        signers: what signs it.
        faults: keeps the headers out of errors; what a signer raises is not one of the library's.

    Raises:
        ConfigurationError: a signer returns what can't be sent.
        Exception: a signer raised it.
    """
    fields = {name.lower(): (name, value) for name, value in wire.headers}
    host = fields.get("host", ("Host", wire.url.authority))
    url = f"{wire.url.scheme}://{host[1]}{wire.url.target}"
    signed: set[str] = set()
    for signer in signers:
        headers = Headers({"host": host, **fields}.values())
        request = EncodedRequest(wire.method, url, wire.url.target, headers, body)
        try:
            added = signer.sign(request)
        except Exception as error:
            faults.note_own_error(error)
            raise
        checked = _checked(added, f"{type(signer).__name__}.sign")
        fields |= checked
        signed |= checked.keys()
    wire.headers, wire.signed = tuple(fields.values()), frozenset(signed)
    faults.headers = wire.headers


def _checked(added: object, where: str) -> dict[str, tuple[str, str]]:
    if not isinstance(added, Mapping):
        raise ConfigurationError(f"{where}: return a mapping of headers, not {type(added).__name__}")
    checked: dict[str, tuple[str, str]] = {}
    for key, (name, value) in checked_headers(added, where).items():
        if key in _OF_THE_LIBRARY or value is None:
            raise InvalidHeader(f"{where}[{name!r}]: only the request itself says it; leave it out")
        checked[key] = name, value
    return checked
