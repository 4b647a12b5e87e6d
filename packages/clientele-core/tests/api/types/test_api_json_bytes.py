"""JSON bodies: bytes, cycles, and values that must not be modified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import (
    Base64Bytes,
    BaseModel,
    SecretBytes,
)

from clientele.api import APIClient, InvalidBody
from clientele.http import FakeHTTPBackend
from json_bodies import BASE, HUSH, put_it, sent


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url=BASE, http_backend=fake)


class Blob(BaseModel):
    content: bytes


class Blobs(BaseModel):
    by_name: dict[str, list[Blob]]


class Coded(BaseModel):
    content: Base64Bytes


@dataclass
class Bag:
    content: bytes


BAD = b"\xff" + HUSH.encode()


@pytest.mark.parametrize(
    ("kind", "value", "place"),
    [
        (Blob, Blob(content=BAD), "content: "),
        (dict, {"content": BAD}, "content: "),
        (dict[str, Any], {"a": {"b": [1, BAD]}}, r"a\.b\[1\]: "),
        (list[Blob], [Blob(content=b"a"), Blob(content=BAD)], r"\[1\]\.content: "),
        (Blobs, Blobs(by_name={"a": [Blob(content=BAD)]}), r"by_name\.a\[0\]\.content: "),
        (Bag, Bag(BAD), "content: "),
        (SecretBytes, SecretBytes(BAD), ""),
        (dict[str, SecretBytes], {"key": SecretBytes(BAD)}, "key: "),
        (set[bytes], {BAD}, ""),
    ],
)
def test_bytes_that_are_not_utf8_raise(
    kind: Any, value: Any, place: str, api: APIClient, fake: FakeHTTPBackend
) -> None:
    """The error names function, parameter and place, and not what stands there; nothing is sent."""
    with pytest.raises(InvalidBody, match=rf"put\(data=\.\.\.\): {place}the bytes are not UTF-8, and JSON") as caught:
        put_it(api, kind, value)
    assert HUSH not in f"{caught.value}{caught.value!r}"
    assert fake.requests == []


def test_base64_bytes_are_sent_as_text(api: APIClient, fake: FakeHTTPBackend) -> None:
    """As their type says."""
    put_it(api, Coded, Coded(content=b"/w=="))
    assert sent(fake) == {"content": "/w=="}


@pytest.mark.parametrize("value", [{"a": None}, [None]])
def test_a_value_that_contains_itself_raises(value: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """Before anything is sent."""
    value["a" if isinstance(value, dict) else 0] = value
    with pytest.raises(InvalidBody, match=r"put\(data=\.\.\.\): "):
        put_it(api, Any, value)
    assert fake.requests == []


def test_the_argument_is_not_modified(api: APIClient, fake: FakeHTTPBackend) -> None:
    """A hook that changes what is sent changes nothing of the caller's."""
    value = {"a": [1, {"b": 2}]}
    put_it(api, dict, value)
    sent(fake)["a"][1]["b"] = 3
    assert value == {"a": [1, {"b": 2}]}
