"""URLs: every backend asks for the same one."""

from __future__ import annotations

import pytest

from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, echo
from clientele_conformance.suite.base import NewSubject, Suite


class UrlRules(Suite):
    """URL-1 and following."""

    @rule("URL-1")
    @pytest.mark.parametrize("base", ["/v2", "/v2/"])
    @pytest.mark.parametrize("path", ["users", "/users"])
    def test_a_path_is_joined_below_the_base_path(
        self, base: str, path: str, new_subject: NewSubject, origin: Origin
    ) -> None:
        """One slash stands between them, whichever of the two brings it."""
        origin.on("/v2/users", echo)
        response = new_subject(base_url=origin.url(base)).send("GET", path)
        assert "/v2/users" == response.json()["target"]
