"""Native clients: built once for each process or event loop, limited by slots, closed where they were opened.

It is a part of `clientele.http.transport`; only that imports it.
"""
