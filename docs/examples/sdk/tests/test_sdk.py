"""The tour on every installed backend and in both modes, over real connections: what the bookshop received."""

import asyncio
import functools

import pytest
from docs.examples.sdk import Book, Bookshop, NewOrder, NoSuchBook
from docs.examples.sdk.__main__ import main
from docs.examples.sdk.fake import fake_bookshop
from docs.examples.sdk.server import CLIENT_ID, LocalBookshop
from docs.examples.sdk.tour import visit

from clientele.api import OAuth2Error
from clientele.http import Capability
from clientele.http.backends import backend_class, installed_backends
from clientele.testing import use_backend

MODES = [
    (name, mode)
    for name in sorted(installed_backends())
    for mode in (Capability.SYNC, Capability.ASYNC)
    if mode in backend_class(name).capabilities
]
on_each = pytest.mark.parametrize(("backend", "mode"), MODES)


visited_by = functools.cache(visit)
"""One tour for a backend and mode, which all of their tests look at."""


@on_each
def test_callers_get_what_the_api_has(backend: str, mode: Capability) -> None:
    """Every method, the same in both modes."""
    visited = visited_by(backend, mode)
    seen = visited.seen
    assert seen.books == ["Emma", "Persuasion", "Middlemarch"]
    assert seen.at_once == {"Emma"}
    assert seen.order == 1
    assert visited.cover == b"\x89PNG"
    assert seen.refused == "title='Too many copies' detail='at most 10 copies, not 99'"
    assert seen.missing == "there is no book 9"


@on_each
def test_there_is_one_token_for_all_callers(backend: str, mode: Capability) -> None:
    """Four calls that begin at once need it, and all later ones."""
    server = visited_by(backend, mode).server
    (token,) = server.to("POST", "/oauth/token")
    assert token.body == b"grant_type=client_credentials&scope=orders"
    assert {each.status for each in server.received} == {200, 201, 204, 304, 404, 422, 503}


@on_each
def test_the_second_page_is_asked_for_by_its_cursor(backend: str, mode: Capability) -> None:
    """Three books come in two pages."""
    assert [page.query for page in visited_by(backend, mode).server.to("GET", "/books")] == [{}, {"cursor": ["2"]}]


@on_each
def test_an_order_has_one_key_in_all_attempts(backend: str, mode: Capability) -> None:
    """The second order is another call, and has another; its 422 isn't tried again."""
    first, second, other = visited_by(backend, mode).server.to("POST", "/orders")
    assert [first.status, second.status, other.status] == [503, 201, 422]
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] != other.headers["idempotency-key"]
    assert first.body == second.body == b'{"isbn":"2","copies":1}'


@on_each
def test_an_attempt_is_a_span_that_the_server_knows(backend: str, mode: Capability) -> None:
    """Each attempt of the order has its own, and both belong to the span of the call."""
    visited = visited_by(backend, mode)
    spans = {span.context.span_id: span for span in visited.spans if span.context}
    parents = set()
    for sent in visited.server.to("POST", "/orders")[:2]:
        span = spans[int(sent.headers["traceparent"].split("-")[2], 16)]
        assert span.name == "POST /orders"
        assert (span.attributes or {})["http.response.status_code"] == sent.status
        assert span.parent is not None
        parents.add(span.parent.span_id)
    assert [spans[parent].name for parent in parents] == ["POST /orders"]


@on_each
def test_a_book_is_sent_again_only_if_it_changed(backend: str, mode: Capability) -> None:
    """The server says that the stored one still holds, and the caller can see it."""
    visited = visited_by(backend, mode)
    first, *_, last = visited.server.to("GET", "/books/1")
    assert [first.status, last.status] == [200, 304]
    assert last.headers["if-none-match"] == '"1"'
    assert visited.seen.was_cached


@on_each
def test_an_interrupted_stream_goes_on_where_it_was(backend: str, mode: Capability) -> None:
    """No state is missing, and none comes twice."""
    visited = visited_by(backend, mode)
    assert visited.seen.states == ["received", "packed", "sent"]
    first, second = visited.server.to("GET", "/orders/1/events")
    assert [request.headers.get("last-event-id") for request in (first, second)] == [None, "1"]


@on_each
def test_searches_wait_for_their_rate(backend: str, mode: Capability) -> None:
    """Two may begin in 0.1 seconds, so that the third waits."""
    visited = visited_by(backend, mode)
    assert visited.seen.seconds_of_three_searches >= 0.08  # Some clocks are coarse.
    assert [each.query["words"] for each in visited.server.to("GET", "/search")] == [["emma"], ["middle"], ["per"]]


def test_a_wrong_secret_is_told_from_a_refused_call() -> None:
    """The signature is wrong, so that there is no token."""
    with LocalBookshop() as server, Bookshop(CLIENT_ID, "wrong", base_url=server.base_url) as shop:
        with pytest.raises(OAuth2Error, match="401"):
            shop.book("1")
        assert [each.path for each in server.received] == ["/v1/oauth/token"]


def test_users_of_the_sdk_test_with_its_fake() -> None:
    """In both modes, without a server."""
    shop = Bookshop("me", "s3cret")
    with use_backend(fake_bookshop(Book(isbn="7", title="Villette", cents=700))):
        assert shop.book("7").title == "Villette"
        assert [book.isbn for book in shop.books()] == ["7"]
        assert asyncio.run(shop.order.aio(NewOrder(isbn="7", copies=2))).copies == 2
        with pytest.raises(NoSuchBook):
            shop.book("8")


def test_the_transcript_is_readable(capsys: pytest.CaptureFixture[str]) -> None:
    """Both modes, with what was received."""
    main(["httpx"])
    printed = capsys.readouterr().out
    assert "httpx, sync: " in printed
    assert "httpx, async: " in printed
    assert "GET  /v1/books?cursor=2       200" in printed
    assert "  POST /orders\n  └─ POST /orders 503\n  └─ POST /orders 201\n" in printed
