"""What goes wrong on a connection, told apart by what was going on.

urllib3-future takes a reset for the end of a response, has one exception for all that breaks a connection, and wraps it
in others. None of these is an OSError, so that it lets them through as they are.
"""

from __future__ import annotations


class Break(Exception):
    """Something went wrong."""


class ConnectTimedOut(Break):
    """The connection, with its tunnel and its TLS, did not come about in time."""


class ConnectFailed(Break):
    """The connection, with its tunnel and its TLS, did not come about."""


class ReadTimedOut(Break):
    """Nothing came in time."""


class ReadBroken(Break):
    """The connection broke while the response was awaited."""


class NoHTTP(Break):
    """What the server sends is not HTTP."""


class WriteTimedOut(Break):
    """The server did not take the next piece of the request in time."""
