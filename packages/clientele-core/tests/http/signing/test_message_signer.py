"""MessageSigner against the examples of RFC 9421, and what it does where there is none."""

from __future__ import annotations

import re
import sys
import tomllib
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from clientele.http.errors import ConfigurationError, InvalidBody
from clientele.http.fake import FakeHTTPBackend, FakeRequest
from clientele.http.signing import MessageSigner, SigningBackend

RFC = tomllib.loads((Path(__file__).parent / "rfc9421.toml").read_text())
EXAMPLES: dict[str, Any] = {example["name"]: example for example in RFC["example"]}
KEYS: dict[str, str] = RFC["keys"]
SECRET = b64decode(KEYS["test-shared-secret"])
DIGEST = "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"
PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA512()), salt_length=64)


def sent(signer: MessageSigner, method: str = "GET", url: str = "https://example.com/", **options: Any) -> FakeRequest:
    fake = FakeHTTPBackend()
    route = fake.on(None, None).reply()
    SigningBackend(fake, signer).send_sync_request(method, url, **options)
    return route.last_request


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_signature_is_that_of_the_rfc(name: str) -> None:
    """Those of RSA-PSS are other ones each time: ours and the one of the RFC are verified for the same text."""
    example = EXAMPLES[name]
    nonce = example.get("nonce")
    request = sent(
        MessageSigner(
            example["key_id"],
            SECRET if example["algorithm"] == "hmac-sha256" else KEYS[example["key_id"]],
            algorithm=example["algorithm"],
            covers=example["covers"],
            label=example["label"],
            tag=example.get("tag"),
            nonce=None if nonce is None else lambda: nonce,
            include_algorithm=False,
            clock=lambda: 1618884473.9,
        ),
        "POST",
        "https://example.com/foo?param=Value&Pet=dog",
        content=b'{"hello": "world"}',
        headers={
            "Date": "Tue, 20 Apr 2021 02:07:55 GMT",
            "Content-Type": "application/json",
            "Content-Digest": DIGEST,
        },
    )
    assert request.headers["signature-input"] == f"{example['label']}={example['input']}"
    assert request.headers["content-digest"] == DIGEST
    signature = request.headers["signature"].removeprefix(f"{example['label']}=:").removesuffix(":")
    if example["algorithm"] != "rsa-pss-sha512":
        assert signature == example["signature"]
        return
    text = "\n".join([*example["lines"], f'"@signature-params": {example["input"]}']).encode()
    key = load_pem_private_key(KEYS[example["key_id"]].encode(), None).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    for each in (signature, example["signature"]):
        key.verify(b64decode(each), text, PSS, hashes.SHA512())
    with pytest.raises(InvalidSignature):
        key.verify(b64decode(signature), text + b" ", PSS, hashes.SHA512())


def hmac_signer(**options: Any) -> MessageSigner:
    return MessageSigner("key-1", SECRET, algorithm="hmac-sha256", **options)


def test_method_url_and_content_are_signed_by_default() -> None:
    request = sent(hmac_signer(clock=lambda: 1618884473.0), "POST", content=b'{"hello": "world"}')
    assert request.headers["signature-input"] == (
        'sig1=("@method" "@target-uri" "content-digest");created=1618884473;keyid="key-1";alg="hmac-sha256"'
    )
    # RFC 9530, appendix D, has the same content with a line break; this is that of `{"hello": "world"}`.
    assert request.headers["content-digest"] == "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"


def test_an_empty_body_has_a_digest() -> None:
    """So that nobody can add some."""
    empty = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"
    assert sent(hmac_signer()).headers["content-digest"] == empty


def test_times_and_nonces() -> None:
    nonces = iter(["one", "two"])
    signer = hmac_signer(expires_in=300, nonce=lambda: next(nonces), tag="shop", clock=lambda: 1000.5)
    first, second = (sent(signer).headers["signature-input"] for _ in range(2))
    assert first.endswith(';created=1000;keyid="key-1";alg="hmac-sha256";expires=1300;nonce="one";tag="shop"')
    assert second.endswith(';nonce="two";tag="shop"')


