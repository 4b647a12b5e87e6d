"""The state of a client: its configuration, its backend, and the values that all calls derive from them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from clientele.api.calling.overrides import overriding_backend, running
from clientele.api.calling.own_calls import OwnCalls
from clientele.api.calling.sending import Sending
from clientele.api.config import BaseConfig
from clientele.api.credentials.auth import Auth
from clientele.api.declaring.settings import refuse_untaken
from clientele.api.hooks.logs import CallLog
from clientele.api.hooks.request import Request
from clientele.api.results.status_errors import problem_readers
from clientele.http.backends.discovery import backend_class
from clientele.http.backends.interface import HTTPBackend
from clientele.http.backends.kinds import innermost, is_transport, is_wrapper
from clientele.http.backends.limits import configured_limits
from clientele.http.errors import ConfigurationError
from clientele.http.message.call import Source
from clientele.http.message.headers import RequestHeaders, checked_headers, merged_headers
from clientele.http.message.urls import Origin, is_absolute, join_url, parse_url
from clientele.http.runtime.forks import OwnLock
from clientele.http.secrets.known_secrets import secret_headers
from clientele.http.transport.request_headers import basic_authorization, headers_for_elsewhere

_FOR_THE_CONSTRUCTOR = (
    "verify",
    "http2",
    "proxy",
    "trust_env",
    "cert",
    "cookies",
    "max_connections",
    "client_options",
)
_FOR_EVERY_CALL = ("timeout", "follow_redirects", "max_response_bytes", "max_line_bytes", "decode_content")


class BackendHolder:
    """The backend of a client, either passed, or built at first use and closed by the client."""

    def __init__(self, config: BaseConfig) -> None:
        given = config.fields_set()
        self._choice = config.http_backend
        self._options = {name: given[name] for name in _FOR_THE_CONSTRUCTOR if name in given}
        _refuse_twice(given, type(config).__name__)
        self._own = OwnLock()
        self._backend: HTTPBackend | None = None
        if isinstance(self._choice, HTTPBackend):
            if self._options:
                raise ConfigurationError(
                    _set_it_there(type(config), type(innermost(self._choice)), next(iter(self._options)))
                )
            self._backend = self._choice

    def serves(self, config: BaseConfig) -> bool:
        """Whether `config` selects the same backend with the same options."""
        other = BackendHolder(config)
        return self._choice is other._choice and self._options == other._options

    @property
    def backend(self) -> HTTPBackend:
        """The backend, or that of a `use_backend` block around the caller.

        Raises:
            ConfigurationError: no backend of that name is installed, there is no default, or it doesn't support an
                option.
            ImportError: the backend is installed, but can't be imported.
        """
        if running and (other := overriding_backend(self, self._options)) is not None:
            return other
        if self._backend is None:
            with self._own.lock:
                if self._backend is None:
                    self._backend = backend_class(self._choice_by_name())(**self._options)
        return self._backend

    def close(self) -> None:
        """Close the backend, if it was built here."""
        if self._owned is not None:
            self._owned.close()

    async def aclose(self) -> None:
        """Close the backend, if it was built here."""
        if self._owned is not None:
            await self._owned.aclose()

    @property
    def _owned(self) -> HTTPBackend | None:
        return None if isinstance(self._choice, HTTPBackend) else self._backend

    def _choice_by_name(self) -> str | None:
        return None if isinstance(self._choice, HTTPBackend) else self._choice


class State:
    """The values that all calls of a client share, computed once for each configuration."""

    def __init__(self, config: BaseConfig, holder: BackendHolder) -> None:
        given = config.fields_set()
        self.config = config
        self.holder = holder
        self.log = CallLog(config.logger or logging.getLogger("clientele"), bodies=config.log_bodies)
        self._base_url = _base_url(config)
        self.watched = Sending(config, self.log, OwnCalls(self.complete, self.backend_for))
        """Hooks, `auth` and logging of each call."""
        self.around = None if self.watched.is_empty else self.watched
        """The same, or None if there is only logging."""
        self.problems = problem_readers(config.errors, type(config).__name__)
        """Read the bodies of errors."""
        self._below = self._base_url.rstrip("/")
        self._origin: Origin | None = parse_url(self._base_url)[0].origin if self._base_url else None
        self._headers = checked_headers(given.get("headers", {}))
        self._headers_elsewhere = headers_for_elsewhere(self._headers)
        self._common = {name: given[name] for name in _FOR_EVERY_CALL if name in given}
        self._defaults = _with_headers(self._common, self._headers)
        self._secret_names = frozenset(secret_headers(self._headers))
        self._informed: HTTPBackend | None = None
        if config.auth is not None:
            _refuse_homeless(config.auth, f"{type(config).__name__}(auth=...)", self._base_url, self._headers)

    def backend_for(self, source: Source) -> tuple[HTTPBackend, Source]:
        """The backend for a call, and the source of the call.

        A wrapper receives the secrets of the request, and the home of the source.

        Raises:
            ConfigurationError: the call has a setting that no wrapper takes.
        """
        backend = self.holder.backend
        if backend is not self._informed:
            self._inform(backend)
        if source.settings:
            refuse_untaken(source, backend, self.config.http_backend)
        return backend, source._replace(home=self._base_url) if is_wrapper(backend) else source

    def _inform(self, backend: Any) -> None:
        if is_wrapper(backend):
            backend.know_secrets(self._secret_names)
            self.watched.know = backend.know_secrets
        self.watched.limits = configured_limits(backend)
        self._informed = backend

    def complete(self, path: str, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """The URL and all options of a call; options of the call take precedence over configured ones."""
        url, at_home = self._url(path)
        if at_home and "headers" not in options:
            return url, {**self._defaults, **options} if self._defaults else options
        complete = _with_headers({**self._common, **options}, self._merged(options, at_home=at_home))
        return url, complete if at_home else {**complete, "home": self._base_url}

    def request(self, method: str, path: str, options: dict[str, Any], source: Source) -> Request:
        """The result of `complete` as a Request, which hooks and `auth` may change."""
        url, at_home = self._url(path)
        headers = self._merged(options, at_home=at_home)
        own = parse_url(path)[1] if is_absolute(path) else None
        if own is not None:
            headers.setdefault("authorization", ("Authorization", basic_authorization(own)))
        request = Request(method, url, {**self._common, **options}, headers, at_home=at_home)
        request.home = "" if at_home else self._base_url
        request.source = source
        return request

    def _url(self, path: str) -> tuple[str, bool]:
        """The URL of a call, and whether its origin is home."""
        if path[:1] == "/" and self._below:
            return f"{self._below}/{path.lstrip('/')}", True  # A fast path of `join_url`.
        at_home = self._origin is None or not is_absolute(path) or parse_url(path)[0].origin == self._origin
        return join_url(self._base_url, path), at_home

    def _merged(self, options: dict[str, Any], *, at_home: bool) -> RequestHeaders:
        configured = self._headers if at_home else self._headers_elsewhere
        own = options.get("headers")
        return merged_headers(configured, checked_headers(own)) if own else dict(configured)


def _refuse_twice(given: Mapping[str, Any], where: str) -> None:
    for name in given.get("client_options", ()):
        if name in given:
            raise ConfigurationError(f"{where}: {name!r} is set twice, also in client_options; set it once")


def _refuse_homeless(auth: Auth, where: str, base_url: str, headers: RequestHeaders) -> None:
    """Refuse credentials without an origin, and those that a header or the base URL would override."""
    if not base_url:
        raise ConfigurationError(f"{where}: credentials are sent to the origin of the base URL only; set base_url too")
    if auth.header is not None and auth.header.lower() in headers:
        raise ConfigurationError(f"{where}: headers already has {auth.header!r}; set one of them")
    if auth.header == "Authorization" and parse_url(base_url)[1] is not None:
        raise ConfigurationError(f"{where}: base_url has user information, which is also a credential; set one of them")


def _with_headers(options: dict[str, Any], headers: RequestHeaders) -> dict[str, Any]:
    return {**options, "headers": dict(headers.values())} if headers else options


def _base_url(config: BaseConfig) -> str:
    """The base URL of the config, or of its backend; if both have one, their origins must be equal."""
    backend: Any = innermost(config.http_backend) if isinstance(config.http_backend, HTTPBackend) else None
    theirs = backend.settings.base_url if backend is not None and is_transport(backend) else ""
    if config.base_url and theirs and parse_url(config.base_url)[0].origin != parse_url(theirs)[0].origin:
        raise ConfigurationError(
            f"{type(config).__name__}(base_url=...) and {type(backend).__name__}(base_url=...) have different "
            "origins, and configured headers belong to one; set one of them"
        )
    return config.base_url or theirs


def _set_it_there(config: type, backend: type, name: str) -> str:
    return (
        f"{config.__name__}({name}=...): the backend is already built and has its own; set it there: "
        f"{backend.__name__}({name}=...)"
    )
