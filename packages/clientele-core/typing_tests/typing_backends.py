"""What the author of a backend may say in its class."""

# ruff: noqa: D101, INP001, RUF100 - what counts here are the types.

from __future__ import annotations

from typing import Any

from clientele.http import TransportBackend
from clientele.http.errors import ClienteleError, ProtocolError, ReadError, TransportError


class Session: ...


class OAuth2Session: ...


class AsyncSession: ...


def told(fault: BaseException) -> type[TransportError]:
    """Always one of ours."""
    return ReadError if "cut" in str(fault) else ProtocolError


def declined(fault: BaseException) -> type[TransportError] | None:
    """Perhaps none."""
    return ProtocolError if "HTTP" in str(fault) else None


def told_no_error(fault: BaseException) -> str:
    """No class."""
    return str(fault)


class OfOneClass(TransportBackend[Session, AsyncSession]):
    client_types = (Session, AsyncSession)
    faults = ((OSError, ReadError), (ValueError, declined), (Exception, told))


class OfAUnion(TransportBackend[Session | OAuth2Session, Any]):
    client_types = (Session | OAuth2Session, None)
    faults = ()


class OfATuple(TransportBackend[Session | OAuth2Session, AsyncSession]):
    client_types = ((Session, OAuth2Session), AsyncSession)
    faults = ((OSError, ReadError),)


class OfAnInstance(TransportBackend[Session, Any]):
    client_types = (Session(), None)  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]


class OfAName(TransportBackend[Session, Any]):
    client_types = ("Session", None)  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]


class OfOneMode(TransportBackend[Session, Any]):
    client_types = (Session,)  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]


class OfAnotherTree(TransportBackend[Session, Any]):
    faults = ((OSError, ClienteleError),)  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]


class OfText(TransportBackend[Session, Any]):
    faults = ((OSError, told_no_error),)  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
