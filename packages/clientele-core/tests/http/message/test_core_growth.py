"""Time grows with the input and no faster, in every parser of what servers, proxies, recordings and callers give."""

from __future__ import annotations

import gzip
import importlib
import itertools
import pkgutil
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import process_time
from typing import Any

import pytest

import clientele
from clientele.api.credentials.challenges import best_challenge
from clientele.http.errors import ConfigurationError, JSONDecodeError, RecordingError
from clientele.http.message.body.charsets import charset_of, decode_text, parse_json
from clientele.http.message.body.codings import BodyDecoder, CorruptContent, TooMuchContent
from clientele.http.message.body.lines import LineDecoder, LineTooLong
from clientele.http.message.body.multipart import build_multipart
from clientele.http.message.body.server_sent_events import EventDecoder
from clientele.http.message.cookies.cookies import cookie_jar
from clientele.http.message.headers import Headers, checked_headers
from clientele.http.message.links import parse_links
from clientele.http.message.printable import excerpt, printable
from clientele.http.message.query import encode_pairs
from clientele.http.message.redaction import redacted_url
from clientele.http.message.redirects import redirect_step
from clientele.http.message.retry_after import retry_after
from clientele.http.message.urls import parse_url
from clientele.http.recording import files
from clientele.http.recording.exchanges import Answer, Exchange, Request
from clientele.http.recording.matching import EVERY_PART, Matching
from clientele.http.recording.redacting import Redactor
from clientele.http.secrets.known_secrets import KnownSecrets
from clientele.http.transport.faults.table import fault_text
from clientele.http.transport.receive import BadHead, checked_head

TRIES = 5
PARTS = 16
SHORT, LONG = 0.03, 3.0
"""Seconds: what takes less can't be told from noise, and what takes more is too slow whatever came before."""

Work = Callable[[int], object]
OURS = (BadHead, ConfigurationError, CorruptContent, JSONDecodeError, LineTooLong, RecordingError, TooMuchContent)


def grown(work: Work, n: int) -> list[float]:
    """The seconds of CPU for N, 2N and 4N; of several tries the one that grew least, since noise only adds."""
    best: list[float] = []
    for _ in range(TRIES):
        times = list[float]()
        for factor in (1, 2, 4):
            begin = process_time()
            with suppress(*OURS):
                work(n * factor)
            times.append(process_time() - begin)
            if times[-1] > LONG:
                break
        best = min(best or times, times, key=rate)
        if is_linear(best):
            break
    return best


def rate(times: list[float]) -> float:
    return times[-1] / max(times[0], 1e-6)


def is_linear(times: list[float]) -> bool:
    """Four times the input takes four times as long, and sixteen times if the time grows with the square."""
    return times[-1] < SHORT or (len(times) == 3 and rate(times) < 9)


def fed(decoder: Any, data: bytes, size: int) -> None:
    for start in range(0, len(data), size):
        list(decoder.feed(data[start : start + size]))


def recorded(body: bytes, content_type: str = "application/json") -> None:
    answer = Answer(200, (("Content-Type", content_type),), "1.1", (body,))
    Redactor().exchange(Exchange(Request("GET", "http://h/"), answer))


def compared(url: str) -> None:
    exchange = Exchange(Request("GET", f"{url}a"))
    Matching(EVERY_PART).report([exchange] * 2, [], Request("GET", f"{url}b"))


def with_cookie(value: str) -> None:
    jar, url = cookie_jar(), parse_url("http://h.example/")[0]
    jar.keep(url, (("Set-Cookie", value),))
    jar.header(url)


def with_cookies(hosts: int) -> None:
    """Each host sets a cookie in one jar."""
    for host in range(hosts):
        JAR.keep(parse_url(f"http://h{host}.example/")[0], (("Set-Cookie", "a=b"),))


def link_of_many(n: int) -> str:
    relations = " ".join(f"r{number}" for number in range(n))
    return f'</a>; rel="{relations}"' + "".join(f";p{number}" for number in range(n))


def read_back(text: str) -> None:
    with tempfile.NamedTemporaryFile(suffix=".yaml") as file:
        file.write(text.encode())
        file.flush()
        files.read(Path(file.name))


def located(location: str) -> None:
    redirect_step("GET", parse_url("http://h/a/b")[0], 302, location)


