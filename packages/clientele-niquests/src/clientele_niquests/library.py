"""The parts of urllib3-future that are used here, which is the library that niquests stands on.

It comes under two names: as `urllib3`, in whose place it puts itself, and as `urllib3_future`. What niquests uses is
`niquests.packages.urllib3`, so that its classes are these, and its exceptions are those that the table of faults has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from urllib3_future import AsyncHTTPResponse, HTTPResponse, HttpVersion, exceptions
    from urllib3_future._async.connection import AsyncHTTPConnection
    from urllib3_future.connection import HTTPConnection
    from urllib3_future.util import SKIP_HEADER, wait_for_read
    from urllib3_future.util.ssltransport import SSLTransport
else:
    from niquests.packages import urllib3

    HTTPResponse, AsyncHTTPResponse = urllib3.HTTPResponse, urllib3.AsyncHTTPResponse
    HTTPConnection = urllib3.HTTPConnectionPool.ConnectionCls
    AsyncHTTPConnection = urllib3.AsyncHTTPConnectionPool.ConnectionCls
    HttpVersion, exceptions = urllib3.HttpVersion, urllib3.exceptions
    SKIP_HEADER, wait_for_read = urllib3.util.SKIP_HEADER, urllib3.util.wait_for_read
    SSLTransport = urllib3.util.ssltransport.SSLTransport

__all__ = [
    "SKIP_HEADER",
    "AsyncHTTPConnection",
    "AsyncHTTPResponse",
    "HTTPConnection",
    "HTTPResponse",
    "HttpVersion",
    "SSLTransport",
    "exceptions",
    "wait_for_read",
]
