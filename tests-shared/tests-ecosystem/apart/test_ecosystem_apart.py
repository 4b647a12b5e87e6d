"""Tools that can't be in one environment with the others, and what they are for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import niquests
import pytest
from opentelemetry.instrumentation.niquests import NiquestsInstrumentor
from opentelemetry.instrumentation.urllib3 import URLLib3Instrumentor
from sentry_sdk.integrations.stdlib import StdlibIntegration

import ecosystem_apart_niquests as niquests_tools
import ecosystem_cassettes as cassettes
import ecosystem_clients as clients
import ecosystem_mocks as mocks
from ecosystem_aiohttp import AIOHTTP, Aioresponses
from ecosystem_apart_niquests import NIQUESTS, NIQUESTS_ASYNC
from ecosystem_calls import Way
from ecosystem_page import not_on_the_page
from ecosystem_rows import Row, controls, outcome_by_hand, tried
from ecosystem_tracing import by_opentelemetry, by_sentry

ON_OWN = (Way.OURS_ON_OWN_CLIENT,)

NOT_DECODED = AssertionError, "still compressed"
# vcrpy knows the synchronous half of urllib3 only, and Sentry http.client, which niquests doesn't use.
NOT_RECORDED = AssertionError, "not recorded"
NO_SPAN = AssertionError, "no span"

ROWS = [
    *mocks.rows_of("aioresponses", AIOHTTP, Aioresponses, NOT_DECODED),
    *mocks.rows_of("responses", NIQUESTS, niquests_tools.Responses),
    *mocks.rows_of("requests-mock", NIQUESTS, niquests_tools.RequestsMock),
    *mocks.rows_of("niquests-mock", NIQUESTS, niquests_tools.NiquestsMock, NOT_DECODED),
    *mocks.rows_of("niquests-mock", NIQUESTS_ASYNC, niquests_tools.NiquestsMock, NOT_DECODED),
    *cassettes.rows_of(NIQUESTS),
    replace(cassettes.rows_of(NIQUESTS_ASYNC)[0], fails_by_hand=NOT_RECORDED),
    Row("OpenTelemetry niquests", NIQUESTS, by_opentelemetry(NiquestsInstrumentor)),
    Row("OpenTelemetry niquests", NIQUESTS_ASYNC, by_opentelemetry(NiquestsInstrumentor)),
    Row("OpenTelemetry requests", NIQUESTS, by_opentelemetry(niquests_tools.RequestsInstrumentor)),
    Row("OpenTelemetry urllib3", NIQUESTS, by_opentelemetry(URLLib3Instrumentor)),
    Row("Sentry", NIQUESTS, by_sentry(StdlibIntegration), fails_by_hand=NO_SPAN),
    Row("niquests[socks]", NIQUESTS, clients.through_socks(niquests_tools.socks(niquests.Session)), ways=ON_OWN),
    Row(
        "niquests[socks]",
        NIQUESTS_ASYNC,
        clients.through_socks(niquests_tools.socks(niquests.AsyncSession)),
        ways=ON_OWN,
    ),
]


@controls(ROWS)
def test_the_tool_works_with_the_library_by_hand(row: Row, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    assert outcome_by_hand(row, tmp_path, request) == row.expected_by_hand


@tried(ROWS)
def test_the_tool_works_with_ours(row: Row, way: Way, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    assert row.outcome(way, tmp_path, request) == "works"


def test_the_page_lists_the_tools() -> None:
    assert not_on_the_page("ecosystem-apart") == []
