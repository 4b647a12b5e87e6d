"""Writes `packages/clientele-httpx2` from `packages/clientele-httpx`: httpx2 has httpx's interface under another name.

`hatch run httpx2:write` writes; `hatch run httpx2:check` fails where the two differ.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE, TARGET = (ROOT / "packages" / f"clientele-{name}" for name in ("httpx", "httpx2"))

KINDS = {".py", ".toml", ".md", ".typed", ""}
OWN = {"CHANGELOG.md", "api.txt", "src/clientele_httpx/__about__.py"}
"""Files that are its own: it has releases of its own."""

SPECIAL = {
    "https://www.python-httpx.org": "https://httpx2.pydantic.dev",
    '"httpcore>=1.0.7,<2", # Pools take a proxy as a parameter.': (
        '"httpcore2>=2.16,<3", # Older ones close a stream twice that is left open when its loop ends.'
    ),
    '"httpx[http2]>=0.27,<1",': '"httpx2[http2]>=2.16,<3",',
    "httpx 0.27 or 0.28, and httpcore 1.0.7 or newer": "httpx2 2.16 or newer",
    "The default backend: httpx, sync": "The backend on httpx2, sync",
    "httpx is the default backend: `APIClient(base_url=...)` uses it.": (
        'Select it by name: `APIClient(http_backend="httpx2")`.'
    ),
    "respx, pytest-httpx, vcrpy,": "httpx2-pytest, vcrpy,",
    "https://github.com/encode/httpcore/pull/1054": "https://github.com/encode/httpcore/pull/1054",
    "https://www.encode.io/httpcore/": "https://www.encode.io/httpcore/",
}
"""What is not only a name."""

_NAME = re.compile(r"(?<!encode/)(?<!clientele\.http\.)(httpx|httpcore|Httpx)(?![0-9])")
_FACADE = re.compile(r"clientele\.http\.httpx_backend")


def written(text: str) -> str:
    """`text`, about httpx, for httpx2."""
    kept: list[str] = []
    for old, new in SPECIAL.items():
        kept.append(new)
        text = text.replace(old, f"\0{len(kept) - 1}\0")
    text = _FACADE.sub("clientele.http.httpx2_backend", _NAME.sub(r"\g<1>2", text))
    return re.sub("\0([0-9]+)\0", lambda match: kept[int(match[1])], text)


def files() -> dict[Path, str]:
    """The files of clientele-httpx2 that are written, and what is in them."""
    found = {}
    for path in sorted(SOURCE.rglob("*")):
        name = path.relative_to(SOURCE)
        if path.is_file() and path.suffix in KINDS and "__pycache__" not in name.parts and str(name) not in OWN:
            found[Path(written(str(name)))] = written(path.read_text(encoding="utf-8"))
    return found


def differing() -> list[Path]:
    """The files that are not as they would be written, and those that would not be there."""
    wanted = files()
    there = {
        path.relative_to(TARGET)
        for path in TARGET.rglob("*")
        if path.is_file() and path.suffix in KINDS and "__pycache__" not in path.parts
    }
    own = {Path(written(name)) for name in OWN}
    changed = {name for name, text in wanted.items() if name not in there or _read(TARGET / name) != text}
    return sorted(changed | (there - wanted.keys() - own))


def write() -> None:
    """Write them, and remove those that would not be there."""
    wanted = files()
    for name in differing():
        if name in wanted:
            (TARGET / name).parent.mkdir(parents=True, exist_ok=True)
            (TARGET / name).write_text(wanted[name], encoding="utf-8")
        else:
            (TARGET / name).unlink()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


if __name__ == "__main__":
    if "--check" not in sys.argv:
        write()
    for each in differing():
        print(f"{TARGET.name}/{each} is not what hatch run httpx2:write writes")  # noqa: T201
    sys.exit(bool(differing()))
