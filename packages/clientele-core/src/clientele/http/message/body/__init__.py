"""Bodies without I/O: JSON, forms, multipart and files to send; codings, charsets, lines and events received.

It is a part of `clientele.http.message`, with the same rules.
"""
