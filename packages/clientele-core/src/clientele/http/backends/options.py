"""The options of a backend and of a call: names, checks and precedence."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import IO, TYPE_CHECKING, Any, TypeAlias, TypedDict

from clientele.http.backends.proxies import checked_proxy
from clientele.http.backends.tls import Certificate, Verify, checked_certificate, tls_verification
from clientele.http.message.body.multipart import Files
from clientele.http.message.errors import ConfigurationError
from clientele.http.message.headers import HeadersInput, RequestHeaders, checked_headers
from clientele.http.message.query import Params
from clientele.http.message.suggestions import unknown_option
from clientele.http.message.urls import checked_base_url
from clientele.http.runtime.lazy import ssl
from clientele.http.timeouts import Timeout, checked_timeout

if TYPE_CHECKING:
    from clientele.http.backends.signers import Signer
    from clientele.http.response import Response

__all__ = [
    "BACKEND_DEFAULTS",
    "BACKEND_OPTIONS",
    "REQUEST_OPTIONS",
    "BackendOptions",
    "BackendSettings",
    "Content",
    "RequestOptions",
    "backend_settings",
    "checked_option",
    "checked_options",
]

Content: TypeAlias = bytes | str | IO[bytes] | Iterable[bytes] | AsyncIterable[bytes]
"""A raw body; an asynchronous iterable is for asynchronous calls only."""


class BackendOptions(TypedDict, total=False):
    """The options of a backend, as keywords of its constructor."""

    base_url: str
    """The base of relative URLs; default `""`."""
    headers: HeadersInput
    """Sent on every request, to the origin of `base_url` only; default none."""
    timeout: float | Timeout | None
    """The longest inactivity in seconds, None for no limit, or a Timeout; default 5.0."""
    follow_redirects: bool
    """Follow redirects; default False."""
    verify: Verify
    """How certificates of servers are verified; default True, against the default CAs.
    False disables verification. The path of a file or folder of CA certificates, or an `ssl.SSLContext`, replaces the
    default CAs.
    """
    cert: Certificate | None
    """A client certificate: the path of a PEM file, `(chain, key)` or `(chain, key, password)`; default None.
    A single file has the key and the chain. The certificate is presented to the origin of `base_url` only, or without a
    base URL to the origin of each call; never to another origin after a redirect.
    """
    http2: bool
    """Offer HTTP/2 over TLS; default False."""
    proxy: str | None
    """The URL of a proxy for every request; default None."""
    trust_env: bool
    """Use the proxies of the environment, except for loopback addresses; default True."""
    cookies: bool
    """Store the cookies of responses, and send them (RFC 6265); default False."""
    max_connections: int
    """The maximum number of concurrent requests, and so of connections; default 100.
    Further calls wait, up to the `pool` limit of their timeout.
    """
    max_response_bytes: int | None
    """The maximum size of a decoded body, in bytes; default None, no limit. A larger body raises ResponseTooLarge."""
    max_line_bytes: int | None
    """The maximum length of a line of a stream, in bytes; default 16 MiB, None for no limit.
    A longer line raises ResponseTooLarge.
    """
    decode_content: bool
    """Decode gzip and deflate (RFC 9110, section 8.4.1); default True."""
    client_options: Mapping[str, Any]
    """Options of the library's own client; default none."""
    client: Any
    """Your own native client for synchronous calls; default None.
    It is not modified and not closed, and keeps its own TLS, proxies, retries, cookies and pool; the options for these
    can't be combined with it. Its headers, parameters and auth are sent to the origin of `base_url`, or without a base
    URL to the origin of the call; never to another origin after a redirect.
    """
    async_client: Any
    """The same, for asynchronous calls."""


BACKEND_DEFAULTS: Mapping[str, Any] = {
    "base_url": "",
    "headers": {},
    "timeout": 5.0,
    "follow_redirects": False,
    "verify": True,
    "cert": None,
    "http2": False,
    "proxy": None,
    "trust_env": True,
    "cookies": False,
    "max_connections": 100,
    "max_response_bytes": None,
    "max_line_bytes": 16 * 1024 * 1024,
    "decode_content": True,
    "client_options": {},
    "client": None,
    "async_client": None,
}
"""The default options of a backend."""


class RequestOptions(TypedDict, total=False):
    """The options of a single call, as keywords; they override `BaseConfig` and the constructor."""

    headers: HeadersInput
    """Sent with this call; they override configured headers, and the value None removes one."""
    timeout: float | Timeout | None
    """The longest inactivity in seconds, None for no limit, or a Timeout."""
    follow_redirects: bool
    """Follow redirects."""
    max_response_bytes: int | None
    """The maximum size of the decoded body, in bytes; None for no limit. A larger body raises ResponseTooLarge."""
    max_line_bytes: int | None
    """The maximum length of a line of a stream, in bytes; None for no limit. A longer line raises ResponseTooLarge."""
    decode_content: bool
    """Decode gzip and deflate (RFC 9110, section 8.4.1)."""
    params: Params
    """Appended to the query of the URL: a mapping or pairs."""
    json: Any
    """A JSON body (RFC 8259). None means no body: send `content=b"null"` for a JSON null."""
    data: Params
    """A form, as `application/x-www-form-urlencoded` (WHATWG URL, section 5), or the fields of one with `files`."""
    content: Content
    """A raw body: bytes, str (UTF-8), a binary file, or an iterable of bytes."""
    files: Files
    """Files of a `multipart/form-data` body (RFC 7578): a mapping or pairs.
    Each value is bytes, a binary file, `(filename, content)` or `(filename, content, content type)`.
    """
    home: str
    """A URL of the origin that the configured headers and credentials belong to.
    They are headers, the client certificate, and the headers, parameters and auth of your own native client. A call to
    another origin is made without them. Default `base_url`;
    without both, they are part of every call. `APIClient` passes its own `base_url`.
    """
    on_head: Callable[[Response], object]
    """Called with the head of a stream's response, a Response without content, before the first item.
    It isn't called for a status that raises. If it raises, the call ends with that exception.
    """
    signers: Sequence[Signer]
    """Sign the encoded request, one after the other, where it goes to `home`; a `SigningBackend` sets it."""


