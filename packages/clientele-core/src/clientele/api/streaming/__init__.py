"""Streams that callers iterate over, events that are resumed, downloads that are saved.

It imports `clientele.http` only. Declarations and calls import it.
"""
