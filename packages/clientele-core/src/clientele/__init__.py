"""Typed API clients whose HTTP library can be swapped.

Declare calls with `clientele.api.APIClient`; choose, write or fake the HTTP library with `clientele.http`.
"""
