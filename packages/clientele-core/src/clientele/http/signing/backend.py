"""The backend that signs requests."""

from __future__ import annotations

from clientele.http.backends.interface import HTTPBackend
from clientele.http.backends.kinds import innermost
from clientele.http.backends.signers import Signer
from clientele.http.errors import ConfigurationError
from clientele.http.message.body.bodies import is_replayable
from clientele.http.message.call import Call
from clientele.http.response import Response
from clientele.http.runtime.lazy import asyncio
from clientele.http.transport.backend import TransportBackend
from clientele.http.wrappers.flows import Flow, Step
from clientele.http.wrappers.homes import base_url_of, comes_from_home
from clientele.http.wrappers.places import Place
from clientele.http.wrappers.wrapper import Wrapper


class SigningBackend(Wrapper):
    """Signs each request as it is sent: after everything else has been added, and again for each attempt.

    ```python
    backend = RetryBackend(SigningBackend("httpx", SigV4Signer("execute-api", "eu-west-1")))
    ```

    Requests to the origin of the base URL are signed; without a base URL, requests to the origin of the call. A
    redirect to the same origin is signed again. A redirect to another origin is followed without a signature.

    Args:
        inner: the backend inside, or the name of an installed one. It must be a `TransportBackend`, as all shipped
            backends are, or wrappers around one: a backend that implements `HTTPBackend` directly encodes requests
            itself.
        signer: what signs. For two signatures, nest two of these: the outer signer signs first.

    Raises:
        ConfigurationError: `inner` encodes requests itself, or is a wrapper that belongs outside of this one, or
            `signer` is not a Signer.
    """

    place = Place.SIGNING

    def __init__(self, inner: HTTPBackend | str, signer: Signer) -> None:
        super().__init__(inner)
        beneath = innermost(self)
        if not isinstance(beneath, TransportBackend):
            raise ConfigurationError(
                f"SigningBackend: {type(beneath).__name__} encodes requests itself, so that they can't be signed; "
                "use a TransportBackend"
            )
        if not isinstance(signer, Signer):
            name = f"the class {signer.__name__}: call it" if isinstance(signer, type) else type(signer).__name__
            raise ConfigurationError(f"SigningBackend(signer=...): use a Signer, not {name}")
        self._signer = signer
        self._base_url = base_url_of(self)

    def flow(self, call: Call) -> Flow:
        """Send a signed call, and again if the signer has adjusted to the refusal of the server."""
        outer: tuple[Signer, ...] = call.options.get("signers", ())
        signed = call.with_(signers=(*outer, self._signer))
        yield _Prepared(self._signer)
        response = yield signed
        has_adjusted = self._was_refused(call, response) and self._signer.adjust(response)
        if has_adjusted and is_replayable(call.options):
            yield _Prepared(self._signer)
            response = yield signed
        return response

    def _was_refused(self, call: Call, response: Response) -> bool:
        """Whether `response` is a 4xx of the server that the call was signed for."""
        is_refusal = 400 <= response.status_code < 500 and not response.history
        return is_refusal and comes_from_home(response, call, self._base_url)


class _Prepared(Step):
    """Calls `prepare` of a signer."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def run(self, left: float | None) -> None:  # noqa: ARG002 - a thread can't be interrupted
        self._signer.prepare()

    async def arun(self, left: float | None) -> None:
        async with asyncio.timeout(left):
            await self._signer.aprepare()
