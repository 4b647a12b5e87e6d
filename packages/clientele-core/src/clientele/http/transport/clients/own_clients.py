"""The user's own native clients: which are accepted, and which options they exclude."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from types import UnionType
from typing import TypeAlias, get_args

from clientele.http.backends.options import BackendSettings
from clientele.http.message.errors import ConfigurationError
from clientele.http.runtime.lazy import asyncio

ClientTypes: TypeAlias = type | UnionType | tuple[type, ...] | None
"""The type of a client: a class, a union or a tuple of classes, or None."""

_OF_THE_CLIENT = ("cert", "client_options", "cookies", "http2", "max_connections", "proxy", "trust_env", "verify")
"""The options that apply only to clients that the backend builds."""


def refuse_beside_own(where: str, options: Mapping[str, object]) -> None:
    """Refuse options that the user's own client has itself.

    Raises:
        ConfigurationError: one of `options` is such an option; the message names it.
    """
    own = next((name for name in ("client", "async_client") if options.get(name) is not None), None)
    said = [name for name in _OF_THE_CLIENT if name in options]
    if own is not None and said:
        raise ConfigurationError(f"{where}({said[0]}=...): your {own} has its own; set it there")


def refuse_unfit(where: str, settings: BackendSettings, types: tuple[ClientTypes, ClientTypes]) -> None:
    """Refuse a client that is of another type than the backend uses.

    Args:
        where: the name of the backend.
        settings: its options.
        types: those of a synchronous and of an asynchronous client; None for a mode that the backend doesn't have.

    Raises:
        ConfigurationError: a client is not of its type.
    """
    sync, asynchronous = map(_each, types)
    for name, client, wanted, other in (
        ("client", settings.client, sync, asynchronous),
        ("async_client", settings.async_client, asynchronous, sync),
    ):
        if client is not None and (not isinstance(client, wanted) or _is_rather(client, other, wanted)):
            instead = "there is no such mode" if sync or asynchronous else "there can be none; use client_options"
            needed = f"use a {' or a '.join(map(_name, wanted))}" if wanted else instead
            raise ConfigurationError(f"{where}({name}=...): {needed}, not {type(client).__name__}")


def _each(types: ClientTypes) -> tuple[type, ...]:
    if types is None or isinstance(types, tuple):
        return types or ()
    return get_args(types) if isinstance(types, UnionType) else (types,)


def _name(kind: type) -> str:
    return f"{kind.__module__.partition('.')[0]}.{kind.__name__}"


def _is_rather(client: object, others: tuple[type, ...], wanted: tuple[type, ...]) -> bool:
    """Whether `client` has a more specific type among `others`: in some libraries, one client class inherits from the
    other.
    """
    return any(isinstance(client, other) and issubclass(other, wanted) and other not in wanted for other in others)


class OneLoop:
    """The event loop of the user's own client: the first one that uses it."""

    def __init__(self) -> None:
        self._loop: weakref.ref[asyncio.AbstractEventLoop] | None = None

    def check(self) -> None:
        """Refuse any other loop.

        Raises:
            ConfigurationError: the running loop is not the one that the client was used on first.
        """
        loop = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = weakref.ref(loop)
        elif self._loop() is not loop:
            raise ConfigurationError(
                "async_client=...: it belongs to the event loop that used it first; pass one for each loop, or none"
            )
