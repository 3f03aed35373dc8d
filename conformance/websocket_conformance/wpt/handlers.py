"""WPT's own WebSocket handlers, served by pywebsocket3, over TCP or TLS."""

import os
import socket
import ssl
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pywebsocket3 import dispatch
from pywebsocket3.websocket_server import WebSocketServer

from websocket_conformance.wpt.checkout import HANDLERS
from websocket_conformance.wpt.hosts import ADDRESS

_BACKLOG = 128


class HandlerServer(WebSocketServer):  # type: ignore[misc]  # pywebsocket3 has no types
    """A server of WPT's handlers, on a port that the system chooses.

    pywebsocket3 uses a function for TLS that Python 3.12 no longer has. So it is configured without
    TLS, and this class wraps each accepted connection in TLS.

    Args:
        root: the checkout.
        tls: the TLS context with the certificate; None for TCP alone.
    """

    def __init__(self, root: Path, tls: ssl.SSLContext | None) -> None:
        self._tls = tls
        super().__init__(_options(root))
        self.websocket_server_options.use_tls = tls is not None

    def get_request(self) -> tuple[socket.socket, Any]:
        """Return the next connection; its TLS handshake is done by the thread that serves it."""
        connection, address = self.socket.accept()
        if self._tls is not None:
            connection = self._tls.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        return connection, address


def _survive_endings() -> None:
    """Have pywebsocket3 leave out a handler that raises SystemExit while it is imported.

    It leaves out only handlers that raise an Exception, and SystemExit is not an Exception.
    """
    read = dispatch._source_handler_file

    def survived(definition: str) -> Any:
        try:
            return read(definition)
        except SystemExit as error:
            raise dispatch.DispatchException(f"SystemExit: {error}") from error

    dispatch._source_handler_file = survived


def _unread(server: HandlerServer) -> list[str]:
    """Return the handlers that could not be imported, each with the last line of its error."""
    warnings = server.websocket_server_options.dispatcher.source_warnings()
    told = []
    for warning in warnings:
        path, _, words = warning.partition(": ")
        told.append(f"{Path(path).name}: {words.strip().splitlines()[-1]}")
    return told


def _options(root: Path) -> SimpleNamespace:
    """Return the options that pywebsocket3's own program would take from its command line."""
    handlers = str(root / HANDLERS)
    return SimpleNamespace(
        server_host=ADDRESS,
        port=0,
        validation_host=None,
        validation_port=None,
        websock_handlers=handlers,
        scan_dir=handlers,
        allow_handlers_outside_root_dir=False,
        websock_handlers_map_file=None,
        document_root=str(root),
        cgi_directories=[],
        is_executable_method=None,
        use_tls=False,
        use_basic_auth=False,
        request_queue_size=_BACKLOG,
    )


def serve(root: Path, certificate: Path | None, key: Path | None, told: Any) -> None:
    """Serve WPT's handlers until this process is ended.

    Args:
        root: the checkout.
        certificate: the file of the server's certificate; None for TCP alone.
        key: the file of the certificate's private key.
        told: a connection of multiprocessing, over which the port and the handlers that could not
            be imported are sent.
    """
    tls = None
    if certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)
    os.chdir(root)
    _survive_endings()
    server = HandlerServer(root, tls)
    told.send((server.server_port, _unread(server)))
    server.serve_forever()
