"""The items of a stream: lines and events, validated by Pydantic, and errors about them.

It imports `clientele.http.message` and the response. Backends and the client import it.
"""
