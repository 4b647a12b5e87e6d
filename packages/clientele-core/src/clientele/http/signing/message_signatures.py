"""HTTP message signatures (RFC 9421), computed by http-message-signatures."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeAlias, get_args

from clientele.http.backends.signers import EncodedRequest, Signer
from clientele.http.errors import ConfigurationError, InvalidBody
from clientele.http.signing.needed import needed

Algorithm: TypeAlias = Literal[
    "hmac-sha256", "ed25519", "ecdsa-p256-sha256", "ecdsa-p384-sha384", "rsa-pss-sha512", "rsa-v1_5-sha256"
]
"""The algorithms of RFC 9421, section 3.3."""
_DIGEST = "content-digest"


class MessageSigner(Signer):
    """Signs requests with HTTP message signatures (RFC 9421), in the headers Signature and Signature-Input.

    ```python
    signer = MessageSigner("key-1", Path("ed25519.pem").read_bytes(), algorithm="ed25519")
    api = APIClient(base_url="https://api.example.com", http_backend=SigningBackend("httpx", signer))
    ```

    Args:
        key_id: identifies the key to the server.
        key: a private key in PEM format, as bytes or str, or a key object of cryptography; for `"hmac-sha256"` the
            shared secret, as bytes.
        algorithm: one of RFC 9421, section 3.3.
        covers: what is signed: header names in lower case, and components such as `"@method"`, `"@authority"`,
            `"@target-uri"`, `"@path"`, `"@query"` and `'"@query-param";name="id"'`; or a function that receives the
            request and returns this list. `"content-digest"` adds the header Content-Digest (RFC 9530, SHA-256) if the
            request doesn't have it. Any other header that is missing raises an error, since the library might add it
            afterwards. Default: the method, the whole URL and the content.
        label: of the signature; default `"sig1"`.
        tag: identifies the application; default None.
        expires_in: seconds until the signature expires; default None, for no limit.
        nonce: returns a new string for each signature; default None, for no nonce.
        include_algorithm: include the name of the algorithm; default True.
        clock: returns the seconds since 1970; default `time.time`.

    Raises:
        ConfigurationError: an invalid value, or http-message-signatures is missing:
            `pip install 'clientele-core[signatures]'`. In calls: a header to sign is missing.
        InvalidBody: in calls: the content is to be signed, and can be read only once.
    """

    def __init__(
        self,
        key_id: str,
        key: Any,
        *,
        algorithm: Algorithm,
        covers: Sequence[str] | Callable[[EncodedRequest], Sequence[str]] = ("@method", "@target-uri", _DIGEST),
        label: str = "sig1",
        tag: str | None = None,
        expires_in: float | None = None,
        nonce: Callable[[], str] | None = None,
        include_algorithm: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        library = needed("http_message_signatures", "MessageSigner", "signatures")
        _refuse_unfit(covers, expires_in, nonce)
        self._covers, self._clock = covers, clock
        self._algorithm = _algorithm(library, algorithm, key)
        self._always = {"key_id": key_id, "label": label, "tag": tag, "include_alg": include_algorithm}
        self._nonce, self._lifetime = nonce, None if expires_in is None else timedelta(seconds=expires_in)
        self._signer = library.HTTPMessageSigner(signature_algorithm=type(self._algorithm))
        self._errors = (library.HTTPMessageSignaturesException, ValueError)

    def sign(self, request: EncodedRequest) -> dict[str, str]:
        """Return Signature, Signature-Input and, if it is signed and missing, Content-Digest."""
        covers = list(self._covers(request) if callable(self._covers) else self._covers)
        message = _Message(request.method, request.url, dict(request.headers))
        added = {}
        if _DIGEST in map(_name, covers) and _DIGEST not in message.headers:
            added["Content-Digest"] = message.headers[_DIGEST] = _content_digest(request)
        try:
            self._apply(message, covers)
        except self._errors as error:
            raise ConfigurationError(f"MessageSigner: {error}") from error
        return {**added, **{name: message.headers[name] for name in ("Signature-Input", "Signature")}}

    def _apply(self, message: _Message, covers: list[str]) -> None:
        created = datetime.fromtimestamp(self._clock(), UTC)
        prepared = self._signer.prepare(
            message,
            created=created,
            expires=None if self._lifetime is None else created + self._lifetime,
            nonce=None if self._nonce is None else self._nonce(),
            covered_component_ids=covers,
            use_existing_digest=_DIGEST in message.headers,
            **self._always,
        )
        signature = self._algorithm.sign(prepared.signature_base)
        self._signer.apply(message, prepared, signature, append_if_signature_exists=True)


class _Message:
    """A request, as the library expects it."""

    def __init__(self, method: str, url: str, headers: dict[str, str]) -> None:
        self.method, self.url, self.headers = method, url, headers


def _refuse_unfit(covers: object, expires_in: object, nonce: object) -> None:
    if isinstance(covers, str):
        raise ConfigurationError('MessageSigner(covers=...): use a list of names, such as ["@method", "date"]')
    if expires_in is not None and not (isinstance(expires_in, (int, float)) and expires_in > 0):
        raise ConfigurationError("MessageSigner(expires_in=...): use a positive number of seconds")
    if nonce is not None and not callable(nonce):
        raise ConfigurationError("MessageSigner(nonce=...): use a function that returns a new string each time")


def _algorithm(library: Any, name: str, key: Any) -> Any:
    """The algorithm called `name`, with `key`."""
    if name not in get_args(Algorithm):
        raise ConfigurationError(
            f"MessageSigner(algorithm=...): {name!r} is none of {', '.join(map(repr, get_args(Algorithm)))}"
        )
    if name == "hmac-sha256" and not (isinstance(key, (bytes, str)) and key):
        raise ConfigurationError("MessageSigner(key=...): not a valid key for hmac-sha256: use the secret, as bytes")
    kind = getattr(library.algorithms, name.upper().replace("-", "_"))
    try:
        return kind(private_key=key.encode() if isinstance(key, str) else key)
    except (library.HTTPMessageSignaturesException, ValueError, TypeError) as error:
        raise ConfigurationError(f"MessageSigner(key=...): not a valid key for {name}: {error}") from error


def _name(component: str) -> str:
    """The name in `component`, which may have parameters: `"date";sf`."""
    return component.removeprefix('"').partition('"')[0]


def _content_digest(request: EncodedRequest) -> str:
    if not request.is_readable:
        raise InvalidBody(
            "MessageSigner: the body can be read only once, and its digest is needed before it is sent; use bytes, a "
            "list of bytes, or a seekable file; or set the header Content-Digest yourself; or leave 'content-digest' "
            "out of `covers`"
        )
    return f"sha-256=:{b64encode(request.digest('sha256')).decode()}:"
