"""Records the connection that the page "One connection, step by step" tells: `make recording`.

The server is that of the websockets library, in a separate thread, with TLS, compression and a
subprotocol; so nothing of it is ours. What is recorded is what :mod:`whatwg_websockets.steps.trace`
sees in the thread of the page.
"""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

from whatwg_websockets import EnvironmentSettings, WebSocket
from whatwg_websockets.files import replace_text
from whatwg_websockets.steps.trace import Entry, trace
from whatwg_websockets.steps.trace.jsonl import as_jsonl

HOST, PORT = "localhost", 8443

OUTPUT = Path(__file__).with_name("one-connection.jsonl")

FOLDERS = ("websockets", "html", "fetch", "network", "rfc6455", "rfc7692")
"""Whose steps are told: all but those that are the same for every connection."""

LEFT_OUT = ("html/event_handlers.py", "fetch/header_list.py")
"""Files whose steps are left out: they are told many times over, and are always the same."""


async def page(settings: EnvironmentSettings) -> None:
    """Open a socket, say something, hear an answer, close: what a page would do."""
    closed = asyncio.get_running_loop().create_future()
    socket = WebSocket(f"wss://{HOST}:{PORT}/room", ["chat.v2", "chat.v1"], settings=settings)
    socket.onopen = lambda event: socket.send("hello, hello, hello, is anybody there?")
    socket.onmessage = lambda event: socket.close(1000, "that was all")
    socket.onclose = closed.set_result
    await closed


def room(connection: ServerConnection) -> None:
    """Ask whether the page is there, and send back what it says: what the server does."""
    connection.ping(b"there?").wait()
    for message in connection:
        connection.send(f"you said: {message!s}")


@contextmanager
def server() -> Iterator[ssl.SSLContext]:
    """Run the server; give a context that trusts it."""
    authority = trustme.CA()
    here, there = ssl.create_default_context(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.configure_trust(here)
    authority.issue_cert(HOST).configure_cert(there)
    with serve(room, HOST, PORT, ssl=there, subprotocols=[Subprotocol("chat.v2")]) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield here
        running.shutdown()
        thread.join()


def is_as_told(entries: list[Entry]) -> bool:
    """Tell whether the Ping came before the page knew that its socket is open, as mostly."""
    ping = next(each for each in entries if each.text.startswith("Ping"))
    return ping.state is not None and ping.state.ready_state == "CONNECTING"


def main() -> None:
    """Record, until it is what the page tells, and write it down."""
    with server() as tls:
        settings = EnvironmentSettings(origin=f"https://{HOST}", tls=tls)
        # The second time nothing has to be imported or made any more, and the times are a page's.
        asyncio.run(page(settings))
        entries: list[Entry] = []
        while not entries or not is_as_told(entries):
            with trace(set(FOLDERS)) as told:
                asyncio.run(page(settings))
            entries = told.entries
    kept = (each for each in entries if not any(name in each.where for name in LEFT_OUT))
    replace_text(OUTPUT, as_jsonl(kept))


if __name__ == "__main__":
    main()
