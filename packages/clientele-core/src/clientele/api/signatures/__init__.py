"""The signature of a decorated function, and the real function that callers get in its place.

It imports `clientele.api.types`. The packages that declare and call import it.
"""
