"""Which tests need a socket: the list is true to the suite, and the table is made of it."""

from __future__ import annotations

from clientele_conformance import BackendConformance
from clientele_conformance.rules import all_rules
from clientele_conformance.sockets import needing_a_socket, proofs_by_rule, table


def test_every_listed_test_is_one_of_the_suite() -> None:
    """A test that was renamed is not left out any more, and fails."""
    known = {test for tests in proofs_by_rule(BackendConformance).values() for test in tests}
    assert not {test.partition("[")[0] for test in needing_a_socket()} - known
    assert all(reason.endswith(".") for reason in needing_a_socket().values())


def test_the_table_has_every_rule() -> None:
    """With the number of its tests on each side."""
    lines = table(BackendConformance).splitlines()[2:]
    assert list(all_rules()) == [line.split(" | ")[0].removeprefix("| ") for line in lines]
