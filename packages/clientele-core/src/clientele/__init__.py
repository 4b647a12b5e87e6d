"""Typed Typed API clients on the HTTP library of your choice.

Declare calls with `clientele.api.APIClient`; choose, write or fake the HTTP library with `clientele.http`.
"""
