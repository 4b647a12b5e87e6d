"""Names, as the operating system resolves them."""

from __future__ import annotations

import asyncio
import socket

from aiohttp.abc import AbstractResolver, ResolveResult


class Resolver(AbstractResolver):
    """All addresses of a host, so that the first that answers is taken.

    aiohttp's own resolver leaves out those of a family in which this machine has no address but loopback: a server on
    `::1` would not be found as `localhost`. And where aiodns is installed, aiohttp takes that, which knows less.
    """

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses, in the system's order."""
        loop = asyncio.get_running_loop()
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=port,
                family=found,
                proto=protocol,
                flags=socket.AI_NUMERICHOST,
            )
            for found, _, protocol, _, address in await loop.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, family=family
            )
        ]

    async def close(self) -> None:
        """There is nothing to close."""
