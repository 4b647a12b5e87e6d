"""What libraries log of requests of ours."""

from __future__ import annotations

import logging

import pytest

from clientele.http.logs import discreet, hide_queries


def test_queries_are_hidden_within(caplog: pytest.LogCaptureFixture) -> None:
    """Only there, and only where there is one."""
    hide_queries("library")
    logger = logging.getLogger("library")
    with caplog.at_level(logging.INFO, "library"):
        with discreet():
            logger.info("%s %s %d", "GET", "http://h/a?key=secret", 200)
        logger.info("%s %s %d", "GET", "http://h/a?key=shown", 200)
    assert ["GET http://h/a?key=*** 200", "GET http://h/a?key=shown 200"] == caplog.messages