JAR = cookie_jar()
URLS: dict[str, tuple[Work, int]] = {
    "a path of bad escapes": (lambda n: parse_url("http://h/" + "%zz" * n), 20000),
    "a path of dot segments": (lambda n: parse_url("http://h" + "/.." * n), 20000),
    "a path that goes up and down": (lambda n: parse_url("http://h/" + "a/../" * n), 5000),
    "user information of @": (lambda n: parse_url("http://" + "@" * n + "/"), 20000),
    "a host of dots": (lambda n: parse_url("http://" + "." * n + "/"), 20000),
    "a host of one label": (lambda n: parse_url("http://" + "ü" * n + ".de/"), 500),
    "a host of labels": (lambda n: parse_url("http://" + "ü." * n + "de/"), 2000),
    "a port of digits": (lambda n: parse_url("http://h:" + "9" * n + "/"), 20000),
    "an address of colons": (lambda n: parse_url("http://[" + ":" * n + "]/"), 20000),
    "brackets": (lambda n: parse_url("http://" + "[" * n + "/"), 20000),
    "a query": (lambda n: parse_url("http://h/?" + "=&%" * n), 20000),
    "a scheme": (lambda n: parse_url("a" * n), 20000),
    "what is shown of a query": (lambda n: redacted_url("http://h/?" + "=&" * n), 20000),
    "what is shown of @": (lambda n: redacted_url("//" + "@" * n), 20000),
    "Location, relative": (lambda n: located("../" * n), 20000),
    "Location, a scheme": (lambda n: located("a" * n), 20000),
    "Location, odd characters": (lambda n: located("\x85\xff " * n), 20000),
    "parameters": (lambda n: encode_pairs({"a": ["ü"] * n}), 20000),
}
HEADS: dict[str, tuple[Work, int]] = {
    "fields": (lambda n: Headers([(f"a{i}", "b") for i in range(n)]), 20000),
    "one field, sent often": (lambda n: Headers([("a", "b" * 20)] * n), 8000),
    "one field, given often": (lambda n: checked_headers([("a", "b" * 20)] * n), 8000),
    "lengths": (lambda n: checked_head(200, (("Content-Length", "1, " * n),)), 20000),
    "framings": (lambda n: checked_head(200, (("Transfer-Encoding", "a," * n),)), 20000),
    "fields on HTTP/2": (lambda n: checked_head(200, (("a", "b" * n),), "2"), 200000),
    "codings": (lambda n: BodyDecoder("identity," * n), 20000),
    "charset, blanks": (lambda n: charset_of("text/plain;" + " " * n), 20000),
    "charset, semicolons": (lambda n: charset_of("text/plain" + "; " * n), 20000),
    "charset, quotes": (lambda n: charset_of('text/plain;charset="' + '\\";charset=' * n), 10000),
    "charset, a name": (lambda n: charset_of("text/plain;charset=" + "a" * n), 20000),
    "Set-Cookie, attributes": (lambda n: with_cookie("a=b" + "; c=d" * n), 2000),
    "Set-Cookie, quotes": (lambda n: with_cookie('a="' + '\\"' * n), 2000),
    "Set-Cookie, blanks": (lambda n: with_cookie("a=b; expires=" + " " * n + "x"), 2000),
    "Set-Cookie, a date": (lambda n: with_cookie("a=b; expires=" + "1-" * n + "x"), 2000),
    "Link, targets": (lambda n: parse_links("<" * n, "http://h/"), 20000),
    "Link, parameters": (lambda n: parse_links("</a>" + '; a="\\"' * n, "http://h/"), 20000),
    "Link, blanks": (lambda n: parse_links("</a>;" + " " * n + "=", "http://h/"), 20000),
    "Link, relations and parameters": (lambda n: parse_links(link_of_many(n), "http://h/"), 1000),
    "a challenge": (lambda n: best_challenge([f'Digest realm="r", nonce="n", qop="auth{" " * n}x"']), 10000),
    "cookies of many hosts": (with_cookies, 300),
    "Link, links": (lambda n: parse_links("</a>; rel=a," * n, "http://h/"), 5000),
    "Retry-After, digits": (
        lambda n: retry_after("9" * n, datetime.now(UTC)),
        5000,
    ),
    "Retry-After, a date": (
        lambda n: retry_after("Mon, " * n, datetime.now(UTC)),
        5000,
    ),
}
FAULTS: dict[str, tuple[Work, int]] = {
    "colons": (lambda n: fault_text(ValueError(":" * n + "x"), None), 20000),
    "blanks": (lambda n: fault_text(ValueError("a" + " " * n + "x"), None), 20000),
    "quotes": (lambda n: fault_text(ValueError("'" * n), None), 20000),
    "a tuple": (lambda n: fault_text(ValueError("(1, '" + "\\'" * n), None), 20000),
    "known secrets": (lambda n: KnownSecrets(["planted%token"]).masked("planted%2525\\u00" * n), 5000),
    "known secrets, escapes": (lambda n: KnownSecrets(["planted-token"]).masked("%25&amp;" * n), 5000),
    "known secrets, backslashes": (lambda n: KnownSecrets(["planted-token"]).masked("\\" * n + "x"), 50000),
    "an excerpt": (lambda n: excerpt(" \x1b" * n), 20000),
    "escapes": (lambda n: printable("\x1b\x85" * n), 20000),
}
BODIES: dict[str, tuple[Work, int]] = {
    "events, byte by byte": (lambda n: fed(EventDecoder(), b"data: x\n\n" * n, 1), 2000),
    "an event in pieces": (lambda n: fed(EventDecoder(), b"data: " + b"x" * n, 2), 40000),
    "an event of lines": (lambda n: fed(EventDecoder(), b"data:\n" * n, 100), 20000),
    "events of CR": (lambda n: fed(EventDecoder(), b"\r" * n, 100), 20000),
    "a line in pieces": (lambda n: fed(LineDecoder(), b"x" * n, 2), 40000),
    "lines": (lambda n: fed(LineDecoder(), b"\n" * n, 3), 20000),
    "lines that end in CR": (lambda n: fed(LineDecoder(), b"\r" * n, 3), 20000),
    "lines before one too long": (lambda n: fed(LineDecoder("utf-8", 10), b"x\n" * n + b"y" * 99, 64), 20000),
    "lines in UTF-16": (lambda n: fed(LineDecoder("utf-16"), b"x\0" * n, 3), 20000),
    "text": (lambda n: decode_text(b"\xff" * n, "text/plain"), 200000),
    "empty gzip members at once": (lambda n: fed(BodyDecoder("gzip"), gzip.compress(b"") * n, 1 << 30), 4000),
    "a gzip body at once": (lambda n: fed(BodyDecoder("gzip"), gzip.compress(bytes(n)), 1 << 30), 4_000_000),
    "padding": (lambda n: fed(BodyDecoder("gzip"), gzip.compress(b"") + b"\0" * n, 512), 200000),
    "JSON, nested": (lambda n: parse_json(b"[" * n), 20000),
    "JSON, digits": (lambda n: parse_json(b"1" * n), 20000),
    "JSON, escapes": (lambda n: parse_json(b'["' + b"\\u0041" * n), 20000),
    "a form": (lambda n: build_multipart({}, [("a", b"x")] * n).length, 5000),
    "a form's name": (lambda n: build_multipart({'"' * n: "x"}, {}).length, 20000),
}
RECORDINGS: dict[str, tuple[Work, int]] = {
    "a name and blank lines": (lambda n: recorded(b'"a"' + b"\n" * n + b"x"), 5000),
    "names and blank lines": (lambda n: recorded((b'"a"' + b"\n" * 60 + b"x") * n), 200),
    "tokens": (lambda n: recorded(b"eyJ-" * n), 5000),
    "tokens with dots": (lambda n: recorded(b"eyJabcdefgh." * n), 5000),
    "names of parts": (lambda n: recorded(b'name="a"\r\n' * n, "text/plain"), 3000),
    "names of parts on one line": (lambda n: recorded(b'name="a"' * n, "text/plain"), 3000),
    "parts": (lambda n: recorded(b'--b\r\nname="token"\r\n\r\nsecret\r\n' * n, "text/plain"), 3000),
    "heads that break off": (lambda n: recorded(b'name="token"\r\n\rx\r\n' * n, "text/plain"), 3000),
    "secrets in secrets": (lambda n: recorded(b'{"token":' * n), 2000),
    "secrets in secrets, with numbers": (lambda n: recorded(b'{"max_tokens":{"token":' * n), 1000),
    "secrets at every level": (lambda n: recorded(b"".join(b'\\"token\\":{' + b"\\" * 3 for _ in range(n))), 1000),
    "strings without an end": (lambda n: recorded(b'\\\\"token\\\\": \\\\"x ' * n), 1000),
    "backslashes": (lambda n: recorded(b'{"token":"' + b"\\" * n), 10000),
    "backslashes as a value": (lambda n: recorded(b'{"token":' + b"\\" * n), 10000),
    "backslashes in a name": (lambda n: recorded(b'"' + b"\\" * n + b"u0041"), 10000),
    "quotes": (lambda n: recorded(b'"' * n), 20000),
    "pairs": (lambda n: recorded(b"a=b&" * n), 10000),
    "a form": (lambda n: recorded(b"a=&=b&" * n, "application/x-www-form-urlencoded"), 10000),
    "dashes": (lambda n: recorded(b"-" * n), 20000),
    "dashes and blanks": (lambda n: recorded(b"- " * n), 20000),
    "user information": (lambda n: recorded(b"://a" * n), 20000),
    "Bearer": (lambda n: recorded(b"Bearer " * n), 10000),
    "Bearer and blanks": (lambda n: recorded(b"Bearer" + b" " * n), 20000),
    "CDATA": (lambda n: recorded(b"<token><![CDATA[" * n), 3000),
    "CDATA without an end": (lambda n: recorded(b"<token><![CDATA[" + b"]" * n), 20000),
    "blanks before =": (lambda n: recorded(b"token" + b" " * n + b"=x"), 20000),
    "events": (lambda n: recorded(b'"token":\n' + b"data:\n" * n), 10000),
    "URLs in a report": (lambda n: compared("http://h/" + "ab" * n), 500),
    "a cassette of aliases": (
        lambda n: read_back("version: 1\nexchanges:\n- &a [" + "x," * n + "]\n" + "- *a\n" * n),
        500,
    ),
    "a cassette of merged keys": (lambda n: read_back(merging(min(n, 2000))), 5),
    "a cassette of brackets": (lambda n: read_back("version: " + "[" * n), 500),
}
PARSERS = {
    f"{kind}: {what}": case
    for kind, cases in {
        "URL": URLS,
        "head": HEADS,
        "fault": FAULTS,
        "body": BODIES,
        "recording": RECORDINGS,
    }.items()
    for what, case in cases.items()
}


