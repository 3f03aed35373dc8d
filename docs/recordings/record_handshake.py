"""Records the opening handshake that the page "One handshake, through all of it" tells.

The server is that of the websockets library, with TLS and a password, in a separate thread.
Before it is a proxy, which opens each tunnel to the server, whatever it is asked for: the name of
the server exists nowhere else. `make recording` runs this.
"""

import asyncio
import base64
import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import trustme
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve
from websockets.typing import Subprotocol

from whatwg_websockets import CookieJar, EnvironmentSettings, HstsList, Proxies, WebSocket
from whatwg_websockets.files import replace_text
from whatwg_websockets.steps.trace import Entry, trace
from whatwg_websockets.steps.trace.jsonl import as_jsonl

HOST = "chat.example"

OUTPUT = Path(__file__).with_name("one-handshake.jsonl")

LEFT_OUT_FOLDERS = frozenset({"dom", "fileapi", "streams", "webidl", "websocketstream"})
"""What no handshake needs, or every program has."""

LEFT_OUT = (
    *("html/event_handlers.py", "html/event_loop.py", "html/microtask_checkpoint.py"),
    *("fetch/header_list.py", "fetch/http1.py", "garbage_collection.py"),
    *("url/url_record.py", "url/origin.py", "url/public_suffix.py"),
)
"""Files whose steps are left out: they are told many times over, and are always the same."""


def settings_of(page: str, tls: ssl.SSLContext, proxy: str) -> EnvironmentSettings:
    """Say what a page would be: from where, with which cookies, policy, proxy and password."""
    cookies = CookieJar()
    cookies.set_cookie(page, "theme=dark; Secure")
    cookies.set_cookie("https://other.example/", "theme=light")
    return EnvironmentSettings(
        origin=page,
        cookie_store=cookies,
        hsts=HstsList(),
        content_security_policy="upgrade-insecure-requests; connect-src 'self'",
        credentials=lambda challenge: ("guest", "open sesame"),
        proxies=Proxies(all=proxy),
        tls=tls,
    )


async def page(settings: EnvironmentSettings) -> None:
    """Open a socket, and close it when it is open: what a page would do."""
    closed = asyncio.get_running_loop().create_future()
    web_socket = WebSocket("ws://chat.example/room", "chat", settings=settings)
    web_socket.onopen = lambda event: web_socket.close()
    web_socket.onclose = closed.set_result
    await closed


def ask_for_a_password(connection: ServerConnection, request: Request) -> Response | None:
    """Refuse a request without the right name and password."""
    expected = "Basic " + base64.b64encode(b"guest:open sesame").decode()
    if request.headers.get("Authorization") == expected:
        return None
    response = connection.respond(HTTPStatus.UNAUTHORIZED, "Who are you?\n")
    response.headers["WWW-Authenticate"] = 'Basic realm="the room"'
    return response


def give_a_cookie(_: ServerConnection, __: Request, response: Response) -> None:
    """Set a cookie, and ask for TLS from now on."""
    if response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:
        response.headers["Set-Cookie"] = "seat=7; Secure; HttpOnly"
        response.headers["Strict-Transport-Security"] = "max-age=60"


def wait_for_the_end(connection: ServerConnection) -> None:
    """Read what the page says, until it closes."""
    for _ in connection:
        """The page says nothing."""


class Tunnel(socketserver.StreamRequestHandler):
    """Opens a tunnel for a request with the method CONNECT, to the server, whatever it names."""

    server: "Proxy"

    def handle(self) -> None:
        """Answer the request, and hand on what comes from either side until one has ended."""
        while self.rfile.readline().strip():
            """The request and its header fields say nothing that matters here."""
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with socket.create_connection(self.server.leads_to) as there:
            ends = {self.connection: there, there: self.connection}
            while True:
                for end in select.select(list(ends), (), ())[0]:
                    data = end.recv(65_536)
                    if not data:
                        return
                    ends[end].sendall(data)


class Proxy(socketserver.ThreadingTCPServer):
    """A proxy that knows one server."""

    daemon_threads = True

    def __init__(self, leads_to: tuple[str, int]) -> None:
        super().__init__(("127.0.0.1", 0), Tunnel)
        self.leads_to = leads_to


@contextmanager
def running(server: Server | Proxy) -> Iterator[int]:
    """Run a server in a thread, and give its port."""
    sock = server.socket
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield sock.getsockname()[1]
    server.shutdown()
    thread.join()


@contextmanager
def surroundings() -> Iterator[Callable[[], EnvironmentSettings]]:
    """Run server and proxy; give a function that makes fresh settings."""
    authority = trustme.CA()
    here, there = ssl.create_default_context(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.configure_trust(here)
    authority.issue_cert(HOST).configure_cert(there)
    room = serve(
        wait_for_the_end,
        "127.0.0.1",
        0,
        ssl=there,
        subprotocols=[Subprotocol("chat")],
        process_request=ask_for_a_password,
        process_response=give_a_cookie,
    )
    with room, running(room) as port, Proxy(("127.0.0.1", port)) as proxy, running(proxy) as port:
        yield lambda: settings_of(f"https://{HOST}", here, f"http://127.0.0.1:{port}")


def main() -> None:
    """Record, and write it down."""
    with surroundings() as make_settings:
        # The second time nothing has to be imported or made any more, and the times are a page's.
        asyncio.run(page(make_settings()))
        settings = make_settings()
        with trace() as told:
            asyncio.run(page(settings))
    replace_text(OUTPUT, as_jsonl(filter(is_told, up_to_open(told.entries))))


def up_to_open(entries: list[Entry]) -> list[Entry]:
    """Return what happened until the socket was open and had said so."""
    opening = [(entry.kind, entry.text) == ("event", "open") for entry in entries]
    return entries[: opening.index(True) + 1]


def is_told(entry: Entry) -> bool:
    """Tell whether the page tells of this step."""
    return entry.folder not in LEFT_OUT_FOLDERS and not any(
        name in entry.where for name in LEFT_OUT
    )


if __name__ == "__main__":
    main()
