"""A server in its own thread, for pages that block their loop while they wait for the server."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from support import frames
from support.frames import Frame
from support.server import accept_value

# What a step of a test may take before it is said to hang. Nothing is measured by it.
DEADLINE = 30


class BlockingPeer:
    """The server's end of one connection, which a thread reads from and writes to."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._received = b""

    def handshake(self, then: bytes = b"", extensions: str = "") -> None:
        """Accept the opening handshake, and send ``then`` in the same segment."""
        while b"\r\n\r\n" not in self._received:
            self._receive()
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        key = head.decode().split("Sec-WebSocket-Key: ")[1].split("\r\n")[0]
        lines = [
            "HTTP/1.1 101 Switching Protocols",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Accept: {accept_value(key)}",
        ]
        if extensions:
            lines.append(f"Sec-WebSocket-Extensions: {extensions}")
        self.send("\r\n".join([*lines, "", ""]).encode() + then)

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def _receive(self) -> None:
        data = self.sock.recv(65_536)
        assert data, "the client left"
        self._received += data

    def read_frame(self) -> Frame:
        while (read := frames.read_frame(self._received)) is None:
            self._receive()
        self._received = self._received[read[1] :]
        return read[0]


@contextmanager
def serving(
    serve: Callable[[BlockingPeer], None], tls: ssl.SSLContext | None = None
) -> Iterator[str]:
    """Run ``serve`` for one connection in a thread, and give the URL to connect to.

    An exception of ``serve`` is raised at the end.
    """
    failures: list[BaseException] = []
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(DEADLINE)

    def run() -> None:
        try:
            sock: Any = listener.accept()[0]
            sock.settimeout(DEADLINE)
            if tls is not None:
                sock = tls.wrap_socket(sock, server_side=True)
            with sock:
                serve(BlockingPeer(sock))
        except BaseException as failure:
            failures.append(failure)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    with listener:
        yield f"{'ws' if tls is None else 'wss'}://127.0.0.1:{listener.getsockname()[1]}/"
        thread.join(DEADLINE)
    for failure in failures:
        raise failure