def merging(levels: int) -> str:
    """Each mapping merges the one before it twice."""
    lines = ["version: 1", "a0: &a0 {x: 1}"]
    lines += [f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, levels)]
    return "\n".join([*lines, "exchanges: []"])


@pytest.mark.whole
@pytest.mark.parametrize("name", PARSERS)
def test_four_times_the_input_takes_four_times_as_long(name: str) -> None:
    """Whatever the input is, a parser looks at each part of it a fixed number of times."""
    work, n = PARSERS[name]
    times = grown(work, n)
    assert is_linear(times), f"N={n}: {times}"


ANCHORED = {"_AUTHORITY", "_COLON", "_ESCAPE", "_MEDIA_TYPE", "_ODD_KEY", "_ORIGIN", "_SPLIT"}
"""Patterns that are matched where a text starts, or in texts that hold nothing else, and never looked for in others."""


def patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Every pattern that a module of core has, and its name."""
    for module in pkgutil.walk_packages(clientele.__path__, "clientele."):
        if module.name.endswith(("_backend", ".httpx", "__main__", "plugin")):
            continue
        for key, value in vars(importlib.import_module(module.name)).items():
            held = value.values() if isinstance(value, dict) else (value,)
            yield from ((key, pattern) for pattern in held if isinstance(pattern, re.Pattern))


def searched(key: str, pattern: re.Pattern[str], text: str) -> Work:
    def work(n: int) -> None:
        pattern.fullmatch(text * n)
        if key not in ANCHORED:
            for _ in pattern.finditer(text * n + "!\0"):
                pass

    return work


@pytest.mark.whole
@pytest.mark.parametrize("part", range(PARTS))
def test_no_pattern_explodes(part: int) -> None:
    """Given repetitions of what the pattern itself speaks of, which is how attackers choose theirs."""
    taken = itertools.islice(patterns(), part, None, PARTS)
    assert [] == [(key, text) for key, pattern in taken for text in explosives(key, pattern)]


def explosives(key: str, pattern: re.Pattern[Any]) -> Iterator[str]:
    """Texts whose repetition takes more and more time."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    as_text = re.compile(source, pattern.flags | re.UNICODE)
    words = sorted({*re.findall(r"[A-Za-z]{3,}|[^A-Za-z0-9\s?*+(){}|^$]", source)})[:12]
    texts = [*words, "a", " ", "\n", *map("".join, itertools.product([*words, "a", "\n"], repeat=2))]
    for text in texts:
        work = searched(key, as_text, text)
        begin = process_time()
        work(400 // len(text))
        if process_time() - begin > 0.0005 and not is_linear(grown(work, 4000 // len(text))):
            yield text
