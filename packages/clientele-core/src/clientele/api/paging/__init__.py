"""Pagination: where the next page is, the iteration over all pages, and the iterators of callers.

It imports `clientele.http` and `clientele.api.types` only. Declarations and calls import it.
"""
