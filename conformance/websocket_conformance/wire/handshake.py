"""The opening handshake from either side.

Most cases begin after it, so only what a connection requires is checked here.

Source: RFC 6455, section 4.
"""

import base64
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import parse_qs, urlsplit

from websocket_conformance.wire.deflate import Parameters

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""The text that is appended to a key before it is hashed (RFC 6455, 1.3)."""

END = b"\r\n\r\n"
"""The end of the header section of a request or a response."""

LARGEST = 64 * 1024
"""The largest size of the header section of a request or a response, in octets."""

VERSIONS = ("13", "8")
"""The versions that the judge accepts: the RFC's, and that of a draft with the same frames."""


def product() -> str:
    """Return the judge's name, with its version where that is known."""
    try:
        return f"websocket-conformance/{version('whatwg-websockets')}"
    except PackageNotFoundError:
        # The judge runs from a checkout that is not installed.
        return "websocket-conformance"


PRODUCT = product()


class HandshakeError(Exception):
    """The peer's part of the handshake is invalid; the message says why.

    Args:
        message: why it is invalid.
        status: the status of the response to an invalid request.
    """

    def __init__(self, message: str, status: str = "400 Bad Request") -> None:
        super().__init__(message)
        self.status = status


class NoUpgradeError(HandshakeError):
    """The request does not ask for an upgrade to WebSocket."""

    def __init__(self) -> None:
        super().__init__("This is a WebSocket server.", "426 Upgrade Required")


@dataclass(frozen=True)
class Request:
    """A client's request.

    Attributes:
        path: the path of its target.
        query: the parameters in the query of its target.
        key: its Sec-WebSocket-Key.
        extensions: its Sec-WebSocket-Extensions fields, joined by commas.
        protocols: the subprotocols that it requests.
    """

    path: str
    query: Mapping[str, Sequence[str]]
    key: str
    extensions: str
    protocols: tuple[str, ...]


def _fields(head: bytes) -> tuple[str, dict[str, str]]:
    """Return the first line, and the header fields by name in lower case, joined by commas."""
    first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    fields: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise HandshakeError(f"{line!r} is not a header field.")
        name, value = name.strip().lower(), value.strip()
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    return first, fields


def _has(field: str, token: str) -> bool:
    return token in (part.strip().lower() for part in field.split(","))


def parse_request(head: bytes) -> Request:
    """Read a client's request.

    Source: RFC 6455, section 4.2.1.

    Raises:
        NoUpgradeError: the request does not ask for an upgrade to WebSocket.
        HandshakeError: the request is invalid.
    """
    line, fields = _fields(head)
    parts = line.split(" ")
    if len(parts) != 3 or parts[2] != "HTTP/1.1":
        raise HandshakeError(f"{line!r} is not an HTTP/1.1 request.")
    if parts[0] != "GET":
        raise HandshakeError("The method is not GET.", "405 Method Not Allowed")
    if "host" not in fields:
        raise HandshakeError("There is no Host.")
    if not _has(fields.get("upgrade", ""), "websocket"):
        raise NoUpgradeError()
    if not _has(fields.get("connection", ""), "upgrade"):
        raise HandshakeError("Connection does not say Upgrade.")
    if fields.get("sec-websocket-version") not in VERSIONS:
        raise HandshakeError("Sec-WebSocket-Version is not 13.")
    try:
        url = urlsplit(parts[1])
    except ValueError as error:
        raise HandshakeError(f"{parts[1]!r} is not a URL: {error}.") from error
    return Request(
        url.path,
        parse_qs(url.query, keep_blank_values=True),
        _key(fields.get("sec-websocket-key", "")),
        fields.get("sec-websocket-extensions", ""),
        tuple(filter(None, map(str.strip, fields.get("sec-websocket-protocol", "").split(",")))),
    )


def _key(key: str) -> str:
    try:
        decoded = base64.b64decode(key, validate=True)
    except ValueError:
        decoded = b""
    if len(decoded) != 16:
        raise HandshakeError(f"{key!r} is not a Sec-WebSocket-Key: 16 octets in base64.")
    return key


