"""Status codes and their registered names (RFC 9110, section 15)."""

from __future__ import annotations


def status_line(status: int) -> str:
    """The status and its registered name (RFC 9110, section 15): `404 Not Found`."""
    from http import HTTPStatus  # noqa: PLC0415 - making its sixty members takes a while

    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
