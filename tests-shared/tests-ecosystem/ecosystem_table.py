"""The table: every tool with every library that it is for."""

from __future__ import annotations

import httpx
import httpx2
from opentelemetry.instrumentation.aiohttp_client import AioHttpClientInstrumentor
from opentelemetry.instrumentation.httpx import HTTPX2ClientInstrumentor, HTTPXClientInstrumentor
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.instrumentation.urllib3 import URLLib3Instrumentor
from sentry_sdk.integrations.aiohttp import AioHttpIntegration
from sentry_sdk.integrations.httpx import HttpxIntegration
from sentry_sdk.integrations.httpx2 import Httpx2Integration
from sentry_sdk.integrations.stdlib import StdlibIntegration

import ecosystem_cassettes as cassettes
import ecosystem_clients as clients
import ecosystem_mocking_httpx as for_httpx
import ecosystem_mocking_requests as for_requests
import ecosystem_mocks as mocks
import ecosystem_own_clients as own
from ecosystem_aiohttp import AIOHTTP, AIOHTTP_UNDECODED, Aioresponses
from ecosystem_calls import Way, following
from ecosystem_libraries import HTTP2, HTTP2_ASYNC, HTTPX, HTTPX2, HTTPX2_ASYNC, HTTPX_ASYNC, REQUESTS
from ecosystem_rows import Row
from ecosystem_tracing import by_opentelemetry, by_sentry, each_step, over_http2

ON_OWN = (Way.OURS_ON_OWN_CLIENT,)

# What the tool hands out has been decoded once, by the decoder that the library then goes on with.
HTTPX_DECODED = httpx.DecodingError, "inconsistent stream state"
HTTPX2_DECODED = httpx2.DecodingError, "inconsistent stream state"
NOT_DECODED = AssertionError, "still compressed"

MOCKS = [
    *mocks.rows_of("responses", REQUESTS, for_requests.Responses),
    *mocks.rows_of("requests-mock", REQUESTS, for_requests.RequestsMock),
    *mocks.rows_of("respx", HTTPX, for_httpx.Respx),
    *mocks.rows_of("respx", HTTPX_ASYNC, for_httpx.Respx),
    *mocks.rows_of("respx on httpx", HTTPX, for_httpx.RespxOnHttpx),
    *mocks.rows_of("respx on httpx", HTTPX_ASYNC, for_httpx.RespxOnHttpx),
    *mocks.rows_of("pytest-httpx", HTTPX, for_httpx.PytestHttpx, HTTPX_DECODED),
    *mocks.rows_of("pytest-httpx", HTTPX_ASYNC, for_httpx.PytestHttpx, HTTPX_DECODED),
    *mocks.rows_of("respx", HTTP2, for_httpx.Respx),
    *mocks.rows_of("respx", HTTP2_ASYNC, for_httpx.Respx),
    *mocks.rows_of("pytest-httpx", HTTP2, for_httpx.PytestHttpx, HTTPX_DECODED),
    *mocks.rows_of("pytest-httpx", HTTP2_ASYNC, for_httpx.PytestHttpx, HTTPX_DECODED),
    *mocks.rows_of("httpx2-pytest", HTTPX2, for_httpx.Httpx2Pytest, HTTPX2_DECODED),
    *mocks.rows_of("httpx2-pytest", HTTPX2_ASYNC, for_httpx.Httpx2Pytest, HTTPX2_DECODED),
    *mocks.rows_of("aioresponses-ng", AIOHTTP, Aioresponses, NOT_DECODED),
]

CASSETTES = [
    *(row for library in (HTTPX, HTTPX_ASYNC, HTTPX2, HTTPX2_ASYNC, REQUESTS) for row in cassettes.rows_of(library)),
    # Recorded by hand, it has what aiohttp has decoded beside a Content-Encoding that tells otherwise.
    *cassettes.rows_of(AIOHTTP, recorded_by_hand=cassettes.PLAIN),
    cassettes.by_hand(AIOHTTP_UNDECODED, cassettes.COMPRESSED),
]

