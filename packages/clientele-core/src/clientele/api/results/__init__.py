"""From a response to a `result`: validation, results by status, errors by status.

It imports `clientele.api.types` and `clientele.api.signatures.signature`. Declarations and calls import it.
"""
