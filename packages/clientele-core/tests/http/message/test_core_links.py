"""The Link header of a response, and the cookies that it sets."""

from __future__ import annotations

from typing import Any

import pytest

from clientele.http.message.links import parse_links
from clientele.http.response import Response

BASE = "https://h/api/users?page=2"


@pytest.mark.parametrize(
    ("field", "links"),
    [
        ("", {}),
        ('<https://h/x?page=3>; rel="next"', {"next": {"url": "https://h/x?page=3", "rel": "next"}}),
        ("<?page=3>;rel=next", {"next": {"url": "https://h/api/users?page=3", "rel": "next"}}),
        ("</a,b;c>; rel=next", {"next": {"url": "https://h/a,b;c", "rel": "next"}}),
        (
            '</a>; REL="Next last"; title="a, \\"b\\"; c", </c>; rel=last',
            {
                "next": {"url": "https://h/a", "rel": "Next last", "title": 'a, "b"; c'},
                "last": {"url": "https://h/a", "rel": "Next last", "title": 'a, "b"; c'},
            },
        ),
        ("</a>; rel=next; rel=last", {"next": {"url": "https://h/a", "rel": "next"}}),
        ("</a>; rel=next; crossorigin", {"next": {"url": "https://h/a", "rel": "next", "crossorigin": ""}}),
        ("</none>, broken; rel=x, </b>; rel=up", {"up": {"url": "https://h/b", "rel": "up"}}),
        ("<http://[/>; rel=next", {"next": {"url": "http://[/", "rel": "next"}}),
        ('</a>; rel="next', {}),
        ("</a>; rel=next; url=/b", {"next": {"url": "https://h/a", "rel": "next"}}),
    ],
)
def test_links_are_known_by_their_relation(field: str, links: dict[str, Any]) -> None:
    """RFC 8288, section 3: relative ones are below the URL of the response, and what is broken is left out."""
    assert links == parse_links(field, BASE)


def test_a_response_has_its_links() -> None:
    """Also those that are sent in several fields; none without a header."""
    fields = [("Link", "<?page=3>; rel=next"), ("link", "<?page=9>; rel=last")]
    links = Response(status_code=200, headers=fields, request_url=BASE).links
    assert ["https://h/api/users?page=3", "https://h/api/users?page=9"] == [link["url"] for link in links.values()]
    assert Response(status_code=200).links == {}


def test_a_response_has_the_cookies_that_it_sets() -> None:
    """By name, the last one of a name; what it lets expire, and what isn't a cookie, is none."""
    fields = [
        ("Set-Cookie", "a=1; Path=/x; Secure"),
        ("Set-Cookie", "b=2; Max-Age=0"),
        ("set-cookie", "c=3; Max-Age=60"),
        ("Set-Cookie", "a=4"),
        ("Set-Cookie", "d=5"),
        ("Set-Cookie", "d=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
        ("Set-Cookie", "nothing"),
    ]
    assert Response(status_code=200, headers=fields).cookies == {"c": "3", "a": "4"}
    assert Response(status_code=200).cookies == {}


def test_the_relations_of_a_link_take_no_more_memory_than_the_header() -> None:
    """A thousand relations of a link with a thousand parameters: not a million entries."""
    relations = " ".join(f"r{number}" for number in range(1000))
    links = parse_links(f'</a>; rel="{relations}"' + "".join(f";p{number}" for number in range(1000)), BASE)
    assert len(links) == 1000
    assert len({id(link) for link in links.values()}) == 1
