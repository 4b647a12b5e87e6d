"""AWS Signature Version 4, computed by botocore.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any, Protocol, TypeAlias
from urllib.parse import quote, unquote_to_bytes

from clientele.http.backends.signers import EncodedRequest, Signer
from clientele.http.errors import ConfigurationError, InvalidBody, InvalidHeader
from clientele.http.response import Response
from clientele.http.runtime.lazy import asyncio
from clientele.http.signing.needed import needed

_S3 = frozenset({"s3", "s3-object-lambda", "s3-outposts"})
"""Services that require the hash of the body in a header, and the path encoded once."""
_PAYLOAD = "X-Amz-Content-SHA256"
_CHANGED = frozenset(
    {
        "accept",
        "accept-encoding",
        "baggage",
        "connection",
        "content-length",
        "expect",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "traceparent",
        "tracestate",
        "trailer",
        "upgrade",
        "user-agent",
        "x-amzn-trace-id",
    }
)
"""Headers that proxies and CDNs may change; they aren't signed."""
_LARGEST_SKEW = 240.0
"""Seconds that the clocks may differ: AWS refuses more than 300."""


class Freezable(Protocol):
    """Credentials of botocore, which may have to be refreshed."""

    def get_frozen_credentials(self) -> Any:
        """The keys as they are now, with `access_key`, `secret_key` and `token`."""


class Session(Protocol):
    """A session of botocore or boto3, which looks for credentials in the places that AWS documents."""

    def get_credentials(self) -> Any:
        """The credentials; None if there are none."""


AWSCredentials: TypeAlias = Session | Freezable | tuple[str, str] | tuple[str, str, str | None]
"""What `SigV4Signer(credentials=...)` accepts."""


class SigV4Signer(Signer):
    """Signs requests to AWS with Signature Version 4.

    ```python
    backend = SigningBackend("httpx", SigV4Signer("execute-api", "eu-west-1"))
    api = APIClient(base_url="https://abc.execute-api.eu-west-1.amazonaws.com", http_backend=backend)
    ```

    The signature covers the hash of the body, and all headers except those that proxies and CDNs may change, such as
    Accept, Accept-Encoding, Content-Length, User-Agent and `traceparent`. A call can set the hash itself in the header
    `X-Amz-Content-SHA256`, or `UNSIGNED-PAYLOAD` for none. This is required for a body that can be read only once.

    When AWS refuses a request whose Date differs by more than four minutes, the signer uses the time of the server from
    then on, and the request is sent again.

    Args:
        service: the name in the credential scope, such as `"s3"`, `"execute-api"` or `"dynamodb"`.
        region: such as `"eu-west-1"`.
        credentials: a session of botocore or boto3, credentials of botocore, or a tuple `(access key, secret key)` or
            `(access key, secret key, session token)`. They are refreshed before they expire; asynchronous calls do this
            in a thread. Default None: botocore looks for them in the environment, in the configuration files and in the
            instance metadata.
        clock: returns the seconds since 1970; default `time.time`.

    Raises:
        ConfigurationError: an invalid value, or botocore is missing: `pip install 'clientele-core[aws]'`. In calls:
            there are no credentials. What botocore raises when it can't get them is raised unchanged.
        InvalidHeader: in calls: the request has an Authorization header already.
        InvalidBody: in calls: the body can be read only once.
    """

    def __init__(
        self,
        service: str,
        region: str,
        credentials: AWSCredentials | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        for name, value in (("service", service), ("region", region)):
            if not _is_text(value):
                raise ConfigurationError(f"SigV4Signer({name}=...): use a name such as 's3' or 'eu-west-1'")
        self._service, self._region, self._clock = service, region, clock
        self._source = _checked(credentials)
        self._auth = _hashing(service)
        self._skew = 0.0
        self._keys: Any = None

    def prepare(self) -> None:
        """Get the credentials, refreshed if that is due."""
        source = self._source
        if hasattr(source, "get_credentials"):
            source = source.get_credentials()
            if source is None:
                raise ConfigurationError("SigV4Signer: the session found no AWS credentials")
            self._source = source
        self._keys = source.get_frozen_credentials()

    async def aprepare(self) -> None:
        """`prepare`, in a thread if that may take a while."""
        source = self._source
        if hasattr(source, "get_credentials") or getattr(source, "refresh_needed", bool)():
            await asyncio.to_thread(self.prepare)
        else:
            self.prepare()

    def sign(self, request: EncodedRequest) -> dict[str, str]:
        """Return the date, the session token, the hash for S3, and the Authorization header."""
        if "authorization" in request.headers:
            raise InvalidHeader(
                "SigV4Signer: the request has an Authorization header already, and the signature goes there; leave out "
                "`auth`"
            )
        payload, keys = self._payload_of(request), self._keys
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._clock() + self._skew))
        added = {"X-Amz-Date": stamp}
        if keys.token:
            added["X-Amz-Security-Token"] = keys.token
        if self._service in _S3:
            added[_PAYLOAD] = payload
        return {**added, "Authorization": self._authorization(request, added, payload)}

    def adjust(self, response: Response) -> bool:
        """Use the time of a server that has refused a request, if it differs."""
        try:
            there = parsedate_to_datetime(response.headers.get("date", "")).timestamp()
        except ValueError:
            return False
        difference = there - self._clock()
        is_off = response.status_code in {400, 401, 403} and abs(difference - self._skew) > _LARGEST_SKEW
        if is_off:
            self._skew = difference
        return is_off

    def _payload_of(self, request: EncodedRequest) -> str:
        said = request.headers.get(_PAYLOAD)
        if said is not None:
            return str(said)
        if not request.is_readable:
            raise InvalidBody(
                "SigV4Signer: the body can be read only once, and its hash is needed before it is sent; use bytes, a "
                f"list of bytes, or a seekable file; or set the header {_PAYLOAD} to the SHA-256 in hex or, for S3, to "
                "UNSIGNED-PAYLOAD"
            )
        return request.digest("sha256").hex()

    def _authorization(self, request: EncodedRequest, added: dict[str, str], payload: str) -> str:
        auth = self._auth(self._keys, self._service, self._region)
        new_request = needed("botocore.awsrequest", "SigV4Signer", "aws").AWSRequest
        aws = new_request(request.method, _url(request, self._service), added)
        signed = [name for name in request.headers if name not in _CHANGED and name not in aws.headers]
        for name, value in request.headers.pairs:
            if name.lower() in signed:
                aws.headers.add_header(name, value)
        aws.context = {"timestamp": added["X-Amz-Date"], "payload": payload}
        signature = auth.signature(auth.string_to_sign(aws, auth.canonical_request(aws)), aws)
        names = auth.signed_headers(auth.headers_to_sign(aws))
        return f"AWS4-HMAC-SHA256 Credential={auth.scope(aws)}, SignedHeaders={names}, Signature={signature}"


