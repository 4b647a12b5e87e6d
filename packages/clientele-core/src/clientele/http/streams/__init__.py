"""The items of a stream: lines and events, validated by Pydantic, and what is wrong with one.

It imports `clientele.http.message` and the response. Backends and the client import it.
"""
