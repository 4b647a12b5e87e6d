"""What watches a call: hooks, logs, and the request that they see and may change.

It imports `clientele.http` only. Credentials, configuration and calls import it.
"""
