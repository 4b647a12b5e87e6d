"""For the tests of the SDK's users: a bookshop without a network."""

from clientele.http.fake import FakeHTTPBackend, Reply

from .models import Book, BookPage, Cursors, NewOrder, Order


def fake_bookshop(*books: Book) -> FakeHTTPBackend:
    """A strict fake that has these books and takes orders; `use_backend` of `clientele.testing` puts it in place.

    Routes that you add to it answer what these don't.
    """
    numbers = iter(range(1, 1_000_000))

    def ordered(sent: NewOrder) -> Reply:
        return Reply(201, Order(number=next(numbers), isbn=sent.isbn, copies=sent.copies).model_dump())

    fake = FakeHTTPBackend(strict=True)
    fake.on("POST", "/v1/oauth/token").reply(200, {"access_token": "fake", "token_type": "Bearer", "expires_in": 3600})
    fake.on("GET", "/v1/books").reply(200, BookPage(data=list(books), meta=Cursors()).model_dump())
    for book in books:
        fake.on("GET", f"/v1/books/{book.isbn}").reply(200, book.model_dump())
    fake.on("GET", "/v1/books/{isbn}").reply(404, {"title": "No such book"})
    fake.on("POST", "/v1/orders").reply_with(lambda request: ordered(NewOrder.model_validate(request.json)))
    return fake
