"""Types and values: annotations resolved, Pydantic adapters, and values written as JSON or text.

Every package of `clientele.api` may import it. It imports `clientele.http` only.
"""
