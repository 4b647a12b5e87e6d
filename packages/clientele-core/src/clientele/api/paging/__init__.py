"""Pages of a list: where the next one is, the walk over all of them, and the iterators that callers get.

It imports `clientele.http` and `clientele.api.types` only. Declarations and calls import it.
"""
