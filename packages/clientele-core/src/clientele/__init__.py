"""Typed API clients on any HTTP library.

Declare calls with `clientele.api.APIClient`; choose, write or fake the HTTP library with `clientele.http`.
"""
