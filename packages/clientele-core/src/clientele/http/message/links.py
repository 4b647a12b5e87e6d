"""Parses the Link header (RFC 8288)."""

from __future__ import annotations

import re
from urllib.parse import urljoin

__all__ = ["absolute", "parse_links"]

_LINK = r'(?s)<([^<>]*+)>((?:[^",]++|"(?:[^"\\]++|\\.)*+"?)*+)'
_PARAMETER = r'(?s);\s*+([^\s=;",]++)\s*+(?:=\s*+(?:"((?:[^"\\]++|\\.)*+)"|([^\s;",]*+)))?+'
_ESCAPE = r"(?s)\\(.)"


def parse_links(field: str, base: str) -> dict[str, dict[str, str]]:
    """The links of a Link `field` by relation type; the first one if a type is repeated.

    Args:
        field: the value of the header.
        base: the base of relative targets: the URL of the response.

    Returns:
        For each relation type, in lower case, the target as `url`, and the parameters of the link. Several types of
        one link share a dict: with a copy for each, a header of 64 KB could fill the memory.
    """
    links: dict[str, dict[str, str]] = {}
    for target, parameters in re.findall(_LINK, field):
        link: dict[str, str] = {}
        for name, quoted, token in re.findall(_PARAMETER, parameters):
            link.setdefault(name.lower(), re.sub(_ESCAPE, r"\1", quoted) if quoted else token)
        link["url"] = absolute(base, target.strip())
        for kind in link.get("rel", "").lower().split():
            links.setdefault(kind, link)
    return links


def absolute(base: str, target: str) -> str:
    """`target`, relative to the URL `base`; unchanged if it can't be a URL."""
    try:
        return urljoin(base, target)
    except ValueError:  # Brackets without an address are invalid.
        return target
