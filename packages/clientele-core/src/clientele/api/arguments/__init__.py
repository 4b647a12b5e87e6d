"""Where arguments go and how they are written: path, query, headers, cookies, forms and bodies.

It imports `clientele.api.types` and `clientele.api.signatures.signature`. Declarations and calls import it.
"""
