"""The client of `client.py` for asynchronous code: the same models and the same `api`, with `async def`."""

from docs.examples.demo.client import (
    Account,
    Arguments,
    Book,
    BookEcho,
    ClientHeaders,
    Compressed,
    Echo,
    HeadersEcho,
    Line,
    api,
)

from clientele.api import AsyncStream, Response


@api.get("/get")
async def search(result: Echo, words: str, tag: list[str], page: int = 1, language: str | None = None) -> Arguments:
    return result.args


@api.post("/post")
async def add_book(result: BookEcho, data: Book) -> Book:
    return result.book


@api.get("/anything/{name}")
async def get_document(result: Echo, response: Response, name: str) -> tuple[str, str]:
    """The path as it was sent, which `server.py` adds to the answer, and the URL that httpbin makes of it."""
    return response.headers["X-Request-Target"], result.url


@api.get("/headers", headers={"X-Priority": "high"})
async def get_headers(result: HeadersEcho) -> ClientHeaders:
    return result.headers


@api.get("/basic-auth/{user}/{password}")
async def get_account(result: Account, user: str, password: str) -> Account:
    return result


@api.get("/status/{status}")
async def get_status(result: None, status: int) -> None:
    return result


@api.get("/redirect/{times}", follow_redirects=True)
async def follow_redirects(result: Response, times: int) -> list[int]:
    """The status of every response on the way."""
    return [response.status_code for response in (*result.history, result)]


@api.get("/redirect/{times}")
async def get_location(result: Response, times: int) -> str:
    return result.headers["Location"]


@api.get("/redirect/{times}")
async def get_redirected(result: Echo, times: int) -> Echo:
    return result


@api.get("/gzip")
async def get_compressed(result: Compressed, response: Response) -> tuple[str, bool]:
    return response.headers["Content-Encoding"], result.gzipped


@api.get("/stream/{count}", streaming_response=True)
async def stream_lines(result: AsyncStream[Line], count: int) -> AsyncStream[Line]:
    return result


@api.get("/delay/{seconds}", timeout=0.5)
async def get_delayed(result: Echo, seconds: int) -> Echo:
    return result
