"""Clients of the user's own that an add-on has a part in: a SOCKS proxy, a cache."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import formatdate

from clientele_conformance.servers import Origin, SocksProxy, response
from ecosystem_calls import MakeClient, Told
from ecosystem_rows import Calls, Probe, World


def through_socks(make: Callable[[str], MakeClient]) -> Probe:
    """The server is reached through the proxy, which is told its name."""

    def probe(calls: Calls, world: World) -> None:
        with Origin() as origin, SocksProxy(upstream=origin.address) as proxy:
            origin.on("/thing", response(200, body=b"through a proxy"))
            with calls(make(f"socks5h://127.0.0.1:{proxy.port}")) as call:
                assert call("http://only-the-proxy-knows.example/thing") == Told(200, b"through a proxy")
            assert proxy.targets == [("only-the-proxy-knows.example", 80)]
            assert [request.header("host") for request in origin.requests] == ["only-the-proxy-knows.example"]

    return probe


def in_hishel(make: Callable[[str], MakeClient]) -> Probe:
    """The second call is answered from the cache, also by another client."""

    def probe(calls: Calls, world: World) -> None:
        client = make(str(world.folder / "cache.db"))
        with Origin() as origin:
            fresh = [("Cache-Control", "max-age=3600"), ("Date", formatdate(usegmt=True))]
            origin.on("/thing", response(200, fresh, b"cached"))
            for _ in range(2):
                with calls(client) as call:
                    assert [call(origin.url("/thing")) for _ in range(2)] == [Told(200, b"cached")] * 2
            assert len(origin.requests) == 1

    return probe
