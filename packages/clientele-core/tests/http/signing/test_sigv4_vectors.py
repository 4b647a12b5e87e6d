"""SigV4Signer against the test suite that AWS publishes, and the examples of its documentation."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from clientele.http.fake import FakeHTTPBackend
from clientele.http.message.body.bodies import NO_BODY, Body
from clientele.http.message.headers import Headers
from clientele.http.signing import EncodedRequest, SigningBackend, SigV4Signer

VECTORS: dict[str, dict[str, str]] = {
    vector["name"]: vector
    for vector in tomllib.loads((Path(__file__).parent / "aws4_testsuite" / "vectors.toml").read_text())["vector"]
}
KEYS = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
HOST = "https://example.amazonaws.com"


def at(*moment: int) -> Any:
    return datetime(*moment, tzinfo=UTC).timestamp  # type: ignore[arg-type, misc]


class Vector:
    """A request as the suite writes it down: not always as HTTP would have it."""

    def __init__(self, name: str) -> None:
        head, _, body = VECTORS[name]["request"].partition("\n\n")
        line, *fields = head.replace("\n ", " ").split("\n")
        self.method, rest = line.split(" ", 1)
        self.target = rest.removesuffix(" HTTP/1.1")
        self.headers = tuple((field.partition(":")[0], field.partition(":")[2].strip()) for field in fields if field)
        self.body = body.encode()
        self.authorization = VECTORS[name]["authorization"]
        token = VECTORS[name].get("token")
        self.signer = SigV4Signer("service", "us-east-1", (*KEYS, token), clock=at(2015, 8, 30, 12, 36))
        self.signer.prepare()


def test_the_vectors_exist() -> None:
    assert len(VECTORS) == 34


@pytest.mark.parametrize("name", VECTORS)
def test_the_signature_is_that_of_the_suite(name: str) -> None:
    vector = Vector(name)
    body = Body(vector.body, None, len(vector.body)) if vector.body else NO_BODY
    headers = Headers(vector.headers)
    request = EncodedRequest(vector.method, f"{HOST}{vector.target}", vector.target, headers, body)
    assert vector.signer.sign(request)["Authorization"] == vector.authorization


SENT_OTHERWISE = {
    # Core sends fields of one name as one, with `, ` between the values.
    *("get-header-key-duplicate", "get-header-value-order"),
    # What HTTP can't have in a path, core encodes; AWS encodes it once more then.
    *("get-space", "get-utf8"),
}
"""These are other requests on the wire."""


@pytest.mark.parametrize("name", sorted(VECTORS.keys() - SENT_OTHERWISE))
def test_a_call_has_the_signature_of_the_suite(name: str) -> None:
    """Whatever core adds to it, and however it encodes it."""
    vector, fake = Vector(name), FakeHTTPBackend()
    route = fake.on(None, None).reply()
    backend = SigningBackend(fake, vector.signer)
    headers, content = list(vector.headers), vector.body or None
    backend.send_sync_request(vector.method, f"{HOST}{vector.target}", headers=headers, content=content)
    assert route.last_request.headers["authorization"] == vector.authorization


class Example:
    """The examples of "Signature Calculations for the Authorization Header" in the documentation of S3.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
    """

    keys = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    url = "https://examplebucket.s3.amazonaws.com"
    when = staticmethod(at(2013, 5, 24))


@pytest.mark.parametrize(
    ("method", "path", "options", "signed", "signature"),
    [
        (
            "GET",
            "/test.txt",
            {"headers": {"Range": "bytes=0-9"}},
            "host;range;x-amz-content-sha256;x-amz-date",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            "PUT",
            "/test$file.text",
            {
                "content": b"Welcome to Amazon S3.",
                "headers": {"Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"},
            },
            "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            "GET",
            "/?lifecycle",
            {},
            "host;x-amz-content-sha256;x-amz-date",
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            "GET",
            "/?max-keys=2&prefix=J",
            {},
            "host;x-amz-content-sha256;x-amz-date",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ],
)
def test_the_examples_of_s3(method: str, path: str, options: dict[str, Any], signed: str, signature: str) -> None:
    """The `$` in a path goes as it is over the wire, and is encoded in what is signed."""
    fake = FakeHTTPBackend(base_url=Example.url)
    route = fake.on(None, None).reply()
    signer = SigV4Signer("s3", "us-east-1", Example.keys, clock=Example.when)
    SigningBackend(fake, signer).send_sync_request(method, path, **options)
    assert route.last_request.headers["authorization"] == (
        f"AWS4-HMAC-SHA256 Credential={Example.keys[0]}/20130524/us-east-1/s3/aws4_request, "
        f"SignedHeaders={signed}, Signature={signature}"
    )
