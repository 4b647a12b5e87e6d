"""A decorated function, read once into an `Endpoint`, with the options of its decorator.

It imports arguments, results and streams. Calls and decorators import it.
"""
