"""A server that says exactly what it is told, in a thread of its own, and notes what it hears."""

import base64
import contextlib
import hashlib
import itertools
import socket
import struct
import threading
import time
from collections.abc import Callable

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
PATIENCE = 8.0


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0) -> bytes:
    """Write a frame as a server does."""
    first = (fin << 7) | (rsv << 4) | opcode
    if len(payload) < 126:
        return bytes((first, len(payload))) + payload
    if len(payload) < 65536:
        return struct.pack("!BBH", first, 126, len(payload)) + payload
    return struct.pack("!BBQ", first, 127, len(payload)) + payload


def text(string: str) -> bytes:
    """Write a text message."""
    return frame(TEXT, string.encode())


def close(code: int | None = None, reason: bytes = b"") -> bytes:
    """Write a Close frame."""
    return frame(CLOSE, b"" if code is None else struct.pack("!H", code) + reason)


def shown(payload: bytes) -> str:
    """Show a payload in a few characters."""
    if len(payload) > 40:
        return f"{len(payload)} bytes"
    return repr(payload)[1:]


class Peer:
    """The server's end of one connection.

    Attributes:
        index: 0 for the first connection of the scenario.
        log: what all connections of the scenario heard.
    """

    def __init__(
        self, sock: socket.socket, index: int, log: list[str], patience: float = PATIENCE
    ) -> None:
        self.sock = sock
        self.index = index
        self.log = log
        self._received = b""
        self._fields: dict[str, str] = {}
        self.request_line = ""
        self.has_ended = False
        sock.settimeout(patience)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    # The opening handshake.

    def request(self, *note: str) -> bool:
        """Read the request; note the values of some fields of it, "" for the request line."""
        while b"\r\n\r\n" not in self._received:
            if not self._receive():
                return False
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        self.request_line, *lines = head.decode("latin-1").split("\r\n")
        self._fields = dict(line.lower().split(": ", 1) for line in lines)
        raw = {line.split(": ", 1)[0].lower(): line.split(": ", 1)[1] for line in lines}
        self._fields["sec-websocket-key"] = raw["sec-websocket-key"]
        for name in note:
            value = raw.get(name.lower(), "(absent)") if name else self.request_line
            self.log.append(f"{name}: {value}" if name else value)
        return True

    @property
    def accept(self) -> str:
        """What has to be answered to the request's key."""
        key = self._fields["sec-websocket-key"].encode()
        return base64.b64encode(hashlib.sha1(key + GUID, usedforsecurity=False).digest()).decode()

    def respond(
        self,
        *fields: str,
        then: bytes = b"",
        status: str = "HTTP/1.1 101 Switching Protocols",
        upgrade: str = "Upgrade: websocket",
        connection: str = "Connection: Upgrade",
    ) -> None:
        """Accept the request, with fields more or otherwise; ``then`` goes in the same segment."""
        if not self.request_line:
            return
        standing = [upgrade, connection, f"Sec-WebSocket-Accept: {self.accept}"]
        head = "\r\n".join([status, *(each for each in standing if each), *fields, "", ""])
        self.send(head.encode("latin-1") + then)

    def handshake(self, *fields: str, then: bytes = b"") -> None:
        """Read the request and accept it."""
        self.request()
        self.respond(*fields, then=then)

    # Frames.

    def send(self, data: bytes) -> None:
        """Send bytes; a client that is gone is no error."""
        with contextlib.suppress(OSError):
            self.sock.sendall(data)

    def read_frame(self) -> int | None:
        """Note the client's next frame and return its opcode, None at the end."""
        while not self.has_ended:
            bounds = self._bounds()
            if bounds is not None and len(self._received) >= bounds[1]:
                return self._take(*bounds)
            if not self._receive():
                return None
        return None

    def _bounds(self) -> tuple[int, int] | None:
        data = self._received
        if len(data) < 2:
            return None
        length, start = data[1] & 0x7F, 2
        if length >= 126:
            start += 2 if length == 126 else 8
            if len(data) < start:
                return None
            length = int.from_bytes(data[2:start], "big")
        return start + 4, start + 4 + length

    def _take(self, start: int, stop: int) -> int:
        data = self._received
        key = (data[start - 4 : start] * ((stop - start) // 4 + 1))[: stop - start]
        payload = (int.from_bytes(data[start:stop], "big") ^ int.from_bytes(key, "big")).to_bytes(
            stop - start, "big"
        )
        self._received = data[stop:]
        opcode, rsv1 = data[0] & 0xF, data[0] & 0x40
        names = {CONTINUATION: "continuation", TEXT: "text", BINARY: "binary"}
        names |= {CLOSE: "Close", PING: "Ping", PONG: "Pong"}
        if opcode == CLOSE:
            code = str(int.from_bytes(payload[:2], "big")) if payload else "empty"
            reason = f" {shown(payload[2:])}" if payload[2:] else ""
            self.log.append(f"Close {code}{reason}")
        else:
            self.log.append(f"{'compressed ' if rsv1 else ''}{names[opcode]} {shown(payload)}")
        return opcode

    def read_until(self, opcode: int) -> None:
        """Note frames up to the first of the opcode."""
        while self.read_frame() not in (opcode, None):
            pass

    def read_to_end(self) -> None:
        """Note all that still comes, and how it ends."""
        while self.read_frame() is not None:
            pass

    def _receive(self) -> bool:
        try:
            data = self.sock.recv(1_048_576)
        except TimeoutError:
            self._end("(nothing for long)")
            return False
        except OSError:
            self._end("reset")
            return False
        if not data:
            self._end("end")
            return False
        self._received += data
        return True

    def _end(self, how: str) -> None:
        self.has_ended = True
        self.log.append(how)

    def half_close(self) -> None:
        """Send no more."""
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_WR)

    def finish(self) -> None:
        """End our side and note what still comes."""
        self.half_close()
        self.read_to_end()

    def reset(self) -> None:
        """Be gone with a reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


Script = Callable[[Peer], None]


def polite(peer: Peer) -> None:
    """Be a server as it should be: accept, listen, answer the Close frame, end TCP."""
    peer.handshake()
    goodbye(peer)


def goodbye(peer: Peer) -> None:
    """Wait for the client's Close frame and answer it."""
    peer.read_until(CLOSE)
    peer.send(close(1000))
    peer.finish()


class Server:
    """Listens on a port of its own and runs the script for each connection.

    Args:
        script: what to do with a connection.
        receive_buffer: the size of the receive buffer, to stall a client early.
        patience: how long to wait for a client that says nothing.
    """

    def __init__(
        self, script: Script, receive_buffer: int | None = None, patience: float = PATIENCE
    ) -> None:
        self.log: list[str] = []
        self._script = script
        self._patience = patience
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if receive_buffer is not None:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(20)
        self.port: int = self._listener.getsockname()[1]
        self._threads: list[threading.Thread] = []
        accepting = threading.Thread(target=self._accept, daemon=True)
        accepting.start()

    def _accept(self) -> None:
        index = 0
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            peer = Peer(sock, index, self.log, self._patience)
            index += 1
            thread = threading.Thread(target=self._serve, args=(peer,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, peer: Peer) -> None:
        try:
            self._script(peer)
        finally:
            peer.sock.close()

    def stop_listening(self) -> None:
        """Take no more connections."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def end(self) -> list[str]:
        """Stop listening, wait for the connections to end, and return the log."""
        self.stop_listening()
        deadline = time.monotonic() + PATIENCE
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return _collapsed(self.log)


def _collapsed(log: list[str]) -> list[str]:
    """Write what repeats often once."""
    lines: list[str] = []
    for line, same in itertools.groupby(log):
        count = len(list(same))
        lines += [f"{line} ({count} times)"] if count > 3 else [line] * count
    return lines
