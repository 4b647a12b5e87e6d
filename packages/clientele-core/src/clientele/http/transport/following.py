"""Follows redirects: the next request, and redirects that are refused."""

from __future__ import annotations

from dataclasses import replace

from clientele.http.message import redirects
from clientele.http.message.body.bodies import NO_BODY
from clientele.http.message.errors import InvalidURL, raise_from
from clientele.http.message.printable import excerpt
from clientele.http.response import Response
from clientele.http.transport.errors import ProtocolError, TooManyRedirects, UnsafeRedirect
from clientele.http.transport.faults.table import Translated
from clientele.http.transport.prepare import Request


class Following:
    """The redirects of one call.

    Args:
        client_insists: whether the library always adds the headers and auth of the user's client.

    Attributes:
        history: the redirects that were followed, oldest first.
    """

    def __init__(self, *, client_insists: bool) -> None:
        self._client_insists = client_insists
        self.history: list[Response] = []

    def next_request(
        self, request: Request, response: Response, location: str | None, faults: Translated
    ) -> Request | None:
        """The request that `response` to `request` asks for; None if it is not a redirect. `faults` makes the errors.

        Raises:
            ProtocolError: it leads to no valid URL.
            TooManyRedirects, UnsafeRedirect: it may not be followed.
        """
        try:
            step = redirects.redirect_step(request.method, request.url, response.status_code, location)
        except InvalidURL as error:
            # The server may have put into it what it was sent.
            said = faults.quiet(excerpt(str(error)))
            raise_from(faults.error(ProtocolError, f"the redirect has an invalid URL: {said}"), None)
        if step is None:
            return None
        leaves = step.url.origin != request.url.origin
        self._refuse_unsafe(request, step, faults, leaves=leaves)
        self.history.append(response)
        body = request.whole_body if step.keeps_body else NO_BODY
        kept = request.without_client() if leaves else request
        return replace(
            kept,
            method=step.method,
            url=step.url,
            headers=redirects.kept_headers(kept.headers, step, origin_changes=leaves),
            body=body.content,
            whole_body=body,
            client_credentials=request.client_credentials and not leaves,
            at_home=request.at_home and not leaves,
        )

    def _refuse_unsafe(self, request: Request, step: redirects.Step, faults: Translated, *, leaves: bool) -> None:
        if len(self.history) >= redirects.MAX_REDIRECTS:
            error = faults.error(TooManyRedirects, f"more than {redirects.MAX_REDIRECTS} redirects")
            error.history = tuple(self.history)  # type: ignore[attr-defined]
            raise error
        if request.url.scheme == "https" and step.url.scheme == "http":
            raise faults.error(UnsafeRedirect, "the server redirects from https to http")
        if step.keeps_body and not request.whole_body.replayable:
            raise faults.error(UnsafeRedirect, "the redirect asks for the body again, which can be read only once")
        if leaves and self._client_insists:
            raise faults.error(
                UnsafeRedirect, "the redirect leaves the origin, and your client would send its headers and auth along"
            )