TRACING = [
    Row("OpenTelemetry httpx", HTTPX, by_opentelemetry(HTTPXClientInstrumentor)),
    Row("OpenTelemetry httpx", HTTPX_ASYNC, by_opentelemetry(HTTPXClientInstrumentor)),
    Row("OpenTelemetry httpx", HTTP2, by_opentelemetry(HTTPXClientInstrumentor, serve=over_http2)),
    Row("OpenTelemetry httpx", HTTP2_ASYNC, by_opentelemetry(HTTPXClientInstrumentor, serve=over_http2)),
    Row("OpenTelemetry httpx2", HTTPX2, by_opentelemetry(HTTPX2ClientInstrumentor)),
    Row("OpenTelemetry httpx2", HTTPX2_ASYNC, by_opentelemetry(HTTPX2ClientInstrumentor)),
    Row("OpenTelemetry requests", REQUESTS, by_opentelemetry(RequestsInstrumentor)),
    Row("OpenTelemetry urllib3", REQUESTS, by_opentelemetry(URLLib3Instrumentor)),
    Row("OpenTelemetry requests and urllib3", REQUESTS, by_opentelemetry(RequestsInstrumentor, URLLib3Instrumentor)),
    Row("OpenTelemetry aiohttp-client", AIOHTTP, by_opentelemetry(AioHttpClientInstrumentor)),
    Row("Sentry", HTTPX, by_sentry(HttpxIntegration)),
    Row("Sentry", HTTPX_ASYNC, by_sentry(HttpxIntegration)),
    Row("Sentry", HTTPX2, by_sentry(Httpx2Integration)),
    Row("Sentry", HTTPX2_ASYNC, by_sentry(Httpx2Integration)),
    Row("Sentry", REQUESTS, by_sentry(StdlibIntegration)),
    Row("Sentry", AIOHTTP, by_sentry(AioHttpIntegration)),
]

CLIENTS = [
    Row("httpx[socks]", HTTPX, clients.through_socks(own.HTTPX_SOCKS), ways=ON_OWN),
    Row("httpx[socks]", HTTPX_ASYNC, clients.through_socks(own.HTTPX_ASYNC_SOCKS), ways=ON_OWN),
    Row("httpx2[socks]", HTTPX2, clients.through_socks(own.HTTPX2_SOCKS), ways=ON_OWN),
    Row("httpx2[socks]", HTTPX2_ASYNC, clients.through_socks(own.HTTPX2_ASYNC_SOCKS), ways=ON_OWN),
    Row("requests[socks]", REQUESTS, clients.through_socks(own.socks_in_requests), ways=ON_OWN),
    Row("aiohttp-socks", AIOHTTP, clients.through_socks(own.socks_in_aiohttp), ways=ON_OWN),
    Row("hishel", HTTPX, clients.in_hishel(own.HTTPX_CACHE), ways=ON_OWN),
    Row("hishel", HTTPX_ASYNC, clients.in_hishel(own.HTTPX_ASYNC_CACHE), ways=ON_OWN),
    Row("hishel", HTTPX2, clients.in_hishel(own.HTTPX2_CACHE), ways=ON_OWN),
    Row("hishel", HTTPX2_ASYNC, clients.in_hishel(own.HTTPX2_ASYNC_CACHE), ways=ON_OWN),
    Row("hishel", REQUESTS, clients.in_hishel(own.cache_in_requests), ways=ON_OWN),
]

# What the libraries themselves do with redirects differs.
REDIRECTED = [
    Row("OpenTelemetry httpx", following(HTTPX), each_step(HTTPXClientInstrumentor)),
    Row("OpenTelemetry httpx", following(HTTPX_ASYNC), each_step(HTTPXClientInstrumentor)),
    Row("OpenTelemetry httpx2", following(HTTPX2), each_step(HTTPX2ClientInstrumentor)),
    Row("OpenTelemetry httpx2", following(HTTPX2_ASYNC), each_step(HTTPX2ClientInstrumentor)),
    Row("OpenTelemetry requests", following(REQUESTS), each_step(RequestsInstrumentor)),
    Row("OpenTelemetry urllib3", following(REQUESTS), each_step(URLLib3Instrumentor)),
    Row("OpenTelemetry aiohttp-client", following(AIOHTTP), each_step(AioHttpClientInstrumentor)),
]

ROWS = [*MOCKS, *CASSETTES, *TRACING, *CLIENTS]
