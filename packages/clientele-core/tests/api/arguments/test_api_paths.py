"""Path templates, and arguments that are one segment or several."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import Enum
from typing import Annotated
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clientele.api import APIClient, Path, Response
from clientele.api.arguments.paths import PathTemplate, segment_writer
from clientele.http import FakeHTTPBackend
from clientele.http.errors import ConfigurationError, InvalidPathValue
from clientele.http.message.urls import parse_url

quick = settings(max_examples=200)

WHOLE, SEGMENTS = Path(), Path(segments=True)


class Colour(Enum):
    RED = "red/blue"


def filled(template: str, *values: object, markers: Sequence[Path] = ()) -> str:
    path = PathTemplate(template, "get_it")
    first, *literals = path.literals
    parts = zip(path.names, values, markers or [WHOLE] * len(values), literals, strict=True)
    return first + "".join(
        segment_writer(name, "get_it", segments=marker.segments)(value) + literal
        for name, value, marker, literal in parts
    )


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("/a", []),
        ("", []),
        ("/a/{b}", ["b"]),
        ("{a}{b}/x{c}.json", ["a", "b", "c"]),
        ("/{a}/{a}", ["a", "a"]),
        ("/{é}", ["é"]),
    ],
)
def test_a_template_has_its_names_in_order(template: str, names: list[str]) -> None:
    """URL-4 a name in braces is a place for an argument, the rest is the path as it is."""
    assert names == PathTemplate(template, "f").names
    assert template.replace("{", "").replace("}", "") == unquote(filled(template, *names))


@pytest.mark.parametrize("template", ["/{", "/}", "/{a", "/a}", "/{{a}}", "/{a{b}}", "/{a}}"])
def test_a_brace_has_a_partner(template: str) -> None:
    """URL-4 the error names the function and the path."""
    with pytest.raises(ConfigurationError, match=r"^get_it: the path .* has a brace without its partner"):
        PathTemplate(template, "get_it")


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("", ""),
        ("a b", ""),
        (" a", "; write {a}"),
        ("a:path", "; write {a}, and a: Annotated[str, Path(segments=True)] for several segments"),
        ("a:int", "; write {a}, and give the parameter its type, as in a: int"),
        ("+a", "; write {a}, and a: Annotated[str, Path(segments=True)] for several segments"),
        ("*a", "; write {a}"),
        ("?a", "; write {a}"),
        ("?a,b", ""),
        ("/a*", "; write {a}"),
        (".a", "; write {a}"),
    ],
)
def test_a_marker_of_another_library_raises(name: str, instead: str) -> None:
    """URL-4 converters, and operators of RFC 6570: the error says what to write."""
    with pytest.raises(ConfigurationError) as caught:
        PathTemplate(f"/x/{{{name}}}", "get_it")
    before, _, after = str(caught.value).partition(" is not a name")
    assert instead == after
    assert before.startswith(f"get_it: {{{name}}} in the path '/x/{{")


@pytest.mark.parametrize("name", ["user-id", "user.id", "$id", "1", "userId", "class"])
def test_a_name_that_is_not_an_identifier_needs_a_marker(name: str) -> None:
    """URL-4 as OpenAPI has them; without a marker the error says how to write it."""
    fake = FakeHTTPBackend(default_content=1)
    api = APIClient(base_url="https://a", http_backend=fake)

    def find(result: int, user_id: Annotated[int, Path(name)]) -> int:
        return result

    def find_unmarked(result: int, user_id: int) -> int:
        return result

    find.__annotations__["user_id"] = Annotated[int, Path(name)]
    assert 1 == api.get(f"/users/{{{name}}}/x")(find)(7)
    assert ["https://a/users/7/x"] == [request["url"] for request in fake.requests]
    with pytest.raises(ConfigurationError, match=r"find_unmarked: the path .* has \{") as caught:
        api.get(f"/users/{{{name}}}")(find_unmarked)
    if not name.isidentifier():
        assert f"Annotated[Type, Path({name!r})], or remove the place" in str(caught.value)


@pytest.mark.parametrize(
    "template", ["https://{host}:{port}/a", "https://h/{a}", "http://[::1]:{port}", "{a}", "/a?b=c", "?b=c", "/é|"]
)
def test_a_template_may_be_any_url(template: str) -> None:
    """URL-1 an absolute one too, with a query, and with what is escaped later."""
    assert template == "".join(
        part
        for pair in zip(
            PathTemplate(template, "f").literals,
            [f"{{{name}}}" for name in PathTemplate(template, "f").names] + [""],
            strict=True,
        )
        for part in pair
    )


@pytest.mark.parametrize("template", ["/a b", "/a\\b", "/a\n", "ftp://h/{a}", "https:///a", "https://h:0/{a}"])
def test_a_template_is_part_of_a_url(template: str) -> None:
    """URL-2 what no request can be sent to is refused when the function is decorated."""
    with pytest.raises(ConfigurationError, match=r"^get_it: the path .* can't be part of a URL: "):
        PathTemplate(template, "get_it")


def test_a_template_shows_no_secret() -> None:
    """URL-6 not that of a URL, nor a value of a query."""
    for template in ("https://ada:s3cret@h/{", "/a?key=s3cret&b={c}", "https://ada:s3cret@h/a b"):
        with pytest.raises(ConfigurationError) as caught:
            PathTemplate(template, "get_it")
        assert "s3cret" not in f"{caught.value}{caught.value.__cause__}"


@pytest.mark.parametrize(
    ("value", "whole", "segments"),
    [
        ("a", "a", "a"),
        ("a/b", "a%2Fb", "a/b"),
        ("a/b/c.d", "a%2Fb%2Fc.d", "a/b/c.d"),
        ("é/ ?#%&+", "%C3%A9%2F%20%3F%23%25%26%2B", "%C3%A9/%20%3F%23%25%26%2B"),
        ("a/%2F", "a%2F%252F", "a/%252F"),
        ("a\\b", "a%5Cb", "a%5Cb"),
        ("...", "...", "..."),
        ("a/...", "a%2F...", "a/..."),
        ("a/.b", "a%2F.b", "a/.b"),
        (7, "7", "7"),
        (True, "true", "true"),
        (Colour.RED, "red%2Fblue", "red/blue"),
        (date(2024, 2, 3), "2024-02-03", "2024-02-03"),
    ],
)
def test_a_slash_stays_only_in_several_segments(value: object, whole: str, segments: str) -> None:
    """URL-4 by default a value is escaped whole; with `segments=True` each of its segments is."""
    assert f"/x/{whole}/y" == filled("/x/{a}/y", value)
    assert f"/x/{whole}/y" == filled("/x/{a}/y", value, markers=[WHOLE])
    assert f"/x/{segments}/y" == filled("/x/{a}/y", value, markers=[SEGMENTS])


@pytest.mark.parametrize("value", [None, "", ".", ".."])
@pytest.mark.parametrize("marker", [WHOLE, SEGMENTS])
def test_a_value_that_would_change_the_path_raises(value: object, marker: Path) -> None:
    """URL-4 the error names the function and the parameter, and shows the value."""
    with pytest.raises(InvalidPathValue, match=rf"^get_it: path argument 'name' is {value!r}"):
        filled("/x/{name}", value, markers=[marker])


@pytest.mark.parametrize("value", ["/", "/a", "a/", "a//b", "./a", "a/.", "../a", "a/..", "a/../b", "a/./b", "//h/a"])
def test_each_segment_is_checked(value: str) -> None:
    """URL-4 one by one; as a whole the same value is harmless, and stays one segment."""
    with pytest.raises(InvalidPathValue, match=r"^get_it: path argument 'name' is .* or a segment of it,"):
        filled("/x/{name}", value, markers=[SEGMENTS])
    assert filled("/x/{name}", value).count("/") == 2


def test_each_place_has_its_own_marker() -> None:
    """URL-4 one that stands before or after it changes nothing."""
    assert filled("/{a}/{b}/{c}", "1/2", "3/4", "5/6", markers=[WHOLE, SEGMENTS, WHOLE]) == "/1%2F2/3/4/5%2F6"


def test_a_value_that_cannot_be_text_raises() -> None:
    """URL-4 bytes, lists and the like, and what UTF-8 can't hold."""
    values: list[object] = [b"a", ["a"], {"a": 1}, object(), 1j]
    for marker in (WHOLE, SEGMENTS):
        for value in values:
            with pytest.raises(TypeError, match=r"^get_it: path argument 'a': "):
                filled("/{a}", value, markers=[marker])
        with pytest.raises(ValueError, match=r"^get_it: path argument 'a': a lone surrogate"):
            filled("/{a}", "x/\ud800", markers=[marker])


TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.lists(st.sampled_from(["/", ".", "..", "a", "%2e", "%2F", "?", "#", "\\", "é", "\0", "@", ":"])).map("".join),
)


@quick
@given(TEXT, st.booleans())
@example("%2e%2e/a", True)
def test_a_server_reads_the_segments_that_were_given(value: str, segments: bool) -> None:  # noqa: FBT001
    """URL-4 whatever text it is, it neither leaves its place nor comes out changed."""
    try:
        path = filled("/before/{a}/after", value, markers=[Path(segments=segments)])
    except InvalidPathValue:
        assert {"", ".", ".."} & set(value.split("/") if segments else [value])
        return
    url = parse_url(f"http://h{path}")[0]
    expected = value.split("/") if segments else [value]
    assert ["", "before", *expected, "after"] == [unquote(segment) for segment in url.path.split("/")]
    assert (url.host, url.query) == ("h", "")


FilePath = Annotated[str, Path(segments=True)]


def test_a_declared_call_keeps_its_slashes(fake: FakeHTTPBackend) -> None:
    """URL-4 in the place of that argument, by position and by keyword, and with a default."""
    api = APIClient(base_url="https://h/v1", http_backend=fake)

    @api.get("/{repo}/files/{path}")
    def read(result: Response, repo: str, path: FilePath = "README/md") -> Response:
        return result

    read("a/b", "c/d e")
    read(path="c/d", repo="a")
    read("a")
    urls = [request["url"] for request in fake.requests]
    assert urls == ["https://h/v1/a%2Fb/files/c/d%20e", "https://h/v1/a/files/c/d", "https://h/v1/a/files/README/md"]


def test_a_declared_call_refuses_other_paths(fake: FakeHTTPBackend) -> None:
    """URL-4 before anything is sent."""
    api = APIClient(base_url="https://h/v1", http_backend=fake)

    @api.get("/files/{path}")
    def read(result: Response, path: FilePath) -> Response:
        return result

    with pytest.raises(InvalidPathValue, match=r"read: path argument 'path' is 'a/\.\./\.\./b'"):
        read("a/../../b")
    assert fake.requests == []
