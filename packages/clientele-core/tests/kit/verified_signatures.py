"""A server that verifies AWS and RFC 9421 signatures from the received bytes, and calls that are signed."""

from __future__ import annotations

import asyncio
import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256
from importlib.metadata import entry_points
from typing import Any, Self
from urllib.parse import quote, unquote_to_bytes

from clientele.http import HTTPBackend
from clientele.http.signing import EncodedRequest, MessageSigner, SigningBackend, SigV4Signer
from clientele_conformance.servers import RecordedRequest

INSTALLED: dict[str, Any] = {entry.name: entry.load() for entry in sorted(entry_points(group="clientele.backends"))}


MODES = [(name, mode) for name, kind in INSTALLED.items() for mode in ("sync", "async") if mode in kind.capabilities]


SECRET, ACCESS, TOKEN = "wJalrXUtnFEMI/K7MDENG", "AKIDEXAMPLE", "c2Vzc2lvbg=="


SHARED = b"a secret that both know"


OF_CONNECTIONS = {"connection", "keep-alive", "transfer-encoding"}


MAY_CHANGE = {"accept", "accept-encoding", "content-length", "user-agent"}


def everything(request: EncodedRequest) -> list[str]:
    """All components of RFC 9421, section 2.2, that each request has, all headers, and the content."""
    derived = ["@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query"]
    return [*derived, *request.headers, "content-digest"]


SIGNERS: dict[str, Callable[[], Any]] = {
    "execute-api": lambda: SigV4Signer("execute-api", "eu-west-1", (ACCESS, SECRET, TOKEN)),
    "s3": lambda: SigV4Signer("s3", "eu-west-1", (ACCESS, SECRET)),
    "rfc9421": lambda: MessageSigner("shared", SHARED, algorithm="hmac-sha256", covers=everything),
}


def is_signed_by_aws(request: RecordedRequest, service: str) -> bool:
    """Whether the Authorization is right, and all headers are signed but those that may change."""
    found = re.fullmatch(
        rf"AWS4-HMAC-SHA256 Credential={ACCESS}/(\d{{8}})/eu-west-1/{service}/aws4_request, "
        r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})",
        request.header("authorization") or "",
    )
    assert found is not None
    day, signed, signature = found.groups()
    sent = {name.lower() for name, _ in request.headers}
    assert sent - MAY_CHANGE - OF_CONNECTIONS - {"authorization"} == {*signed.split(";")}
    stamp = request.header("x-amz-date") or ""
    assert stamp.startswith(day)
    headers = [
        f"{name}:{','.join(' '.join(value.split()) for value in request.get_list(name))}" for name in signed.split(";")
    ]
    payload = request.header("x-amz-content-sha256") or sha256(request.body).hexdigest()
    assert payload in {sha256(request.body).hexdigest(), "UNSIGNED-PAYLOAD"}
    once = unquote_to_bytes(request.path) if service == "s3" else re.sub("/+", "/", request.path)
    path = quote(once, safe="/-_.~")
    query = "&".join("=".join(pair) for pair in sorted(map(strict, filter(None, request.query.split("&")))))
    canonical = "\n".join([request.method, path, query, *headers, "", signed, payload])
    scope = f"{day}/eu-west-1/{service}/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex() == signature


def strict(pair: str) -> tuple[str, str]:
    name, _, value = pair.partition("=")
    return quote(unquote_to_bytes(name), safe="-_.~"), quote(unquote_to_bytes(value), safe="-_.~")


def is_signed_as_rfc_9421_says(request: RecordedRequest, scheme: str) -> bool:
    """Whether the signature is right, and everything is signed."""
    label, _, parameters = (request.header("signature-input") or "").partition("=")
    names = re.findall(r'"([^"]+)"', parameters.partition(")")[0])
    sent = {name.lower() for name, _ in request.headers}
    assert sent - OF_CONNECTIONS - {"signature", "signature-input"} == {name for name in names if name[0] != "@"}
    host, target = request.header("host") or "", f"{request.path}?{request.query}".removesuffix("?")
    derived = {
        "@method": request.method,
        "@target-uri": f"{scheme}://{host}{target}",
        "@authority": host,
        "@scheme": scheme,
        "@request-target": target,
        "@path": request.path,
        "@query": f"?{request.query}",
    }
    lines = [f'"{name}": {derived.get(name) or ", ".join(request.get_list(name))}' for name in names]
    base = "\n".join([*lines, f'"@signature-params": {parameters}'])
    digest = b64encode(sha256(request.body).digest()).decode()
    assert request.header("content-digest") == f"sha-256=:{digest}:"
    signature = (request.header("signature") or "").removeprefix(f"{label}=:").removesuffix(":")
    return hmac.digest(SHARED, base.encode(), "sha256") == b64decode(signature)


def is_signed(request: RecordedRequest, kind: str, scheme: str = "http") -> bool:
    return is_signed_as_rfc_9421_says(request, scheme) if kind == "rfc9421" else is_signed_by_aws(request, kind)


class Signed:
    """Calls over a backend that signs."""

    def __init__(self, name: str, mode: str, kind: str, **options: Any) -> None:
        self.backend: HTTPBackend = SigningBackend(INSTALLED[name](trust_env=False, **options), SIGNERS[kind]())
        self._runner = asyncio.Runner() if mode == "async" else None

    def send(self, *arguments: Any, **options: Any) -> Any:
        if self._runner is None:
            return self.backend.send_sync_request(*arguments, **options)
        return self._runner.run(self._awaited(*arguments, **options))

    async def _awaited(self, *arguments: Any, **options: Any) -> Any:
        return await self.backend.send_async_request(*arguments, **options)

    def stream(self, method: str, path: str, **options: Any) -> list[bytes]:
        if self._runner is None:
            return list(self.backend.handle_sync_stream(method, path, bytes, **options))

        async def items() -> list[bytes]:
            return [item async for item in self.backend.handle_async_stream(method, path, bytes, **options)]

        return self._runner.run(items())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._runner is None:
            self.backend.close()
        else:
            self._runner.run(self.backend.aclose())
            self._runner.close()
