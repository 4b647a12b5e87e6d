"""A client for httpbin (https://httpbin.org): models of what it answers, and a function for each call.

`result` is the answer, validated as the type that it declares; what the function returns is what its caller gets. The
other parameters are the caller's: a name in the path goes there, `data` is the body, and the rest is the query.
"""

from datetime import date

from pydantic import BaseModel, Field

from clientele.api import APIClient, Response, Stream

api = APIClient(base_url="https://httpbin.org", headers={"X-Client": "demo"})

Arguments = dict[str, str | list[str]]


class Book(BaseModel):
    title: str
    published: date


class Echo(BaseModel):
    """The request, as httpbin understood it."""

    url: str
    args: Arguments


class BookEcho(BaseModel):
    book: Book = Field(alias="json")


class ClientHeaders(BaseModel):
    client: str = Field(alias="X-Client")
    priority: str = Field(alias="X-Priority")


class HeadersEcho(BaseModel):
    headers: ClientHeaders


class Account(BaseModel):
    user: str
    authenticated: bool


class Compressed(BaseModel):
    gzipped: bool


class Line(BaseModel):
    id: int


@api.get("/get")
def search(result: Echo, words: str, tag: list[str], page: int = 1, language: str | None = None) -> Arguments:
    return result.args


@api.post("/post")
def add_book(result: BookEcho, data: Book) -> Book:
    return result.book


@api.get("/anything/{name}")
def get_document(result: Echo, response: Response, name: str) -> tuple[str, str]:
    """The path as it was sent, which `server.py` adds to the answer, and the URL that httpbin makes of it."""
    return response.headers["X-Request-Target"], result.url


@api.get("/headers", headers={"X-Priority": "high"})
def get_headers(result: HeadersEcho) -> ClientHeaders:
    return result.headers


@api.get("/basic-auth/{user}/{password}")
def get_account(result: Account, user: str, password: str) -> Account:
    return result


@api.get("/status/{status}")
def get_status(result: None, status: int) -> None:
    return result


@api.get("/redirect/{times}", follow_redirects=True)
def follow_redirects(result: Response, times: int) -> list[int]:
    """The status of every response on the way."""
    return [response.status_code for response in (*result.history, result)]


@api.get("/redirect/{times}")
def get_location(result: Response, times: int) -> str:
    return result.headers["Location"]


@api.get("/redirect/{times}")
def get_redirected(result: Echo, times: int) -> Echo:
    return result


@api.get("/gzip")
def get_compressed(result: Compressed, response: Response) -> tuple[str, bool]:
    return response.headers["Content-Encoding"], result.gzipped


@api.get("/stream/{count}", streaming_response=True)
def stream_lines(result: Stream[Line], count: int) -> Stream[Line]:
    return result


@api.get("/delay/{seconds}", timeout=0.5)
def get_delayed(result: Echo, seconds: int) -> Echo:
    return result
