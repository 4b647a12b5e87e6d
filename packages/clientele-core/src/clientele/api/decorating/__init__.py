"""The decorators: of a client for functions, and of `clientele.api` for methods.

It imports calls and declarations. Only the client and `clientele.api` import it.
"""