def _checked(credentials: Any) -> Any:
    """What has `get_credentials` or `get_frozen_credentials`."""
    if credentials is None:
        return needed("botocore.session", "SigV4Signer", "aws").get_session()
    if isinstance(credentials, tuple) and len(credentials) in {2, 3} and all(map(_is_text, credentials[:2])):
        return needed("botocore.credentials", "SigV4Signer", "aws").Credentials(*credentials)
    if hasattr(credentials, "get_credentials") or hasattr(credentials, "get_frozen_credentials"):
        return credentials
    given = "such a tuple" if isinstance(credentials, tuple) else type(credentials).__name__
    raise ConfigurationError(
        "SigV4Signer(credentials=...): use a session of botocore or boto3, credentials of botocore, or a tuple "
        f"(access key, secret key, session token), not {given}"
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _hashing(service: str) -> type[Any]:
    """Botocore's class for `service`, which takes the hash of the payload from the request's context."""
    module = needed("botocore.auth", "SigV4Signer", "aws")
    base = module.S3SigV4Auth if service in _S3 else module.SigV4Auth
    return type("SigV4", (base,), {"payload": lambda _, request: request.context["payload"]})


def _url(request: EncodedRequest, service: str) -> str:
    """The URL as AWS reads it: the path as it was sent, for S3 with all encoded that isn't unreserved, as the query."""
    path, mark, query = request.target.partition("?")
    if service in _S3:
        path = _encoded(path, "/")
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    encoded = "&".join(f"{_encoded(name)}{equals}{_encoded(value)}" for name, equals, value in pairs)
    return f"{request.url.removesuffix(request.target)}{path}{mark}{encoded}"


def _encoded(text: str, safe: str = "") -> str:
    return quote(unquote_to_bytes(text), safe=f"{safe}-_.~")
