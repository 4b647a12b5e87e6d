"""What the demo calls, and what the right answers are."""

from datetime import date

from docs.examples.demo import async_client, client
from docs.examples.demo.client import Account, Book, ClientHeaders, Line
from docs.examples.demo.expectations import Call, Calling

from clientele.api import APIException, HTTPStatusError, ReadTimeout

BOOK = Book(title="Frankenstein; or, The Modern Prometheus", published=date(1818, 1, 1))


def all_calls(address: str, user: str, password: str) -> list[Call]:
    """The calls of the demo to httpbin at `address`."""
    return [
        Calling("query parameters", client.search, async_client.search, "tea & crème", tag=["hot", "new"]).gives(
            {"words": "tea & crème", "tag": ["hot", "new"], "page": "1"}
        ),
        Calling("JSON body from a model", client.add_book, async_client.add_book, BOOK).gives(BOOK),
        Calling("path argument with / and space", client.get_document, async_client.get_document, "a/b c").gives(
            ("/anything/a%2Fb%20c", f"http://{address}/anything/a/b%20c")
        ),
        Calling("custom headers", client.get_headers, async_client.get_headers).gives(
            ClientHeaders.model_validate({"X-Client": "demo", "X-Priority": "high"})
        ),
        Calling("basic auth", client.get_account, async_client.get_account, user, password).gives(
            Account(user=user, authenticated=True)
        ),
        Calling("status 404", client.get_status, async_client.get_status, 404).fails(HTTPStatusError, "404 Not Found"),
        Calling("redirects followed", client.follow_redirects, async_client.follow_redirects, 2).gives([302, 302, 200]),
        Calling("redirect not followed", client.get_location, async_client.get_location, 1).gives("/get"),
        Calling("redirect in place of a model", client.get_redirected, async_client.get_redirected, 1).fails(
            APIException, "302 Found redirects to /get"
        ),
        Calling("gzip", client.get_compressed, async_client.get_compressed).gives(("gzip", True)),
        Calling("stream of JSON lines", read_lines, aread_lines, 3).gives([Line(id=0), Line(id=1), Line(id=2)]),
        Calling("timeout", client.get_delayed, async_client.get_delayed, 3).fails(ReadTimeout),
    ]


def read_lines(count: int) -> list[Line]:
    """All items of the stream; the block frees its connection even if one of them fails."""
    with client.stream_lines(count) as lines:
        return list(lines)


async def aread_lines(count: int) -> list[Line]:
    """`read_lines`, asynchronously."""
    async with await async_client.stream_lines(count) as lines:
        return [line async for line in lines]
