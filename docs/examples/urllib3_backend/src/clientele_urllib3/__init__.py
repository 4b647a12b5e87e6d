"""A Clientele backend on plain urllib3 (https://urllib3.readthedocs.io): synchronous calls over HTTP/1.1."""

import ssl
from typing import Any, Never

import urllib3
from urllib3.util import SKIP_HEADER

from clientele.http import Capability, Response, TransportBackend
from clientele.http.errors import ConfigurationError
from clientele.http.modes import SyncOnly
from clientele.http.tls import lent
from clientele.http.wire import SyncWireResponse, WireRequest, WireResponse
from clientele_urllib3.connections import CALL, FAULTS, Pool, TLSPool

BLOCK = 64 * 1024
UNTOUCHED: Any = {"redirect": False, "preload_content": False, "decode_content": False}


class Manager(urllib3.PoolManager):
    """A PoolManager that closes also the connections that are in use."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.pool_classes_by_scheme = {"http": Pool, "https": TLSPool}
        self.reading = set[Any]()

    def close(self) -> None:
        pools = map(self.pools.__getitem__, self.pools.keys())
        for each in [*pools, *(self.reading.pop() for _ in list(self.reading))]:
            each.close()


class Urllib3HTTPBackend(SyncOnly, TransportBackend[Manager, Never]):
    """The backend on urllib3. Its options are those of `clientele.http.options.BackendOptions`."""

    name = "urllib3"
    library = f"urllib3/{urllib3.__version__}"  # type: ignore[attr-defined]
    capabilities = frozenset({Capability.SYNC, Capability.CA_PATH, Capability.POOL_TIMEOUT})
    conformance_edition = "2026.1"
    faults = FAULTS
    client_types = (Manager, None)

    def build_client(self, proxy: str | None = None) -> Manager:
        """Pools with as many connections as there may be exchanges at once."""
        verify, most = self.settings.verify, self.settings.max_connections
        context = ssl.create_default_context() if isinstance(verify, bool) else verify
        if verify is False:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return Manager(num_pools=most, maxsize=most, ssl_context=lent(context), retries=False)

    @staticmethod
    def close_client(client: Manager) -> None:
        """Close all its connections."""
        client.close()

    def exchange(self, client: Manager, request: WireRequest) -> SyncWireResponse:
        """Send `request`, and return the response with its body unread."""
        url, headers, body = request.url, dict(request.headers), request.body
        # In pieces, for each of which the time limit holds anew.
        pieces: Any = (body[i : i + BLOCK] for i in range(0, len(body), BLOCK)) if isinstance(body, bytes) else body
        CALL.deadline, CALL.is_last = request.deadline, headers.get("Connection", "").lower() == "close"
        response: Any = client.connection_from_host(url.host, url.port, url.scheme).urlopen(
            request.method,
            url.target,
            body=pieces,
            headers={"User-Agent": SKIP_HEADER, "Accept-Encoding": SKIP_HEADER, **headers},
            timeout=urllib3.Timeout(connect=request.timeout.connect, read=request.timeout.read),
            **UNTOUCHED,
        )
        client.reading.add(response)

        def chunks() -> Any:
            while chunk := response.read1(BLOCK, decode_content=False):
                yield chunk
            if response not in client.reading:
                raise ConnectionError("the backend was closed")

        def close() -> None:
            client.reading.discard(response)
            response.close()

        version = f"{response.version // 10}.{response.version % 10}"
        fields = response._original_response.pairs  # noqa: SLF001 - urllib3's own headers have another order
        return WireResponse(response.status, fields, version, chunks(), close, response)

    @staticmethod
    def convert_to_response(native_response: urllib3.BaseHTTPResponse) -> Response:
        """A Response with the body that urllib3 has read and decoded."""
        native, headers = native_response, tuple(native_response.headers.items())
        if not native.closed:
            raise ConfigurationError("convert_to_response: the body has not been read; leave preload_content=False out")
        return Response(status_code=native.status, headers=headers, content=native.data, native=native)
