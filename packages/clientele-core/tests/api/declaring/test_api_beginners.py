"""What beginners write, often as they know it from another library, and what they are told to write instead."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel

from clientele.api import APIClient, BaseConfig, BearerAuth, ConfigurationError, get, post
from clientele.http.fake import FakeHTTPBackend

BASE = "https://api.example.com"
api: Any = APIClient(base_url=BASE, http_backend=FakeHTTPBackend())
client: Any = APIClient
config: Any = BaseConfig
bearer: Any = BearerAuth


class User(BaseModel):
    id: int


class Struct:
    """As msgspec marks its classes."""

    __struct_fields__ = ("id",)


class Attrs:
    """As attrs marks its classes."""

    __attrs_attrs__ = ()


class Plain:
    """A class that Pydantic knows nothing of."""


def user(result: User, user_id: int = 1) -> User:
    return result


def returning(kind: Any) -> Callable[[], object]:
    """The decoration of a function whose `result` is annotated with `kind`."""

    def find(result: Any) -> Any:
        return result

    find.__annotations__["result"] = kind
    return lambda: api.get("/users")(find)


async def awaited() -> None:
    await anything_of(api.get("/users"))


def anything_of(value: Any) -> Any:
    return value


class Users:
    def user(self, result: User) -> User:
        return result


NOTHING_IS_SENT = "client.get('/users') makes a decorator for a function and sends nothing"
AT_ONCE = "to make a call, write client.request(\"GET\", '/users'"
PAIRS = 'write {"name": "value"} or [("name", "value")]'
C, T, V = ConfigurationError, TypeError, ValueError
MISTAKES: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "no parentheses": (lambda: api.get(user), C, 'user: @client.get has no path; write @client.get("/the/path")'),
    "no parentheses, for a method": (lambda: anything_of(post)(user), C, "user: @post has no path"),
    "no parentheses, above a staticmethod": (lambda: api.put(staticmethod(user)), C, "user: @client.put has no path"),
    "a decorator with the options of a call": (lambda: api.get("/users", params={}), T, f"{AT_ONCE}, params=...)"),
    "a decorator with a body": (lambda: api.post("/users", json={}), T, "client.request(\"POST\", '/users', json=...)"),
    "a decorator as a response": (lambda: api.get("/users").json(), AttributeError, f"has no 'json'; {AT_ONCE})"),
    "a decorator of methods as a response": (lambda: anything_of(get("/")).text, AttributeError, "get('/') makes a"),
    "a decorator that is awaited": (lambda: asyncio.run(awaited()), T, 'write client.arequest("GET"'),
    "a decorator that is iterated over": (lambda: list(api.get("/users")), T, NOTHING_IS_SENT),
    "a client's decorator in a class": (lambda: api.get("/")(Users.user), C, "from clientele.api import get"),
    "path before method": (lambda: api.request("/users", "GET"), V, "pass it before the path"),
    "a classmethod": (lambda: api.get("/")(classmethod(anything_of(user))), C, "remove @classmethod"),
    "a property": (lambda: api.get("/")(property(user)), C, "user is property, not a function; remove @property"),
    "`result` mistyped": (lambda: api.get("/")(lambda rseult: rseult), C, "not `result`, but `rseult`"),
    "an option of requests": (lambda: client(allow_redirects=True), C, "did you mean 'follow_redirects'?"),
    "an option mistyped": (lambda: config(base_uri=BASE), C, "did you mean 'base_url'?"),
    "an option that is a wrapper": (lambda: client(retries=3), C, "RetryBackend"),
    "an option of the client": (lambda: api.request("GET", "/", verify=False), T, "for all calls: APIClient(verify="),
    "cookies of a call": (lambda: api.request("GET", "/", cookies={}), T, 'headers={"Cookie": "name=value"}'),
    "a stream by hand": (lambda: api.request("GET", "/", stream=True), T, "streaming_response=True"),
    "a model by another name": (
        lambda: api.get("/", response_model=User)(user),
        T,
        "the type of `result` declares the response",
    ),
    "two limits as in requests": (lambda: client(timeout=(3, 10)), C, "use Timeout(connect=3, read=10) for two"),
    "limits as a dict": (lambda: client(timeout={"read": 3}), C, "use Timeout(read=3)"),
    "a limit as a timedelta": (lambda: api.get("/", timeout=timedelta(1))(user), C, "use its .total_seconds()"),
    "limits of another library": (lambda: client(timeout=SimpleNamespace(connect=3)), C, "a Timeout of clientele.http"),
    "a base URL from nowhere": (lambda: client(base_url=None), V, "is the environment variable"),
    "a base URL as bytes": (lambda: client(base_url=b"https://h"), V, "write url.decode()"),
    "a base URL as an object": (lambda: client(base_url=SimpleNamespace(host="h")), V, "write str(url)"),
    "a base URL by position": (lambda: client(BASE), T, "pass its fields as keywords: base_url=..."),
    "a backend by position": (lambda: client(FakeHTTPBackend()), T, "pass its fields as keywords: http_backend=..."),
    "the class of a config": (lambda: client(BaseConfig), T, "not the class BaseConfig"),
    "headers as lines": (lambda: client(headers=["A: 1"]), V, PAIRS),
    "a header that is a number": (lambda: client(headers={"A": 1}), V, "write it as text: str(value)"),
    "a header of several": (lambda: client(headers={"A": ["1"]}), V, "pass a list of pairs"),
    "a header as bytes": (lambda: client(headers={"A": b"1"}), V, "value.decode()"),
    "a token as text": (lambda: client(base_url=BASE, auth="t"), C, "write BearerAuth(token)"),
    "a class of auth": (lambda: client(base_url=BASE, auth=BearerAuth), C, "the class BearerAuth: call it"),
    "a token with its word": (lambda: bearer("Bearer planted"), C, "pass only the token"),
    "an instance as a type": (returning(User(id=1)), C, "`result`: an instance of User is not a type; write the class"),
    "a list as a type": (returning([User]), C, "a list is not a type; write list[User]"),
    "a dict as a type": (returning({"id": int}), C, "a dict is not a type; write dict[str, Type]"),
    "a tuple as a type": (returning((User, None)), C, "write User | None for one of several"),
    "a module as a type": (returning(json), C, "json is a module; write the class that is in it"),
    "an instance as a result": (lambda: api.request("GET", "/", result=User(id=1)), C, "User is not a type"),
    "a list in a map": (lambda: api.get("/", response_map={200: [User]})(user), C, "response_map: a list is not"),
    "a class of msgspec": (returning(Struct), C, "response: msgspec.json.decode(response.content, type=Struct)"),
    "a class of msgspec in a list": (returning(list[Struct]), C, "Struct is a msgspec.Struct, which Pydantic can't"),
    "a class of attrs": (returning(Attrs), C, "response_parser=lambda response: Attrs(**response.json())"),
    "any other class": (returning(Plain | None), C, "set response_parser=lambda response: "),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_the_message_says_what_to_write_instead(name: str) -> None:
    """Before anything is sent, and without a secret."""
    write, error, message = MISTAKES[name]
    with pytest.raises(error, match=re.escape(message)) as caught:
        write()
    assert "planted" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "content", "media_type", "result"),
    [
        (str, '"Ada"', "application/json", '"Ada"'),
        (str | None, '"Ada"', "application/json", "Ada"),
        (str | None, "null", "application/problem+json; charset=utf-8", None),
        (str | None, "null", "text/plain", "null"),
        (str | None, "", "application/json", None),
        (str | None, "Ada", "", "Ada"),
        (str | int, '"Ada"', "application/json", "Ada"),
        (str | int, "7", "application/json", 7),
        (str | int, "7", "text/plain", "7"),
        (str | User, '{"id": 1}', "application/json", User(id=1)),
        (bytes | None, "null", "application/json", b"null"),
    ],
)
def test_text_in_a_union_is_read_as_the_content_type_says(
    kind: Any, content: str, media_type: str, result: Any
) -> None:
    """JSON as JSON, anything else as text; `str` alone and `bytes` are the body as it is."""
    fake = FakeHTTPBackend()
    fake.queue_response(content=content.encode(), headers={"Content-Type": media_type})
    assert result == APIClient(base_url=BASE, http_backend=fake).request("GET", "/", result=kind)
