"""Python names for what a description calls as it likes."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+[0-9]*|[A-Z]+[0-9]*|[0-9]+|[^\W_a-zA-Z0-9]+")

CLASSES = frozenset(
    [
        *("APIClient", "APIKeyAuth", "Annotated", "Any", "AsJSON", "AsyncPages", "AsyncStream", "BaseModel"),
        *("BasicAuth", "BearerAuth", "BinaryIO", "Body", "Callable", "Client", "ConfigDict", "Cursor", "Decimal"),
        *("DigestAuth", "Enum", "FakeHTTPBackend", "False", "Field", "File", "Form", "Header", "IPv4Address"),
        *("IPv4Network", "IPv6Address", "IPv6Network", "Iterator", "LinkHeader", "Literal", "Model", "NextURL"),
        *("None", "OAuth2ClientCredentials", "Offset", "PageNumber", "Pages", "Part", "Path", "PlainSerializer"),
        *("Query", "Request", "Response", "RootModel", "SecretStr", "ServerSentEvent", "Settings", "Stream", "True"),
        *("TypeAlias", "TypeAliasType", "UUID", "Union", "Unpack"),
    ]
)
"""What written modules import, and what they define themselves, so that no model may have these names."""
FUNCTIONS = frozenset(
    [
        *("api", "as_cookies", "as_json", "authenticate", "client", "date", "datetime", "endpoint", "models"),
        *("path_style", "pytest", "time", "timedelta"),
    ]
) | frozenset(dir(builtins))
PARAMETERS = frozenset({"cls", "response", "result", "self"})


def words(text: str) -> list[str]:
    """The words of a name, whether it is written in camel case, with hyphens, or as a sentence."""
    found: list[str] = _WORDS.findall(unicodedata.normalize("NFKC", text))
    return found


def plain(name: str) -> str:
    """A name without what differs between the styles of names."""
    return "".join(character for character in name.lower() if character.isalnum())


def snake(text: str, otherwise: str) -> str:
    """A name for a function, a parameter or a module: `userId` is `user_id`."""
    return _fit("_".join(words(text)).lower(), otherwise, "_")


def pascal(text: str, otherwise: str) -> str:
    """A name for a class: `user_profile` is `UserProfile`."""
    return _fit("".join(word[:1].upper() + word[1:] for word in words(text)), otherwise, "")


def singular(text: str) -> str:
    """What one of several is called: `users` are a `user`."""
    if text.lower().endswith("ies") and len(text) > 4:
        return f"{text[:-3]}y"
    return text[:-1] if text.endswith("s") and not text.lower().endswith(("ss", "us", "is", "as")) else text


def _fit(name: str, otherwise: str, delimiter: str) -> str:
    fit = name if name.isidentifier() else f"{otherwise}{delimiter}{name}".rstrip("_")
    return fit if fit.isidentifier() else otherwise


class Names:
    """Gives each name once.

    Args:
        taken: names that it never gives.
        suffix: what one of these gets behind it.
    """

    def __init__(self, taken: Iterable[str] = (), suffix: str = "_") -> None:
        self._suffix = suffix
        self._reserved = {*taken, *keyword.kwlist}
        self._given: set[str] = set()

    def new(self, name: str) -> str:
        """`name`, or one like it that nothing has yet."""
        unique = f"{name}{self._suffix}" if name in self._reserved else name
        number = 2
        while unique in self._given or unique in self._reserved:
            unique, number = (f"{name}_{number}" if name.islower() else f"{name}{number}"), number + 1
        self._given.add(unique)
        return unique
