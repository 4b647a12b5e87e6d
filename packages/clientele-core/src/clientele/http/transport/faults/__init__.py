"""Translates exceptions of libraries: by table, with reasons, without secrets.

It is a part of `clientele.http.transport`; the distributions of backends import it, too.
"""
