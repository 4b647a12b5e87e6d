"""The client: `shop.book(isbn)` calls the API, and `await shop.book.aio(isbn)` does so asynchronously."""

from opentelemetry.trace import TracerProvider

from clientele.api import APIClient, Cursor, Events, OAuth2ClientCredentials, Pages, Stream, get, post, put
from clientele.http.caching import Cache
from clientele.http.limiting import Limit, Rate
from clientele.http.retrying import Retry

from .around import wrapped
from .models import Book, BookPage, NewOrder, NoSuchBook, Order, OrderState, Problem


class Bookshop(APIClient):
    """Calls the bookshop.

    Args:
        client_id: the id of your application.
        client_secret: its secret: it gets the token, and signs each request.
        backend: the name of an installed backend, such as "aiohttp".
        base_url: another address of the API, for tests.
        tracer_provider: where spans go; default: OpenTelemetry's global provider.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        backend: str = "httpx",
        base_url: str = "https://bookshop.example.com/v1",
        tracer_provider: TracerProvider | None = None,
    ) -> None:
        super().__init__(
            base_url=base_url,
            http_backend=wrapped(backend, client_secret, tracer_provider),
            auth=OAuth2ClientCredentials(f"{base_url}/oauth/token", client_id, client_secret, scope="orders"),
            errors={"default": Problem},
            headers={"User-Agent": "bookshop-sdk/1.0"},
        )

    def close(self) -> None:
        """Close the connections. A client leaves a backend open that it was given, and here nobody else has it."""
        self.backend.close()

    async def aclose(self) -> None:
        """`close`, and wait until this event loop's connections are closed."""
        await self.backend.aclose()

    @get("/books", pages=Cursor(items="data", next="meta.next", param="cursor"))
    def books(self, result: Pages[BookPage, Book]) -> Pages[BookPage, Book]:
        """All books; each page is requested when a loop reaches it."""
        return result

    @get("/books/{isbn}", cache=Cache(lifetime=0), response_map={200: Book, 404: Problem})
    def book(self, result: Book | Problem, isbn: str) -> Book:
        """A book, which is sent again only if it has changed.

        Raises:
            NoSuchBook: the shop doesn't have it.
        """
        if isinstance(result, Problem):
            raise NoSuchBook(result.detail)
        return result

    @get("/search", limit=Limit(rate=Rate(2, per=0.1)))
    def search(self, result: list[Book], words: str) -> list[Book]:
        """Books whose title contains `words`. The shop accepts two searches in 0.1 seconds; further ones wait."""
        return result

    @post("/orders", retry=Retry(attempts=3, statuses=[503]))
    def order(self, result: Order, data: NewOrder) -> Order:
        """Order a book. An idempotency key makes it one order, however often it has to be sent."""
        return result

    @get("/orders/{number}/events", streaming_response=True, events=Events({"state": OrderState}, resume=2))
    def track(self, result: Stream[OrderState], number: int) -> Stream[OrderState]:
        """The states of an order, as they change. An interrupted stream goes on where it was."""
        return result

    @put("/books/{isbn}/cover")
    def set_cover(self, result: None, isbn: str, data: bytes) -> None:
        """Upload the picture of a cover."""
        return result

    @get("/books/{isbn}/cover", streaming_response=True)
    def cover(self, result: Stream[bytes], isbn: str) -> Stream[bytes]:
        """The picture of a cover: `cover(isbn).download(path)` stores it."""
        return result
