"""A TLS server that behaves as OpenSSL does by itself, with valid and faulty contexts.

asyncio's servers do not send the alert that says why they refuse a client. This one runs in a
thread, and does.
"""

import datetime
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import trustme

from support.server import accept_value
from support.tls import authority

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


def context_of(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """Return the context of a server with a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def valid(since: int, until: int, *hosts: str) -> ssl.SSLContext:
    """Return the context of a server whose certificate is valid for some days, from now."""
    return context_of(
        authority().issue_cert(*hosts, not_before=NOW + since * DAY, not_after=NOW + until * DAY)
    )


def wants_a_certificate(
    *hosts: str, of: str = "ours", version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
) -> ssl.SSLContext:
    """Return the context of a server that requires a client certificate of an authority."""
    context = context_of(authority().issue_cert(*hosts))
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = version
    authority(of).configure_trust(context)
    return context


class TlsServer:
    """A server that answers one connection.

    Attributes:
        port: where it listens.
        client: the certificate that the client has shown, or None.
        name: the name that the client has asked for, or None.
    """

    def __init__(self, context: ssl.SSLContext, host: str = "127.0.0.1") -> None:
        self._context = context
        context.sni_callback = self._note_the_name
        self._sock = socket.create_server(
            (host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET
        )
        self.port = self._sock.getsockname()[1]
        self.client: Any = None
        self.name: str | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _note_the_name(self, _: object, name: str | None, __: object) -> None:
        self.name = name

    def _serve(self) -> None:
        connection, _ = self._sock.accept()
        connection.settimeout(30)
        with connection, suppress(OSError):
            try:
                # It is kept as it is: when TLS fails, wrap_socket would close TCP with it.
                tls = self._context.wrap_socket(
                    connection.dup(), server_side=True, do_handshake_on_connect=False
                )
                with tls:
                    tls.do_handshake()
                    self._answer(tls)
            finally:
                # What the client still says is read, so that TCP does not take back the alert.
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(4096):
                    pass

    def _answer(self, tls: ssl.SSLSocket) -> None:
        self.client = tls.getpeercert()
        request = b""
        while not request.endswith(b"\r\n\r\n"):
            data = tls.recv(4096)
            if not data:
                return
            request += data
        key = request.partition(b"Sec-WebSocket-Key: ")[2].partition(b"\r\n")[0]
        tls.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept_value(key.decode()).encode() + b"\r\n\r\n"
        )
        if tls.recv(4096):
            tls.sendall(b"\x88\x00")  # The answer to the Close frame.

    def close(self) -> None:
        """Close the port, and wait for the thread."""
        self._sock.close()
        self._thread.join(30)


@contextmanager
def tls_server(context: ssl.SSLContext, host: str = "127.0.0.1") -> Iterator[TlsServer]:
    """Run a server that answers one connection."""
    server = TlsServer(context, host)
    try:
        yield server
    finally:
        server.close()
