"""The rules of the contract, as tests: a class for each group of rules."""
