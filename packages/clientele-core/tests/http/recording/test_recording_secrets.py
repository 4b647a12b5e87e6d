"""What counts as a secret, and how exactly it is taken out of bodies of every shape."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientele.http.recording.exchanges import Answer, Exchange, Request
from clientele.http.recording.redacting import FindSecrets, Redactor
from clientele.http.secrets.secret_names import SecretNames

SECRET_NAMES = [
    *("password", "passwd", "db_password", "newPassword", "pwd", "passphrase", "pass", "secret", "client_secret"),
    *("token", "access_token", "refreshToken", "id_token", "csrfmiddlewaretoken", "tokens", "next_page_token"),
    *("api_key", "apiKey", "X-Api-Key", "x-access-key", "private_key", "authorization", "Cookie", "Set-Cookie"),
    *("credential", "X-Amz-Credential", "X-Amz-Signature", "sig", "sessionid", "PHPSESSION", "jwt", "client_assertion"),
    *("code_verifier", "otp", "pin", "user[password]"),
]
OTHER_NAMES = [
    *("user", "name", "key", "id", "token_type", "tokenizer", "passenger", "compass", "pinned", "design", "author"),
    *("keyboard", "sessions", "expires_in", "signed_up", "monkey", "auth_time"),
]


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_names_of_secrets(name: str) -> None:
    """Whatever their case and their separators."""
    assert SecretNames().has(name)


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_names_that_are_not_secret(name: str) -> None:
    """A part of a word is no word."""
    assert not SecretNames().has(name)


def test_keys_in_headers() -> None:
    """There every key is one, but for those that are known to be none."""
    names = SecretNames()
    assert all(map(names.has_header, ("X-Functions-Key", "Ocp-Apim-Subscription-Key", "X-Tenant-Key", "Authorization")))
    assert not any(map(names.has_header, ("Idempotency-Key", "Sec-WebSocket-Key", "ETag", "Content-Type", "Location")))


def test_names_that_the_user_knows() -> None:
    """In any case, too."""
    assert SecretNames(["x-tenant-id"]).has("X_Tenant_ID")
    assert not SecretNames().has("X_Tenant_ID")


def masked(*chunks: bytes, content_type: str = "", find: FindSecrets | None = None) -> list[bytes]:
    """A body in these chunks, as a cassette has it."""
    answer = Answer(200, (("Content-Type", content_type),), chunks=chunks, streamed=True)
    clean = Redactor(find=find).exchange(Exchange(Request("GET", "http://h/"), answer)).answer
    assert clean is not None
    return list(clean.chunks)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"token": "s", "id": 1}', '{"token": "***", "id": 1}'),
        ('{"token":"a\\"b\\\\","id":1}', '{"token":"***","id":1}'),
        ('{"token": ""}', '{"token": ""}'),
        ('{"token": null, "secret": true}', '{"token": null, "secret": true}'),
        ('{"pin": 1234, "otp": -1.5e3}', '{"pin": 0, "otp": 0}'),
        ('{"max_tokens": 100, "tokens": ["s"]}', '{"max_tokens": 100, "tokens": ["***"]}'),
        ('{"token_type": "bearer"}', '{"token_type": "bearer"}'),
        ('{"secret": {"a": "s", "b": ["s", 1, null]}}', '{"secret": {"a": "***", "b": ["***", 0, null]}}'),
        ('{"secret": [], "a": "b"}', '{"secret": [], "a": "b"}'),
        ('{"pass\\u0077ord": "s"}', '{"pass\\u0077ord": "***"}'),
        ('{"a": "{\\"token\\": \\"s\\", \\"b\\": 1}"}', '{"a": "{\\"token\\": \\"***\\", \\"b\\": 1}"}'),
        ('[{"password": "s"}, {"password": "t"}]', '[{"password": "***"}, {"password": "***"}]'),
        ('{"password": "s', '{"password": "***'),
        ('{"secret": {"a": "s", "b": {"c": "t', '{"secret": {"a": "***", "b": {"c": "***'),
        ('He said "hi. {"password": "s"}', 'He said "hi. {"password": "***"}'),
        ('{"a": "https://u:p@h/?token=s&b=1"}', '{"a": "https://***@h/?token=***&b=1"}'),
        ('{"a": "x?b=1\\u0026token=s\\u0026c=2"}', '{"a": "x?b=1\\u0026token=***\\u0026c=2"}'),
        ('{"a": "Bearer abcdefgh", "b": "no bearer"}', '{"a": "Bearer ***", "b": "no bearer"}'),
        ('{"ключ": "é", "token": "é"}', '{"ключ": "é", "token": "***"}'),
        ("eyJhbGciOiJI.eyJzdWIiOiIx.c2ln and more", "*** and more"),
        ("password: s\nname: n\n", "password: ***\nname: n\n"),
        ("a=1&b=2", "a=1&b=2"),
    ],
)
def test_values_in_a_body(body: str, expected: str) -> None:
    """The rest stays as it is, to the byte; and a second look finds nothing more."""
    assert [expected.encode()] == masked(body.encode())
    assert [expected.encode()] == masked(expected.encode())


def test_a_form_is_masked_by_field() -> None:
    """Whatever its values hold."""
    body = b"a=1&password=x;y\\z,w#&b=2"
    assert [b"a=1&password=***&b=2"] == masked(body, content_type="application/x-www-form-urlencoded")


def test_what_the_user_finds() -> None:
    """Wherever it occurs; chunks keep their ends."""

    def find(text: str) -> list[str]:
        return re.findall(r"sk_\w+", text)

    assert [b"id ***", b", again ***."] == masked(b"id sk_", "1é, again sk_1é.".encode(), find=find)
    clean = Redactor(find=find).request(Request("GET", "http://h/sk_2/x", (("X-A", "sk_3"),)))
    assert ("http://h/***/x", (("X-A", "***"),)) == (clean.url, clean.headers)


TEXT = b'data: {"token": "hunter2", "n": 1}\n\ndata: {"url": "/?api_key=hunter2", "n": 2}\n\n'


@given(st.sets(st.integers(1, len(TEXT) - 1)))
def test_a_secret_may_lie_across_chunks(ends: set[int]) -> None:
    """However the body is cut, the same is left of it, and of the pieces without a secret each stays."""
    cuts = [0, *sorted(ends), len(TEXT)]
    chunks = [TEXT[start:end] for start, end in pairwise(cuts)]
    clean = masked(*chunks)
    assert TEXT.replace(b"hunter2", b"***") == b"".join(clean)
    assert len(clean) <= len(chunks)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, st.integers(0, 2), st.booleans())
def test_no_string_of_a_secret_is_left(value: object, depth: int, ascii_only: bool) -> None:  # noqa: FBT001
    """Of whatever shape it is, and in however many strings: what is left is JSON with the same names."""
    body: object = {"before": 1, "secret": value, "after": "2"}
    for _ in range(depth):
        body = json.dumps(body, ensure_ascii=ascii_only)
    found = json.loads(b"".join(masked(json.dumps(body, ensure_ascii=ascii_only).encode())))
    for _ in range(depth):
        found = json.loads(found)
    assert {"before": 1, "secret": hidden(value), "after": "2"} == found


def hidden(value: object) -> object:
    """`value`, as it should be left."""
    if isinstance(value, dict):
        return {name: hidden(item) for name, item in value.items()}
    if isinstance(value, list):
        return list(map(hidden, value))
    if isinstance(value, str):
        return "***" if value else ""
    return 0 if isinstance(value, int) and not isinstance(value, bool) else value
