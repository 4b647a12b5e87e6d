"""Blocks the network in tests, for all backends: which calls may leave this process."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from clientele.http.backends.interface import HTTPBackend
from clientele.http.message.errors import ConfigurationError, InvalidURL
from clientele.http.message.printable import printable
from clientele.http.message.redaction import redacted_url
from clientele.http.message.urls import URL, is_absolute, parse_url

_SUBDOMAINS = "*."
_HOST = r"\[[^\[\]/?#@*]+\]|[^\[\]/?#@*:]+"


class NetworkBlocked(AssertionError):
    """A call would have left this process, in tests that block the network.

    It is not a TransportError or another error of calls, so code under test that handles these doesn't hide it.

    Attributes:
        request_method: the method.
        request_url: the URL, without user information and with query values hidden.
        advice: what to do next.
        call_name: the qualified name of the decorated function; None for a call without a declared function.
    """

    call_name: str | None = None

    def __init__(self, request_method: str, request_url: str, advice: str = "") -> None:
        self.request_method, self.request_url = request_method, printable(redacted_url(request_url))
        self.advice = advice
        super().__init__(request_method, self.request_url, advice)

    def __str__(self) -> str:
        name = "" if self.call_name is None else f"{self.call_name}: "
        return f"{name}{self.request_method} {self.request_url}: the network is blocked in tests\n{self.advice}"


class AllowedHosts:
    """The hosts that calls may reach.

    Args:
        hosts: names and addresses; `*.example.com` matches all names below `example.com`.

    Raises:
        ConfigurationError: an entry is not a host.
    """

    def __init__(self, hosts: Iterable[str]) -> None:
        self._hosts = frozenset(map(_checked, hosts))

    def __contains__(self, host: str) -> bool:
        labels = host.split(".")
        above = (_SUBDOMAINS + ".".join(labels[start:]) for start in range(1, len(labels)))
        return host in self._hosts or not self._hosts.isdisjoint(above)


_allowed: AllowedHosts | None = None
"""The allowed hosts; None for all. It is global, so it applies to all threads and clients."""


@contextmanager
def network(allowed: AllowedHosts | None) -> Iterator[None]:
    """Within the block, allow calls to the `allowed` hosts only, or to all hosts for None; then restore the previous
    value.
    """
    global _allowed  # noqa: PLW0603 - see there
    before, _allowed = _allowed, allowed
    try:
        yield
    finally:
        _allowed = before


def is_limited() -> bool:
    """Whether some hosts must not be reached."""
    return _allowed is not None


def admit(backend: HTTPBackend, method: str, url: URL | str, cassette: str = "") -> None:
    """Admit a request of `backend`, unless it would leave this process while the network is blocked.

    Args:
        backend: the backend.
        method: the method.
        url: the URL; may be a path for a direct subclass of HTTPBackend.
        cassette: the file that it would be recorded to.

    Raises:
        NetworkBlocked: the request is blocked.
    """
    if _allowed is None or backend.in_process:
        return
    address = str(url)
    host = parse_url(address)[0].host if is_absolute(address) else ""
    if host not in _allowed:
        raise NetworkBlocked(method, address, _advice(backend, host, cassette))


def _advice(backend: HTTPBackend, host: str, cassette: str) -> str:
    if cassette:
        instead = f"it would be recorded: {cassette} has no answer to it; record it once with the network allowed"
    else:
        instead = (
            "answer it with a fake (clientele_fake and use_backend), a recording (clientele_recorder) or an "
            f"application in this process; if {type(backend).__name__} makes no connections, have it say "
            "`in_process = True`"
        )
    hosts = f", or --clientele-allow-hosts={host.strip('[]')} for the run" if host else ""
    return f"{instead}\nto allow it: @pytest.mark.clientele_allow_network on the test{hosts}"


def _checked(host: object) -> str:
    """`host` in normal form."""
    name = host.removeprefix(_SUBDOMAINS) if isinstance(host, str) else ""
    bracketed = f"[{name}]" if name.count(":") > 1 and not name.startswith("[") else name
    try:
        normal = parse_url(f"http://{bracketed}")[0].host if re.fullmatch(_HOST, bracketed) else ""
    except InvalidURL:
        normal = ""
    if not normal:
        raise ConfigurationError(
            f"allowed hosts: {host!r} is not a host; write a name, an address or *.example.com, without scheme and port"
        )
    return normal if name == host else _SUBDOMAINS + normal
