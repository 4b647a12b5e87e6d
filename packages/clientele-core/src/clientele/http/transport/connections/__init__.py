"""What backends need for single connections: limits on waits, sockets, interim responses, sessions of requests and
niquests.

`clientele.http.transport` and the distributions of backends import it.
"""
