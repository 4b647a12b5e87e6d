"""Hooks and logs of a call, and the request that hooks may change.

It imports `clientele.http` only. Credentials, configuration and calls import it.
"""
