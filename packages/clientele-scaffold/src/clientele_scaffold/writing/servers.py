"""Where the API is."""

from __future__ import annotations

from urllib.parse import urljoin

from clientele.api import APIClient, ConfigurationError
from clientele_scaffold.reading import Description

NOWHERE = "https://api.example.com"
"""What stands for the address of an API that says none."""


def base_url_of(description: Description) -> tuple[str, bool]:
    """Where the API is, and whether the description says so: if not, a host stands for its own.

    It is the first server, relative to where the description was; where all operations have one of their own, that.
    """
    is_remote = description.source.lower().startswith(("http://", "https://"))
    own = {each.server for each in description.operations}
    said = own.pop() if len(own) == 1 else ""
    said = said or (description.servers[0].url if description.servers else "/")
    url = urljoin(description.source if is_remote else f"{NOWHERE}/", said).rstrip("/")
    try:
        APIClient(base_url=url)
    except ConfigurationError:
        return NOWHERE, False
    return url, is_remote or "://" in said
