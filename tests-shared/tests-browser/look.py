"""Takes pictures of the built site, wide and narrow, and says what is wrong with the pages.

`hatch run browser:docs`, after `hatch run docs:build`. It needs a Chromium, such as Debian's.
"""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Page, sync_playwright  # pyright: ignore[reportMissingImports]

ROOT = Path(__file__).parents[2]
SITE = ROOT / "dist" / "site"
PICTURES = ROOT / "dist" / "screenshots"
PAGES = {
    "start": "",
    "tutorial": "tutorial/",
    "how-to": "how-to/timeouts/",
    "requests": "how-to/sending/",
    "troubleshooting": "how-to/troubleshooting/",
    "capabilities": "reference/capabilities/",
    "measurements": "reference/measurements/",
    "options": "reference/api/options/",
    "choose": "how-to/backends/",
    "architecture": "explanation/architecture/",
    "threats": "explanation/threats/",
    "contract": "reference/contract/",
    "client": "reference/api/client/",
}
SIZES = {"wide": (1440, 1000), "narrow": (390, 844)}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder over HTTP; its URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def look_at(page: Page, url: str, picture: Path) -> list[str]:
    """Take a picture of a page; what is wrong with it."""
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("requestfailed", lambda request: wrong.append(f"not loaded: {request.url}"))
    page.on("request", lambda request: None if request.url.startswith(url[:20]) else wrong.append(request.url))
    page.goto(url, wait_until="networkidle")
    page.screenshot(path=picture)
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        wrong.append("wider than the window")
    broken = page.evaluate("[...document.images].filter(image => !image.naturalWidth).map(image => image.src)")
    return wrong + [f"no picture: {source}" for source in broken]


def main() -> None:
    """Look at every page in both sizes. The exit code is 1 if something is wrong."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None or not SITE.is_dir():
        sys.exit("needs chromium, and the site: apt-get install chromium; hatch run docs:build")
    PICTURES.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    with served(SITE) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for size, (width, height) in SIZES.items():
            for name, path in PAGES.items():
                page = browser.new_page(viewport={"width": width, "height": height})
                picture = PICTURES / f"{name}-{size}.png"
                wrong += [f"{picture.name}: {each}" for each in look_at(page, url + path, picture)]
                page.close()
        browser.close()
    sys.stdout.write("\n".join([f"{len(PAGES) * len(SIZES)} pictures in {PICTURES}", *wrong, ""]))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
