"""How gaps and smoke runs name tests."""

from __future__ import annotations

import pytest

from clientele_conformance.naming import matches


class TestMatches:
    @pytest.mark.parametrize(
        ("pattern", "name", "mode"),
        [
            ("test_x", "test_x", None),
            ("test_x", "test_x[sync]", "sync"),
            ("test_x", "test_x[async-a-b]", "async"),
            ("test_*", "test_x[async-a-b]", "async"),
            ("test_x[async-a-b]", "test_x[async-a-b]", "async"),
            ("test_x[async-a-*]", "test_x[async-a-b]", "async"),
            ("test_x[async-*-b]", "test_x[async-a-b]", "async"),
            ("test_x[async-?-b]", "test_x[async-a-b]", "async"),
            ("test_x[*]", "test_x[async]", "async"),
            ("test_x[a-b]", "test_x[sync-a-b]", "sync"),
            ("test_x[a-b]", "test_x[async-a-b]", "async"),
            ("test_x[a-*]", "test_x[sync-a-b]", "sync"),
            ("test_x[a-b]", "test_x[a-b]", None),
            ("test_?[a]", "test_x[sync-a]", "sync"),
            ("test_x[sync-[::1]]", "test_x[sync-[::1]]", "sync"),
            ("test_x[/p?a=1*]", "test_x[sync-/p?a=1*]", "sync"),
            ("test_x[sync-a(b|c)+]", "test_x[sync-a(b|c)+]", "sync"),
            ("test_x[sync-*]", "test_x[sync-a\nb]", "sync"),
        ],
    )
    def test_it_names(self, pattern: str, name: str, mode: str | None) -> None:
        """A function, a full id, or a pattern, with the mode or without it."""
        assert matches(pattern, name, mode)

    @pytest.mark.parametrize(
        ("pattern", "name", "mode"),
        [
            ("test_x", "test_xy[sync]", "sync"),
            ("test_x", "my_test_x", None),
            ("test_x[sync]", "test_x[async]", "async"),
            ("test_x[sync-a]", "test_x[async-a]", "async"),
            ("test_x[async-a]", "test_x[async-a-b]", "async"),
            ("test_x[a]", "test_x[async-a-b]", "async"),
            ("test_x[b]", "test_x[a-b]", "async"),
            ("test_x[a]", "test_x", None),
            ("test_x[ab]", "test_x[sync-a]", "sync"),
            ("test_x[sync-?]", "test_x[sync-ab]", "sync"),
            ("test_x[sync-a.b]", "test_x[sync-a-b]", "sync"),
            ("test_X", "test_x", None),
        ],
    )
    def test_it_does_not_name(self, pattern: str, name: str, mode: str | None) -> None:
        """Part of a name is not enough, a class of characters is text, and a dot is a dot."""
        assert not matches(pattern, name, mode)
