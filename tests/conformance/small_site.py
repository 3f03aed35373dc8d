"""A site of small pages in the format of web-platform-tests, and an echo server."""

import asyncio
import json
import ssl
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

PAGES = Path(__file__).parent / "testees" / "small_pages"
HOST = "pages.test"
OURS = (sys.executable, "-m", "websocket_conformance.testees.wpt")
TIMEOUT = 60.0


class Handler(SimpleHTTPRequestHandler):
    """Serves the pages, and the URL of the echo server as a script."""

    echo = ""

    def do_GET(self):
        if self.path == "/echo.js":
            self.send_text(f'self.echo = "{self.echo}";')
        elif self.path == "/cookies":
            self.send_text(self.headers.get("Cookie", ""), {"Set-Cookie": "served=1; HttpOnly"})
        elif self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "/echo.js")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            super().do_GET()

    def send_text(self, text, headers=()):
        self.send_response(200)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "text/javascript")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        """Say nothing."""


class Site:
    """Where the servers are.

    Attributes:
        ca: the path of the certificate of who signed the servers' certificates.
        closed: the close codes that the echo server has got.
    """

    def __init__(self, folder, scheme):
        self.scheme = scheme
        self.ca = str(folder / "ca.pem")
        authority = trustme.CA()
        authority.cert_pem.write_to_path(self.ca)
        self.tls = None
        if scheme == "https":
            self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            authority.issue_cert(HOST).configure_cert(self.tls)
        self.closed = []

    @contextmanager
    def serving(self):
        started = threading.Event()
        loop = asyncio.new_event_loop()
        echoing = threading.Thread(target=loop.run_until_complete, args=(self._echo(started),))
        echoing.start()
        started.wait()
        ws = "wss" if self.tls else "ws"
        handler = type("Handler", (Handler,), {"echo": f"{ws}://{HOST}:{self.echo_port}/"})
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=PAGES))
        if self.tls:
            server.socket = self.tls.wrap_socket(server.socket, server_side=True)
        self.port = server.server_port
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            serving.join()
            loop.call_soon_threadsafe(self._over.set)
            echoing.join()
            loop.close()

    async def _echo(self, started):
        self._over = asyncio.Event()
        async with serve(
            self._talk,
            "127.0.0.1",
            0,
            ssl=self.tls,
            select_subprotocol=lambda _, names: next(iter(names), None),
            process_response=self._set_a_cookie,
        ) as server:
            self.echo_port = server.sockets[0].getsockname()[1]
            started.set()
            await self._over.wait()

    @staticmethod
    def _set_a_cookie(_, request, response):
        if request.path == "/cookies":
            response.headers["Set-Cookie"] = "connected=1"

    async def _talk(self, connection):
        if connection.request.path == "/origin":
            await connection.send(connection.request.headers["Origin"])
        if connection.request.path == "/cookies":
            await connection.send(connection.request.headers.get("Cookie", ""))
        with suppress(ConnectionClosed):
            async for message in connection:
                await connection.send(message)
        self.closed.append(connection.close_code)

    def task(self, page, timeout=TIMEOUT):
        """The line that has a page loaded."""
        return {
            "url": f"{self.scheme}://{HOST}:{self.port}/{page}",
            "hosts": {HOST: "127.0.0.1"},
            "ca": self.ca,
            "timeout": timeout,
        }

    def load(self, page, command=OURS, timeout=TIMEOUT):
        """Load a page in a process; return the process, and what it said, or None."""
        line = json.dumps(self.task(page, timeout)) + "\n"
        done = subprocess.run([*command], input=line, capture_output=True, text=True, timeout=100)
        return done, json.loads(done.stdout) if done.stdout else None


def assert_all_pass(result, count):
    """Hold that all of so many subtests have passed."""
    failed = {
        each["name"]: each["message"] for each in result["subtests"] if each["status"] != "PASS"
    }
    assert not failed, failed
    assert result["status"] == "OK", result["message"]
    assert len(result["subtests"]) == count
