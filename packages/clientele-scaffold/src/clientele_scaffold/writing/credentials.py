"""What the client is authenticated with, from the security schemes of a description."""

from __future__ import annotations

from dataclasses import dataclass

from clientele_scaffold.reading import Description, Operation, SecurityScheme
from clientele_scaffold.writing.literals import docstring, literal
from clientele_scaffold.writing.names import PARAMETERS, Names, snake
from clientele_scaffold.writing.scopes import Scope

API = "clientele.api"


@dataclass(frozen=True, slots=True)
class Credentials:
    """How the client is authenticated.

    Attributes:
        text: a function `authenticate`, or `""` if there is nothing to do, or nothing that is known.
        unknown: the schemes for which nothing is written.
        others: the schemes that only other operations want, so that `authenticate` has nothing of them.
    """

    text: str
    unknown: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def credentials(description: Description, operations: list[Operation], scope: Scope, *, is_method: bool) -> Credentials:
    """How most of some operations are authenticated, of the ways that they allow."""
    schemes = description.security_schemes
    ways = [tuple(way) for operation in operations for way in operation.security if way]
    known = [way for way in ways if _is_known([schemes[name] for name in way if name in schemes], way)]
    unknown = tuple(sorted(_names(ways) - _names(known)))
    if not known:
        return Credentials("", unknown)
    best = max(dict.fromkeys(known), key=known.count)
    left = [each for each in operations if each.security and not any(set(way) <= set(best) for way in each.security)]
    others = _names([tuple(way) for each in left for way in each.security]) - {*best, *unknown}
    text = _function([schemes[name] for name in best], scope, is_method=is_method)
    return Credentials(text, unknown, tuple(sorted(others)))


def _names(ways: list[tuple[str, ...]]) -> set[str]:
    return {name for way in ways for name in way}


def _is_known(schemes: list[SecurityScheme], way: tuple[str, ...]) -> bool:
    if len(schemes) != len(way):
        return False
    if len(schemes) == 1 and schemes[0].scheme == "digest":
        return True  # Alone only: it answers what the server says.
    return all(
        each.type in {"apiKey", "oauth2", "openIdConnect"} or each.scheme in {"basic", "bearer"} for each in schemes
    )


def _function(schemes: list[SecurityScheme], scope: Scope, *, is_method: bool) -> str:
    names = Names(PARAMETERS)
    target = "self" if is_method else "api"
    is_alone = len(schemes) == 1
    given = [(scheme, [names.new(name) for name in _secrets(scheme, is_alone=is_alone)]) for scheme in schemes]
    parameters = [f"{name}: str" for _, secrets in given for name in secrets]
    listed = ", ".join([*(["self"] if is_method else []), *parameters])
    told = " and ".join(scheme.name for scheme in schemes)
    lines = [
        f"def authenticate({listed}) -> None:",
        f"    {docstring(f'Send what the scheme {told} asks for along with every call')}",
    ]
    if is_alone and (auth := _auth(*given[0], scope)):
        return "\n".join([*lines, f"    {target}.configure(auth={auth})"])
    lines += ["", f"    def sign(request: {scope.use(API, 'Request')}) -> None:"]
    lines += [f"        {line}" for scheme, secrets in given for line in _signing(scheme, secrets, scope)]
    return "\n".join([*lines, "", f"    {target}.configure(auth=sign)"])


def _secrets(scheme: SecurityScheme, *, is_alone: bool) -> list[str]:
    if scheme.scheme in {"basic", "digest"}:
        return ["username", "password"]
    if scheme.token_url and is_alone:
        return ["client_id", "client_secret"]
    return [snake(scheme.name, "key")] if scheme.type == "apiKey" else ["token"]


def _auth(scheme: SecurityScheme, secrets: list[str], scope: Scope) -> str:
    """The `auth` of one scheme; `""` if there is none that does it."""
    if scheme.scheme == "basic":
        return f"({', '.join(secrets)})"
    if scheme.scheme == "digest":
        return f"{scope.use(API, 'DigestAuth')}({', '.join(secrets)})"
    if scheme.token_url:
        return f"{scope.use(API, 'OAuth2ClientCredentials')}({literal(scheme.token_url)}, {', '.join(secrets)})"
    if scheme.type != "apiKey":
        return f"{scope.use(API, 'BearerAuth')}({secrets[0]})"
    if scheme.key_place == "cookie":
        return ""
    location = ', location="query"' if scheme.key_place == "query" else ""
    return f"{scope.use(API, 'APIKeyAuth')}({literal(scheme.key_name)}, {secrets[0]}{location})"


def _signing(scheme: SecurityScheme, secrets: list[str], scope: Scope) -> list[str]:
    """The lines that add one scheme of several, or a cookie, to a request."""
    if scheme.scheme == "basic":
        return [f"{scope.use(API, 'BasicAuth')}({', '.join(secrets)}).apply(request)"]
    if scheme.type != "apiKey":
        return [f"{scope.use(API, 'BearerAuth')}({secrets[0]}).apply(request)"]
    name = literal(scheme.key_name)
    if scheme.key_place == "cookie":
        return [f'request.headers["Cookie"] = {name} + "=" + {secrets[0]}']
    if scheme.key_place == "query":
        return [f"request.query.append(({name}, {secrets[0]}))"]
    return [f"request.headers[{name}] = {secrets[0]}"]