BACKEND_OPTIONS = frozenset(BackendOptions.__annotations__)
"""The names of the options of a backend."""
REQUEST_OPTIONS = frozenset(RequestOptions.__annotations__)
"""The names of the options of a call."""


@dataclass(slots=True, repr=False, eq=False)
class BackendSettings:
    """The options of a backend, checked and complete; `BackendOptions` documents them.

    Must not be modified.

    Attributes:
        elsewhere: if there is a `cert`, the options for origins that it is not presented to: without the certificate,
            and with a separate context.
    """

    base_url: str = ""
    headers: RequestHeaders = field(default_factory=dict)
    timeout: Timeout = field(default_factory=Timeout)
    follow_redirects: bool = False
    verify: bool | ssl.SSLContext = True
    cert: Certificate | None = None
    http2: bool = False
    proxy: str | None = None
    trust_env: bool = True
    cookies: bool = False
    max_connections: int = 100
    max_response_bytes: int | None = None
    max_line_bytes: int | None = 16 * 1024 * 1024
    decode_content: bool = True
    client_options: Mapping[str, Any] = field(default_factory=dict)
    client: Any = None
    async_client: Any = None
    elsewhere: BackendSettings | None = None


def refuse_unknown(given: Iterable[str], known: frozenset[str], where: str) -> None:
    """Raise a TypeError that names the unknown options."""
    unknown = set(given) - known
    if unknown:
        raise TypeError(unknown_option(unknown, known, where))


def backend_settings(where: str, options: BackendOptions) -> BackendSettings:
    """Check the constructor's `options` and complete them.

    Keys of `client_options` that mean the same in every library are treated as our options.

    Raises:
        TypeError: an unknown option.
        ConfigurationError: a value is invalid, or an option is also in `client_options`.
    """
    refuse_unknown(options, BACKEND_OPTIONS, where)
    native = dict(options.get("client_options") or {})
    taken = {name: native.pop(name) for name in list(native) if name in _TAKEN_OVER}
    twice = sorted(set(taken) & set(options))
    if twice:
        raise ConfigurationError(f"{where}: {twice[0]!r} is set twice, also in client_options; set it once")
    given: dict[str, Any] = {**options, **taken, "client_options": native}
    if given.get("cert") is not None and isinstance(given.get("verify"), ssl.SSLContext):
        raise ConfigurationError(
            f"{where}: your context must not be modified; load the certificate of cert into it yourself"
        )
    settings = BackendSettings(**{name: checked_option(name, value, where) for name, value in given.items()})
    if settings.cert is not None:
        verify = checked_option("verify", given.get("verify", True), where)
        settings.elsewhere = replace(settings, cert=None, verify=verify)
    return settings


_TAKEN_OVER = frozenset(
    {"base_url", "headers", "timeout", "follow_redirects", "verify", "cert", "http2", "proxy", "trust_env", "cookies"}
)


def checked_option(name: str, value: Any, where: str) -> Any:
    """`value`, checked as the option `name`.

    Raises:
        ConfigurationError: it is invalid; the message starts with `where` and the option's name.
    """
    check = _CHECKS.get(name)
    return value if check is None else check(value, f"{where}({name}=...)")


def _positive(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConfigurationError(f"{where}: {value!r} is not a limit; use an int of 1 or more")
    return value


def _limit(value: object, where: str) -> int | None:
    return None if value is None else _positive(value, where)


def _switch(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise ConfigurationError(f"{where}: use True or False, not {type(value).__name__}")
    return value


def _mapping(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"{where}: use a mapping of the native client's options, not {type(value).__name__}")
    return value


def _headers(value: Any, where: str) -> RequestHeaders:
    return checked_headers(value or {}, where)


_CHECKS: dict[str, Callable[[Any, str], Any]] = {
    "base_url": checked_base_url,
    "headers": _headers,
    "timeout": checked_timeout,
    "follow_redirects": _switch,
    "verify": tls_verification,
    "cert": checked_certificate,
    "http2": _switch,
    "proxy": checked_proxy,
    "trust_env": _switch,
    "cookies": _switch,
    "max_connections": _positive,
    "max_response_bytes": _limit,
    "max_line_bytes": _limit,
    "decode_content": _switch,
    "client_options": _mapping,
}


def checked_options(kwargs: Mapping[str, Any]) -> RequestOptions:
    """The keywords of a call, if they are all options.

    Raises:
        TypeError: one of them isn't; the message names it.
    """
    if kwargs and not kwargs.keys() <= REQUEST_OPTIONS:
        refuse_unknown(kwargs, REQUEST_OPTIONS, "request")
    return kwargs  # type: ignore[return-value]  # pyright: ignore[reportReturnType]
