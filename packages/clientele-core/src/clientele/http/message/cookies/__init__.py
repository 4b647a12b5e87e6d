"""Cookies without I/O: Set-Cookie, the jar, and the domains that may not have cookies (RFC 6265).

It is a part of `clientele.http.message`, with the same rules.
"""
