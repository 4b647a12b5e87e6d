"""Suggestions for unknown options and attributes: names of other libraries, and typos."""

from __future__ import annotations

from collections.abc import Collection, Iterable

__all__ = ["instead_of", "unknown_attribute", "unknown_option"]

_OURS = {
    "allow_redirects": "follow_redirects",
    "api_key": "auth",
    "backend": "http_backend",
    "body": "json",
    "ca_bundle": "verify",
    "ca_certs": "verify",
    "cafile": "verify",
    "client_cert": "cert",
    "event_hooks": "on_request",
    "host": "base_url",
    "form": "data",
    "hooks": "on_request",
    "limits": "max_connections",
    "params": "query",
    "parser": "response_parser",
    "pool_maxsize": "max_connections",
    "proxies": "proxy",
    "query": "params",
    "responses": "response_map",
    "ssl": "verify",
    "stream": "streaming_response",
    "streaming": "streaming_response",
    "token": "auth",
    "url": "base_url",
    "verify_ssl": "verify",
}
"""Names of our options in other libraries."""

_INNER = frozenset({"home", "on_head", "signers"})
"""Options that only wrappers and drivers set."""

_RETRY = (
    'wrap the backend in a RetryBackend: http_backend=RetryBackend("httpx", attempts=3); for one endpoint, '
    "use its option retry=Retry(...)"
)
_RESULT = "the type of `result` declares the response: annotate that parameter, or pass result=Type to `request`"
_ARGUMENT = (
    "declare it as a parameter of the function: `data` is the body, and parameters that aren't in the path are the "
    "query"
)
_FOR_ALL = "it is set for all calls: APIClient({name}=...)"
_NATIVE = "pass it to the backend: http_backend=HttpxHTTPBackend({name}=...)"

_ADVICE = {
    **dict.fromkeys(("retry", "retries", "max_retries"), _RETRY),
    **dict.fromkeys(("model", "response_model", "response_type", "return_type"), _RESULT),
    **dict.fromkeys(("params", "query", "json", "data", "body", "content", "files"), _ARGUMENT),
    **dict.fromkeys(("auth", "verify", "cert", "http2", "proxy", "trust_env", "max_connections", "base_url"), _FOR_ALL),
    **dict.fromkeys(("client", "async_client"), _NATIVE),
    "user_agent": 'send it as a header: headers={"User-Agent": ...}',
    "cookies": 'send a header, headers={"Cookie": "name=value"}, or store cookies: APIClient(cookies=True)',
    "session": "pass it to the backend: http_backend=RequestsHTTPBackend(client=session)",
    "stream": "declare it: @client.get(path, streaming_response=True)",
    "transport": 'pass it to the native client: client_options={"transport": ...}',
}
"""Advice for options that we don't have."""


def unknown_option(names: Iterable[str], known: Collection[str], where: str) -> str:
    """The message about unknown options.

    Args:
        names: the passed options.
        known: the existing options.
        where: the beginning of the message.
    """
    unknown = sorted(names)
    return f"{where}: unknown option {', '.join(map(repr, unknown))}; {instead_of(unknown[0], known)}"


def instead_of(name: str, known: Collection[str]) -> str:
    """What to write instead of `name`: the intended option, or an alternative; else all `known` options."""
    if _OURS.get(name) in known:
        return f"did you mean {_OURS[name]!r}?"
    if name in _ADVICE:
        return _ADVICE[name].replace("{name}", name)
    from difflib import get_close_matches  # noqa: PLC0415 - only who mistypes a name needs it.

    close = get_close_matches(name.lower(), known, n=1, cutoff=0.7)
    return f"did you mean {close[0]!r}?" if close else f"known are {', '.join(sorted(set(known) - _INNER))}"


_STREAM = "a function with streaming_response=True; the body of a Response has already been read"
_ATTRIBUTES = {
    **dict.fromkeys(("ok", "success", "isSuccess"), "is_success"),
    **dict.fromkeys(("is_error", "is_client_error", "is_server_error"), "status_code >= 400"),
    **dict.fromkeys(("status", "code", "getcode", "statusCode"), "status_code"),
    **dict.fromkeys(("reason", "statusText", "status_text", "msg"), "reason_phrase"),
    **dict.fromkeys(("data", "body", "parsed", "value"), "json(), text or content"),
    **dict.fromkeys(("read", "aread", "raw", "bytes", "arrayBuffer", "blob"), "content"),
    **dict.fromkeys(("request", "method", "real_url", "config"), "request_method, request_url or call"),
    **dict.fromkeys(("header", "getheader", "getheaders", "info", "content_type"), 'headers["content-type"]'),
    **dict.fromkeys(("encoding", "charset", "apparent_encoding"), "text, which has the charset of the Content-Type"),
    **dict.fromkeys(("is_redirect", "redirected", "has_redirect_location"), "history"),
    **dict.fromkeys(("next", "next_request"), 'headers["location"]'),
    **dict.fromkeys(("iter_content", "iter_bytes", "iter_raw", "iter_text", "stream"), _STREAM),
    **dict.fromkeys(("version", "extensions"), "http_version or native"),
}
"""Names of the attributes of a response in other libraries."""


def unknown_attribute(name: str, known: Collection[str]) -> str:
    """The message about the unknown attribute `name` of a response; `known` are the existing ones."""
    instead = f"use {_ATTRIBUTES[name]}" if name in _ATTRIBUTES else instead_of(name, known)
    return f"a Response has no attribute {name!r}; {instead}"
