"""Looks at all built pages of the docs as a phone shows them, follows their links, and searches.

``make docs-check`` runs it. Each page is opened in Chromium, 390 pixels wide. Something is wrong
with a page whose content is cut off: it reaches beyond the edge, and neither it nor anything around
it can be scrolled. Links are followed inside the built pages only, to the file and to the fragment.
"""

import asyncio
import json
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import lxml.html

from support.in_chromium import found_by_search
from websocket_conformance import chromium
from websocket_conformance.errors import MissingError

SILENCE = 120
"""So many seconds after the last page that was looked at, Chromium is taken for dead."""

DRIVER = Path(__file__).with_name("phone.html")
"""The page that opens all others, and measures them."""


class _Handler(SimpleHTTPRequestHandler):
    """Serves the built pages and the driver, and receives the driver's findings."""

    def __init__(self, *arguments: object, driver: bytes, found: Queue[Any], **more: object):
        self.driver = driver
        self.found = found
        super().__init__(*arguments, **more)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        if self.path != "/driver":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(self.driver)

    def do_POST(self) -> None:
        self.found.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log nothing."""


def pages_of(folder: Path) -> list[str]:
    """Return all built pages, as paths from the folder on."""
    found = (path.relative_to(folder) for path in folder.rglob("*.html"))
    return sorted(path.as_posix() for path in found if path.parts[0] != "_static")


def cut_off(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Show each page at the width of a phone, and return what is cut off, page by page.

    Raises:
        MissingError: Chromium is not installed.
        TimeoutError: Chromium does not answer any more.
    """
    found: Queue[tuple[str, list[str]] | None] = Queue()
    pages = json.dumps([quote(page) for page in pages_of(folder)])
    driver = DRIVER.read_text(encoding="utf-8").replace('"PAGES"', pages).encode()
    handler = partial(_Handler, driver=driver, found=found, directory=str(folder))
    path = chromium.find()
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/driver"
        stop = threading.Event()
        browser = threading.Thread(target=lambda: asyncio.run(_open(path, url, stop)))
        browser.start()
        try:
            while (looked := found.get(timeout=SILENCE)) is not None:
                page, wrong = looked
                yield unquote(page), wrong
        finally:
            stop.set()
            browser.join()
            server.shutdown()


async def _open(path: str, url: str, stop: threading.Event) -> None:
    async with chromium.opened(path, url):
        await asyncio.to_thread(stop.wait)


def dead_links(folder: Path) -> Iterator[tuple[str, str]]:
    """Return the links between built pages whose file or fragment does not exist."""
    ids: dict[Path, set[str]] = {}
    links: list[tuple[str, Path, str, str]] = []
    for page in pages_of(folder):
        path = folder / page
        document = lxml.html.fromstring(path.read_bytes())
        ids[path] = {"", "top", *document.xpath("//@id"), *document.xpath("//a/@name")}
        for href in dict.fromkeys(document.xpath("//a/@href")):
            url = urlsplit(href)
            if not url.scheme and not url.netloc:
                target = (path.parent / unquote(url.path)).resolve() if url.path else path
                links.append((page, target, unquote(url.fragment), href))
    for page, target, fragment, href in links:
        if target in ids:
            if fragment not in ids[target]:
                yield page, f"{href}: nothing there has this id"
        elif not target.exists():
            yield page, f"{href}: no such file"


SEARCHES = {
    "1006": "standard/rfc6455/the-websocket-connection-close-code.html#websockets-failure-1006",
    "1001": "standard/websockets/make-disappear.html#make-disappear",
    "1011": "closing.html#close-code-1011",
    "4001": "closing.html#close-code-4000-to-4999",
    "7.1.6": "standard/rfc6455/the-websocket-connection-close-reason.html#section-7-1-6",
    "rfc6455-7.1.7-1": "standard/rfc6455/fail-the-websocket-connection.html#rfc6455-7-1-7-1",
    "websockets-gc-connecting": "standard/websockets/requirements.html#websockets-gc-connecting",
    "dom-websocket-url": "standard/websockets/requirements.html#websockets-url",
    "dom-websocket-close": "standard/websockets/close.html#dom-websocket-close",
    "tcp-lost": "positions/tcp-lost.html#top",
}
"""What a reader may search for, and what has to be found first."""


def wrong_searches(folder: Path) -> Iterator[tuple[str, str]]:
    """Search for each thing, and tell where something else is found first.

    Raises:
        MissingError: Chromium is not installed.
    """
    with TemporaryDirectory() as profile:
        found = found_by_search(folder, SEARCHES, Path(profile))
    for query, wanted in SEARCHES.items():
        first = found[query][0][2] if found[query] else "nothing"
        if first != wanted:
            yield f"search.html?q={query}", f"finds {first} first, instead of {wanted}"


def main(folder: Path) -> int:
    """Print the faults of the built pages, and return the exit status."""
    if not (folder / "index.html").is_file():
        print(f"{folder}: there are no built pages; `make docs` builds them", file=sys.stderr)
        return 2
    count = 0
    for page, wrong in dead_links(folder):
        count += 1
        print(f"{page}: {wrong}")
    try:
        for page, wrong in wrong_searches(folder):
            count += 1
            print(f"{page}: {wrong}")
        for number, (page, findings) in enumerate(cut_off(folder), 1):
            for wrong in findings:
                count += 1
                print(f"{page}: {wrong}")
            if sys.stderr.isatty():
                print(f"\r{number} pages", end="", file=sys.stderr)
    except MissingError as error:
        print(error, file=sys.stderr)
        return 3
    print(f"{len(pages_of(folder))} pages, {count} things wrong", file=sys.stderr)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
