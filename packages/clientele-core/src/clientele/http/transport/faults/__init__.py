"""From a library's exceptions to ours: the table, reasons for a reader, and no secrets in either.

It is a part of `clientele.http.transport`; the distributions of backends import it, too.
"""
