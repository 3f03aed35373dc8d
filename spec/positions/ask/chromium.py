"""Asks Chromium: serves the page, starts the browser, and takes the traces that it sends back."""

import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from ask.scenario import QUESTIONS, without_ports
from ask.wire import PATIENCE, Server

CHROMIUM = os.environ.get("CHROMIUM", "chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--js-flags=--expose-gc",
]
PAGE = Path(__file__).with_name("page.js")


def version() -> str:
    """Return the version of Chromium, such as 156.0.8078.108."""
    found = subprocess.run([CHROMIUM, "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    return found.stdout.split()[1]


class _Handler(BaseHTTPRequestHandler):
    to_page: "queue.Queue[dict[str, Any]]"
    from_page: "queue.Queue[list[str]]"

    def do_GET(self) -> None:
        if self.path == "/next":
            self._answer("application/json", json.dumps(self.to_page.get()))
        elif self.path == "/":
            self._answer("text/html", f"<!doctype html><script>{PAGE.read_text()}</script>")
        else:
            self._answer("text/html", "<!doctype html>")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.from_page.put(json.loads(body))
        self._answer("text/plain", "")

    def _answer(self, kind: str, body: str) -> None:
        data = body.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Be silent."""


def ask(names: Iterable[str]) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Ask the questions one after the other; give each answer: what page and wire saw."""
    to_page: queue.Queue[dict[str, Any]] = queue.Queue()
    from_page: queue.Queue[list[str]] = queue.Queue()
    handler = type("Handler", (_Handler,), {"to_page": to_page, "from_page": from_page})
    web = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    web.daemon_threads = True
    threading.Thread(target=web.serve_forever, daemon=True).start()
    profile = tempfile.mkdtemp()
    browser = subprocess.Popen(  # noqa: S603
        [
            CHROMIUM,
            *FLAGS,
            f"--user-data-dir={profile}",
            f"http://127.0.0.1:{web.server_port}/",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for name in names:
            yield name, _ask_one(name, to_page, from_page)
        to_page.put({})
    finally:
        browser.terminate()
        browser.wait(10)
        web.shutdown()
        web.server_close()
        shutil.rmtree(profile, ignore_errors=True)


def _ask_one(
    name: str, to_page: "queue.Queue[dict[str, Any]]", from_page: "queue.Queue[list[str]]"
) -> dict[str, list[str]]:
    scenario = QUESTIONS[name]()
    server = Server(scenario.server, scenario.receive_buffer, max(PATIENCE, scenario.patience))
    other = Server(scenario.server)
    to_page.put(
        {
            "name": name,
            "base": f"127.0.0.1:{server.port}",
            "other": other.port,
            "url": scenario.url.replace("{other}", str(other.port)).replace(
                "{port}", str(server.port)
            ),
            "page": json.loads(json.dumps(scenario.page).replace("{other}", str(other.port))),
            "protocols": scenario.protocols,
            "js": scenario.js,
            "timed": scenario.timed,
            "patience": scenario.patience * 1000,
        }
    )
    try:
        trace = from_page.get(timeout=scenario.patience + 30)
    except queue.Empty:
        raise SystemExit(f"{name}: Chromium did not answer") from None
    answer = {"page": trace, "wire": server.end() + other.end()}
    return without_ports(answer, server.port)