def response(request: Request, agreed: Parameters | None, protocol: str | None = None) -> bytes:
    """Return the response that opens the connection.

    Source: RFC 6455, section 4.2.2.
    """
    lines = [
        "HTTP/1.1 101 Switching Protocols",
        f"Server: {PRODUCT}",
        "Upgrade: WebSocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {accept_value(request.key)}",
    ]
    if protocol:
        lines.append(f"Sec-WebSocket-Protocol: {protocol}")
    if agreed is not None:
        lines.append(f"Sec-WebSocket-Extensions: {agreed}")
    return _head(*lines)


def refusal(error: HandshakeError) -> bytes:
    """Return the response that refuses to open the connection."""
    body = f"{error}\r\n".encode("ascii", "replace")
    versions = f"Sec-WebSocket-Version: {', '.join(VERSIONS)}"
    return _with_body(error.status, "text/plain", body, versions)


def page() -> bytes:
    """Return the response to a GET without an upgrade: a page with the judge's name and purpose.

    A script may send such requests to wait for the server, as it can with Autobahn's.
    """
    body = (
        '<!DOCTYPE html>\n<html lang="en"><title>Fuzzing server</title>\n'
        f"<p>{PRODUCT}: this is a WebSocket server, which plays conformance cases with clients.</p>"
        "</html>\n"
    ).encode()
    return _with_body("200 OK", "text/html", body)


def _with_body(status: str, kind: str, body: bytes, *more: str) -> bytes:
    return (
        _head(
            f"HTTP/1.1 {status}",
            f"Server: {PRODUCT}",
            f"Content-Type: {kind}; charset=utf-8",
            f"Content-Length: {len(body)}",
            "Connection: close",
            *more,
        )
        + body
    )


def _head(*lines: str) -> bytes:
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def accept_value(key: str) -> str:
    """Return the Sec-WebSocket-Accept for a key."""
    digest = hashlib.sha1(key.encode() + _GUID, usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


def new_key() -> str:
    """Return a new random Sec-WebSocket-Key."""
    return base64.b64encode(os.urandom(16)).decode()


def request(
    host: str,
    resource: str,
    key: str,
    *,
    offers: Sequence[Parameters] = (),
    origin: str | None = None,
    protocols: Sequence[str] = (),
) -> bytes:
    """Return a client's request.

    Source: RFC 6455, section 4.1.

    Args:
        host: the host and, unless it is the scheme's default, the port.
        resource: the path and the query.
        key: the Sec-WebSocket-Key.
        offers: the offers of permessage-deflate.
        origin: the Origin; None to omit it.
        protocols: the subprotocols.
    """
    lines = [
        f"GET {resource} HTTP/1.1",
        f"User-Agent: {PRODUCT}",
        f"Host: {host}",
        "Upgrade: WebSocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
    ]
    if origin:
        lines.append(f"Origin: {origin}")
    if protocols:
        lines.append(f"Sec-WebSocket-Protocol: {', '.join(protocols)}")
    if offers:
        lines.append(f"Sec-WebSocket-Extensions: {', '.join(map(str, offers))}")
    return _head(*lines, "Sec-WebSocket-Version: 13")


@dataclass(frozen=True)
class Response:
    """A server's response that opens the connection.

    Attributes:
        server: its Server field.
        extensions: its Sec-WebSocket-Extensions.
    """

    server: str
    extensions: str


def parse_response(head: bytes, key: str, protocols: Sequence[str]) -> Response:
    """Read a server's response.

    Raises:
        HandshakeError: the response does not open the connection.
    """
    line, fields = _fields(head)
    if line.split(" ")[:2] != ["HTTP/1.1", "101"]:
        raise HandshakeError(f"The server answers {line!r}.")
    if fields.get("upgrade", "").lower() != "websocket":
        raise HandshakeError("Upgrade is not websocket.")
    if not _has(fields.get("connection", ""), "upgrade"):
        raise HandshakeError("Connection does not say Upgrade.")
    if fields.get("sec-websocket-accept") != accept_value(key):
        raise HandshakeError("Sec-WebSocket-Accept does not answer the key.")
    if fields.get("sec-websocket-protocol", "") not in ("", *protocols):
        raise HandshakeError("Sec-WebSocket-Protocol is not one that was asked for.")
    return Response(
        fields.get("server", "UnknownServer"), fields.get("sec-websocket-extensions", "")
    )
