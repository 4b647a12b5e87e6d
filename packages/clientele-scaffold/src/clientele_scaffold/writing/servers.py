"""Where the API is."""

from __future__ import annotations

from urllib.parse import urljoin

from clientele.api import APIClient, ConfigurationError
from clientele_scaffold.reading import Description

NOWHERE = "https://api.example.com"
"""What stands for the address of an API that says none."""


def base_url_of(description: Description) -> str:
    """Where the API is: the first server, relative to where the description was; `""` if that isn't said.

    Where all operations have one server of their own, it is that.
    """
    source = description.source if description.source.lower().startswith(("http://", "https://")) else ""
    own = {each.server for each in description.operations}
    said = own.pop() if len(own) == 1 else ""
    said = said or (description.servers[0].url if description.servers else "/")
    url = urljoin(source, said)
    try:
        APIClient(base_url=url)
    except ConfigurationError:
        return ""
    return url.rstrip("/") if "://" in url else ""
