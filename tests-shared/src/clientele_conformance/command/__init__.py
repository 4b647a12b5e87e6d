"""`clientele-conformance`: the contract without a line of code."""
