"""The connection of a blocking server: TCP, or TLS in memory over TCP."""

import contextlib
import socket
import ssl


class Gone(Exception):
    """The client or the server has closed the connection."""


class Plain:
    """TCP without TLS."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    def encode(self, data: bytes) -> bytes:
        return data

    def decode(self, data: bytes) -> bytes:
        return data

    def end(self) -> bytes:
        return b""


class Tls:
    """TLS in memory, so that the server decides what goes into one segment."""

    def __init__(self, sock: socket.socket, context: ssl.SSLContext) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                sock.sendall(self._outgoing.read())
                data = sock.recv(65_536)
                if not data:
                    raise Gone from None
                self._incoming.write(data)
            else:
                sock.sendall(self._outgoing.read())
                break

    def encode(self, data: bytes) -> bytes:
        self._tls.write(data)
        return self._outgoing.read()

    def decode(self, data: bytes) -> bytes:
        self._incoming.write(data)
        decoded = bytearray()
        with contextlib.suppress(ssl.SSLWantReadError, ssl.SSLZeroReturnError):
            while piece := self._tls.read(65_536):
                decoded += piece
        return bytes(decoded)

    def end(self) -> bytes:
        with contextlib.suppress(ssl.SSLError):
            self._tls.unwrap()
        return self._outgoing.read()
