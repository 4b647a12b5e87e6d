"""Reads and writes cassettes: YAML files that are replaced as a whole."""

from __future__ import annotations

import base64
import binascii
import importlib
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from clientele.http.errors import RecordingError
from clientele.http.message.headers import Pairs
from clientele.http.message.printable import excerpt
from clientele.http.recording.exchanges import Answer, Exchange, Fault, Request
from clientele.http.runtime.own_files import locked, read_regular

VERSION = 1
"""The version of the schema; other versions are refused."""

LONGEST = 10.0
"""The maximum wait in seconds for another process that writes to the same file."""

_HEAD = f"# Recorded by clientele; without its secrets.\nversion: {VERSION}\nexchanges:\n"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ODD_BREAK = re.compile("[\r\x85\u2028\u2029\ufeff]")  # Line ends in YAML, which PyYAML treats differently.
_NO_FOLDING = 2**31 - 1
_FAULT = TypeAdapter(Fault)


def needed(module: str) -> Any:
    """Import a library that only recordings need.

    Raises:
        ImportError: it is missing; the message says what to install.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise ImportError(
            f"recordings need {error.name}, which is not installed: pip install 'clientele-core[testing]'",
            name=error.name,
        ) from error


def read(path: Path) -> list[Exchange]:
    """The exchanges of a file; none if there is no file.

    Raises:
        RecordingError: it can't be read, is not a cassette, or has another version.
    """
    yaml = needed("yaml")
    try:
        text = read_regular(path).decode()
        # Only text, lists and mappings: no merge keys, which can grow exponentially, and no implicit types.
        found = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise RecordingError(f"{path}: it can't be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise RecordingError(f"{path}: this is not YAML: {excerpt(str(error))}; record it again") from error
    version = found.get("version") if isinstance(found, dict) else None
    if version != str(VERSION):
        shown = excerpt(str(version))
        raise RecordingError(f"{path}: this is not a cassette of version {VERSION}, but {shown}; record it again")
    try:
        _refuse_aliases(found)
        return [_exchange(entry) for entry in found["exchanges"] or ()]
    except (ValidationError, KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
        problem = excerpt(str(error))
        raise RecordingError(f"{path}: an exchange can't be read: {problem}; correct it, or record it again") from error


def _refuse_aliases(found: object) -> None:
    """Refuse aliases, with which a short file can expand to a huge one."""
    seen = set[int]()
    waiting = [found]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            continue
        if id(item) in seen:
            raise ValueError("a cassette has no aliases")
        seen.add(id(item))
        waiting.extend(item.values() if isinstance(item, dict) else item if isinstance(item, list) else ())


def create(path: Path, exchanges: Iterable[Exchange]) -> None:
    """Write `exchanges` to a new file.

    Raises:
        FileExistsError: the file exists.
        OSError: it can't be written.
    """
    text = _HEAD + "".join(map(_text, exchanges))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="") as file:
        file.write(text)


def append(path: Path, exchange: Exchange, *, anew: bool, seconds: float = LONGEST) -> None:
    """Add `exchange` to a file, or create it, atomically: a reader sees the old or the new file.

    Raises:
        OSError: it can't be written, or another process holds its lock for longer than `seconds`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    with locked(path, seconds):
        before = _HEAD if anew or not path.exists() else read_regular(path).decode()
        try:
            with unfinished.open("x", encoding="utf-8", newline="") as file:
                file.write(before + _text(exchange))
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)


def _text(exchange: Exchange) -> str:
    yaml = needed("yaml")
    # The C version, if there is one: the Python version takes a second for a few hundred kilobytes.
    dumper: Any = type("Dumper", (getattr(yaml, "CSafeDumper", yaml.SafeDumper),), {})
    dumper.add_representer(str, _represented)
    text = yaml.dump([_plain(exchange)], Dumper=dumper, sort_keys=False, allow_unicode=True, width=_NO_FOLDING)
    # After a text that ends in empty lines, PyYAML ends the document, although it continues.
    return str(text).removesuffix("...\n")


def _represented(dumper: Any, text: str) -> Any:
    """Write multi-line text as a block if that is lossless."""
    style = '"' if _ODD_BREAK.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _plain(exchange: Exchange) -> dict[str, Any]:
    request, answer, fault = exchange.request, exchange.answer, exchange.fault
    entry: dict[str, Any] = {"request": {"method": request.method, "url": request.url}}
    entry["request"] |= _headers_out(request.headers)
    if request.body:
        entry["request"]["body"] = _body_out(request.body)
    if answer is not None:
        entry["response"] = {"status": answer.status, "http_version": answer.http_version}
        entry["response"] |= _headers_out(answer.headers)
        if answer.streamed:
            entry["response"]["chunks"] = [_body_out(chunk) for chunk in answer.chunks]
        elif answer.chunks:
            entry["response"]["body"] = _body_out(b"".join(answer.chunks))
        if not answer.complete:
            entry["response"]["complete"] = False
        if answer.corrupt:
            entry["response"]["corrupt"] = True
    if fault is not None:
        entry["error"] = _FAULT.dump_python(fault)
    return entry


def _exchange(entry: Mapping[str, Any]) -> Exchange:
    request, response, error = entry["request"], entry.get("response"), entry.get("error")
    return Exchange(
        _REQUEST.validate_python(
            {**request, "headers": _headers_in(request), "body": _body_in(request.get("body", ""))}
        ),
        None if response is None else _answer(response),
        None if error is None else _FAULT.validate_python(error),
    )


def _answer(response: Mapping[str, Any]) -> Answer:
    streamed = "chunks" in response
    bodies = response["chunks"] if streamed else filter(None, [response.get("body")])
    given = {key: value for key, value in response.items() if key not in {"body", "chunks"}}
    chunks = tuple(map(_body_in, bodies))
    return _ANSWER.validate_python({**given, "headers": _headers_in(response), "streamed": streamed, "chunks": chunks})


_REQUEST = TypeAdapter(Request)
_ANSWER = TypeAdapter(Answer)


def _headers_out(headers: Pairs) -> dict[str, list[str]]:
    return {"headers": [f"{name}: {value}" for name, value in headers]} if headers else {}


def _headers_in(message: Mapping[str, Any]) -> Pairs:
    split = (line.partition(":") for line in message.get("headers", ()))
    return tuple((name, value.removeprefix(" ")) for name, _, value in split)


def _body_out(body: bytes) -> str | dict[str, str]:
    """Text as text, other content as base64."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = "\x00"
    return {"base64": base64.b64encode(body).decode()} if _CONTROL.search(text) else text


def _body_in(body: str | Mapping[str, str]) -> bytes:
    return body.encode() if isinstance(body, str) else base64.b64decode(body["base64"], validate=True)
