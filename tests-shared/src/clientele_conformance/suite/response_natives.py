"""Responses of the HTTP library's own, made into ours."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any, Literal

import pytest

from clientele.http.errors import ConfigurationError
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, response
from clientele_conformance.suite.base import Suite

TEXT = b"one and two and three"
FIELDS = [("Content-Encoding", "gzip"), ("Set-Cookie", "a=1"), ("X-Many", "1"), ("Set-Cookie", "b=2"), ("X-Many", "2")]

State = Literal["read", "unread"]
ByHand = Callable[[str, State], Any]


class ResponseNativeRules(Suite):
    """RSP-11, for suites that say how the library is used by hand."""

    def native_response(self, url: str, state: State) -> Any:
        """What the library answers to a POST to `url`, its body read or not, once its client is closed.

        A suite gives this method by using the library the usual way, in either mode, with no help from the backend.
        """
        raise NotImplementedError

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Leave out what can't be tested without `native_response`."""
        super().pytest_generate_tests(metafunc)
        if "by_hand" in metafunc.fixturenames:
            given = type(self).native_response is not ResponseNativeRules.native_response
            metafunc.parametrize("by_hand", [self.native_response] if given else [], ids=["by hand"] if given else [])

    @rule("RSP-11")
    def test_a_native_response_becomes_ours(self, by_hand: ByHand, origin: Origin) -> None:
        """With its body as the library has decoded it, and all that there is to know of it."""
        origin.on("/a", response(202, FIELDS, gzip.compress(TEXT)))
        answer = self.backend_class.convert_to_response(by_hand(origin.url("/a?b=c"), "read"))
        assert (202, TEXT, TEXT.decode()) == (answer.status_code, answer.content, answer.text)
        assert ["a=1", "b=2"] == answer.headers.get_list("set-cookie")
        assert ("1, 2", "gzip") == (answer.headers["x-many"], answer.headers["content-encoding"])
        assert ("POST", origin.url("/a?b=c")) == (answer.request_method, answer.request_url)
        assert "1.1" == answer.http_version

    @rule("RSP-11")
    def test_a_native_response_may_be_coded_once_more(self, by_hand: ByHand, origin: Origin) -> None:
        """What the library has made of it is not decoded again, even if it looks as if it could be."""
        inner = gzip.compress(TEXT)
        origin.on("/", response(200, [("Content-Encoding", "gzip")], gzip.compress(inner)))
        assert inner == self.backend_class.convert_to_response(by_hand(origin.url("/"), "read")).content

    @rule("RSP-11")
    def test_an_empty_native_response_has_been_read(self, by_hand: ByHand, origin: Origin) -> None:
        """A response without a body is not unread."""
        origin.on("/", response(204))
        assert b"" == self.backend_class.convert_to_response(by_hand(origin.url("/"), "read")).content

    @rule("RSP-11")
    def test_an_unread_native_response_is_refused(self, by_hand: ByHand, origin: Origin) -> None:
        """The error says what to do first."""
        origin.on("/", response(body=TEXT))
        native = by_hand(origin.url("/"), "unread")
        with pytest.raises(ConfigurationError, match="read"):
            self.backend_class.convert_to_response(native)
