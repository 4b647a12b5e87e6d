"""What kind of backend one is, and what is inside of it."""

from __future__ import annotations

from typing import ClassVar

from clientele.http import FakeHTTPBackend, Wrapper
from clientele.http.backends.kinds import innermost, is_transport, is_wrapper, taken_by, wrappers_of


class Outer(Wrapper):
    takes: ClassVar[frozenset[str]] = frozenset({"a"})


class Inner(Wrapper):
    takes: ClassVar[frozenset[str]] = frozenset({"b"})


def test_a_transport_has_nothing_inside() -> None:
    """It is itself what sends."""
    fake = FakeHTTPBackend()
    assert (is_transport(fake), is_wrapper(fake)) == (True, False)
    assert innermost(fake) is fake
    assert [] == list(wrappers_of(fake))
    assert frozenset() == taken_by(fake)


def test_a_wrapper_has_others_inside() -> None:
    """Outermost first; what they take together is taken."""
    fake = FakeHTTPBackend()
    inner = Inner(fake)
    outer = Outer(inner)
    assert (is_transport(outer), is_wrapper(outer)) == (False, True)
    assert innermost(outer) is fake
    assert [outer, inner] == list(wrappers_of(outer))
    assert {"a", "b"} == taken_by(outer)
