"""Credentials: `auth` of every kind, and one renewal for all callers.

It imports `clientele.api.hooks.hooks` for the request. Configuration and calls import it.
"""