def test_a_second_signature_joins_the_first() -> None:
    """The outer signer comes first, and the inner one may sign what that has added."""
    fake = FakeHTTPBackend()
    route = fake.on(None, None).reply()
    proxy = hmac_signer(label="proxy", covers=['"signature";key="sig1"'])
    SigningBackend(SigningBackend(fake, proxy), hmac_signer()).send_sync_request("GET", "https://example.com/")
    assert re.findall(r"(?:^|, )(\w+)=:", route.last_request.headers["signature"]) == ["sig1", "proxy"]
    twice = SigningBackend(SigningBackend(fake, hmac_signer()), hmac_signer())
    with pytest.raises(ConfigurationError, match='"sig1" already present'):
        twice.send_sync_request("GET", "https://example.com/")


@pytest.mark.parametrize("kind", ["ecdsa-p256-sha256", "ecdsa-p384-sha384", "rsa-v1_5-sha256"])
def test_the_other_algorithms(kind: Any) -> None:
    """With a key of cryptography as with its PEM."""
    curve: ec.EllipticCurve = ec.SECP384R1() if "p384" in kind else ec.SECP256R1()
    key: Any = rsa.generate_private_key(65537, 2048) if "rsa" in kind else ec.generate_private_key(curve)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for given in (key, pem, pem.decode()):
        said = sent(MessageSigner("key-1", given, algorithm=kind)).headers
        assert f'alg="{kind}"' in said["signature-input"]
        length = {"ecdsa-p256-sha256": 64, "ecdsa-p384-sha384": 96, "rsa-v1_5-sha256": 256}[kind]
        assert len(b64decode(said["signature"].removeprefix("sig1=:").removesuffix(":"))) == length


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"algorithm": "hs2019"}, "'hs2019' is none of 'hmac-sha256', 'ed25519'"),
        ({"algorithm": "ed25519", "key": b"not a key"}, r"MessageSigner\(key=...\): not a valid key for ed25519"),
        ({"algorithm": "ed25519", "key": 7}, r"MessageSigner\(key=...\): not a valid key for ed25519"),
        ({"key": b""}, r"MessageSigner\(key=...\): not a valid key for hmac-sha256: use the secret"),
        ({"key": None}, r"MessageSigner\(key=...\): not a valid key for hmac-sha256: use the secret"),
        ({"covers": "@method"}, r"MessageSigner\(covers=...\): use a list of names"),
        ({"expires_in": 0}, r"MessageSigner\(expires_in=...\): use a positive number"),
        ({"expires_in": "300"}, r"MessageSigner\(expires_in=...\): use a positive number"),
        ({"nonce": "fixed"}, r"MessageSigner\(nonce=...\): use a function"),
    ],
)
def test_invalid_arguments_of_a_signer_raise(options: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"key": SECRET, "algorithm": "hmac-sha256", **options}
    with pytest.raises(ConfigurationError, match=message):
        MessageSigner("key-1", given.pop("key"), **given)


@pytest.mark.parametrize(
    ("covers", "message"),
    [
        (["authorization"], '"authorization" not found'),
        (["transfer-encoding"], '"transfer-encoding" not found'),
        (["@status"], "status"),
        (["Date"], "lowercase"),
        (["@method", "@method"], "multiple times"),
        (['"@query-param";name="none"'], "not found"),
    ],
)
def test_an_unsupported_request_raises_before_it_is_sent(covers: list[str], message: str) -> None:
    """Among it a header that isn't there: the library, or a session, might add it afterwards."""
    fake = FakeHTTPBackend()
    route = fake.on(None, None).reply()
    with pytest.raises(ConfigurationError, match=f"MessageSigner: .*{message}"):
        SigningBackend(fake, hmac_signer(covers=covers)).send_sync_request("GET", "https://example.com/")
    assert not route.called


def test_a_body_that_is_read_only_once() -> None:
    content = iter([b"one"])
    with pytest.raises(InvalidBody, match="set the header Content-Digest yourself"):
        sent(hmac_signer(), "POST", content=content)
    given = sent(hmac_signer(), "POST", content=content, headers={"Content-Digest": DIGEST})
    assert given.headers["content-digest"] == DIGEST
    assert sent(hmac_signer(covers=["@method"]), "POST", content=iter([b"x"])).content == b"x"


def test_a_missing_library_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "http_message_signatures", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'clientele-core\[signatures\]'"):
        hmac_signer()
