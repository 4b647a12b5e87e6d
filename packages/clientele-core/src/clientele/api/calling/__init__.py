"""A call: the state of a client, and the synchronous and asynchronous drivers that send and interpret.

It imports declarations and configuration. Decorators and the client import it.
"""
