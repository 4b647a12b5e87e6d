"""HTTP messages without I/O: URLs, queries, header fields, redirects, and errors about them.

Everything above may import this package. It imports `clientele.http.runtime` only.
"""
