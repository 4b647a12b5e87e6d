"""Challenges of WWW-Authenticate (RFC 9110, section 11.6.1), and answers to Digest challenges (RFC 7616)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote

_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]"  # noqa: S105 - a token of the grammar of HTTP
_PIECE = re.compile(
    rf"(?<!{_TOKEN})(?P<name>{_TOKEN}++)(?:[ \t]*+=[ \t]*+"
    rf'(?:"(?P<quoted>(?:[^"\\]|\\.)*+)"|(?P<plain>{_TOKEN}++))|(?P<scheme>(?=[ \t,]|$)))'
)
_ALGORITHMS = {"sha-256": "sha256", "sha-256-sess": "sha256", "md5": "md5", "md5-sess": "md5"}
"""The supported algorithms, strongest first, and their names in hashlib."""


class Challenge(NamedTuple):
    """A Digest challenge that can be answered."""

    realm: str
    nonce: str
    opaque: str | None
    algorithm: str | None
    """As written by the server; None if it doesn't name one, which means MD5."""
    has_qop: bool
    is_stale: bool
    wants_userhash: bool


def best_challenge(fields: Iterable[str]) -> Challenge | None:
    """The Digest challenge with the strongest algorithm in WWW-Authenticate; None if none is supported."""
    known = [(rank, challenge) for challenge in _challenges(fields) if (rank := _rank(challenge)) is not None]
    return min(known, key=lambda pair: pair[0])[1] if known else None


def answer(
    challenge: Challenge, username: str, password: str, *, method: str, target: str, cnonce: str, count: int
) -> str:
    """The value of Authorization for a request (RFC 7616, section 3.4).

    Args:
        challenge: the challenge to answer.
        username: any text.
        password: any text.
        method: the request method.
        target: the path and query, as sent.
        cnonce: the client's nonce, the same for all answers to one challenge.
        count: the number of answers to this challenge, including this one.
    """
    algorithm = challenge.algorithm or "MD5"

    def hashed(text: str) -> str:
        return hashlib.new(_ALGORITHMS[algorithm.lower()], text.encode(), usedforsecurity=False).hexdigest()

    secret = hashed(f"{username}:{challenge.realm}:{password}")
    if algorithm.lower().endswith("-sess"):
        secret = hashed(f"{secret}:{challenge.nonce}:{cnonce}")
    counted = f"{count:08x}:{cnonce}:auth:" if challenge.has_qop else ""
    shown = hashed(f"{username}:{challenge.realm}") if challenge.wants_userhash else username
    fields = [
        f"username={_quoted(shown)}" if shown.isascii() else f"username*=UTF-8''{quote(shown, safe='')}",
        f"realm={_quoted(challenge.realm)}",
        f"nonce={_quoted(challenge.nonce)}",
        f"uri={_quoted(target)}",
        f'response="{hashed(f"{secret}:{challenge.nonce}:{counted}" + hashed(f"{method}:{target}"))}"',
    ]
    fields += [] if challenge.algorithm is None else [f"algorithm={challenge.algorithm}"]
    fields += [] if challenge.opaque is None else [f"opaque={_quoted(challenge.opaque)}"]
    if challenge.has_qop or algorithm.lower().endswith("-sess"):
        fields += [f'cnonce="{cnonce}"']
    fields += ["qop=auth", f"nc={count:08x}"] if challenge.has_qop else []
    fields += ["userhash=true"] if challenge.wants_userhash else []
    return f"Digest {', '.join(fields)}"


def _challenges(fields: Iterable[str]) -> Iterator[Challenge]:
    for scheme, parameters in _pieces(fields):
        qop = parameters.get("qop")
        usable = "realm" in parameters and "nonce" in parameters
        offered = qop is None or "auth" in map(str.strip, qop.lower().split(","))
        if scheme == "digest" and usable and offered and all(map(_PRINTABLE.fullmatch, parameters.values())):
            yield Challenge(
                parameters["realm"],
                parameters["nonce"],
                parameters.get("opaque"),
                parameters.get("algorithm"),
                qop is not None,
                parameters.get("stale", "").lower() == "true",
                parameters.get("userhash", "").lower() == "true",
            )


def _pieces(fields: Iterable[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each scheme, in lower case, with its parameters by their names in lower case."""
    for field in fields:
        challenges: list[tuple[str, dict[str, str]]] = []
        for piece in _PIECE.finditer(field):
            if piece["scheme"] is not None:
                challenges.append((piece["name"].lower(), {}))
            elif challenges:
                value = piece["plain"] if piece["quoted"] is None else re.sub(r"\\(.)", r"\1", piece["quoted"])
                challenges[-1][1].setdefault(piece["name"].lower(), value)
        yield from challenges


def _rank(challenge: Challenge) -> int | None:
    name = (challenge.algorithm or "MD5").lower()
    return [*_ALGORITHMS].index(name) if name in _ALGORITHMS else None


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_PRINTABLE = re.compile(r"[\x20-\x7e]*")
