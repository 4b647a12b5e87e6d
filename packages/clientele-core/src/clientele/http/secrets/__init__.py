"""Secrets in URLs, headers and bodies: known by name or by value, found in all of their forms, and masked.

It imports `clientele.http.message`. Whatever prints, pickles or records a message imports it.
"""
