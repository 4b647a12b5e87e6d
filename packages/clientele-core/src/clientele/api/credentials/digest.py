"""Digest authentication (RFC 7616): proves that the client knows a password, without sending it."""

from __future__ import annotations

from os import urandom

from clientele.api.credentials.auth import Auth
from clientele.api.credentials.challenges import Challenge, answer, best_challenge
from clientele.api.credentials.credentials import checked_password
from clientele.api.hooks.request import Request
from clientele.http.message.query import encode_pairs
from clientele.http.message.secret_values import SecretText
from clientele.http.message.urls import parse_url
from clientele.http.response import Response
from clientele.http.runtime.forks import OwnLock


class DigestAuth(Auth):
    """A user name and a password (RFC 7616), of which only hashes are sent.

    The first request is sent without credentials. The challenge in its 401 is answered once for all callers, and later
    requests include the answer until the server sends another challenge. If there are several challenges, the strongest
    algorithm is used: SHA-256, SHA-256-sess, MD5, MD5-sess. The body isn't part of the hashes (`qop=auth`).

    A request whose body can be read only once can't answer a challenge: its caller gets the 401.

    Raises:
        ConfigurationError: the user name has a colon, or one of them has a control character.
    """

    def __init__(self, username: str, password: SecretText) -> None:
        self._username, self._password = username, checked_password("DigestAuth", username, password)
        self._own = OwnLock()
        self._answered: _Answered | None = None

    def apply(self, request: Request) -> None:
        """Set the Authorization header, if there is a challenge to answer."""
        answered = self._answered
        if answered is not None:
            with self._own.lock:
                answered.count += 1
                count = answered.count
            request.headers["Authorization"] = answer(
                answered.challenge,
                self._username,
                self._password,
                method=request.method,
                target=parse_url(request.url)[0].with_query(encode_pairs(request.query)).target,
                cnonce=answered.cnonce,
                count=count,
            )

    def refresh(self, response: Response | None) -> bool:
        """Store the challenge of `response`.

        Returns:
            Whether there is a challenge to answer. One that was already answered, and isn't stale, means that the
            password is wrong.
        """
        before = None if self._answered is None else self._answered.challenge.nonce
        challenge = None if response is None else best_challenge(response.headers.get_list("www-authenticate"))
        if challenge is None or (challenge.nonce == before and not challenge.is_stale):
            return False
        self._answered = _Answered(challenge)
        return True


class _Answered:
    """A challenge, and the number of answers to it."""

    def __init__(self, challenge: Challenge) -> None:
        self.challenge = challenge
        self.cnonce = urandom(16).hex()
        self.count = 0
