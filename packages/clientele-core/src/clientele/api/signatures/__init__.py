"""The signature of a decorated function, and the function that callers get instead of it.

It imports `clientele.api.types`. The packages that declare and call import it.
"""
