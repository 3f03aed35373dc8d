"""The client's opening handshake, RFC 6455 section 4.1: the key, and the check of the response.

Fetch sends the request and reads the response.
"""

import base64
import hashlib
import os

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.rfc6455.close_code import PROTOCOL_ERROR
from whatwg_websockets.rfc6455.extension import Extension, parse_extensions
from whatwg_websockets.rfc6455.failure import Failure

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def make_nonce() -> bytes:
    """Return 16 random bytes in base64, for ``Sec-WebSocket-Key``.

    Source: RFC 6455 section 4.1
    """
    # § rfc6455-4.1-28. The key is 16 bytes from the system's random source, encoded in base64.
    return base64.b64encode(os.urandom(16))


def accept_value(key: bytes) -> bytes:
    """Return the value of ``Sec-WebSocket-Accept`` that the server has to answer with.

    Args:
        key: the value of ``Sec-WebSocket-Key``, as it was sent.

    Source: RFC 6455 section 4.2.2
    """
    return base64.b64encode(hashlib.sha1(key + GUID, usedforsecurity=False).digest())


@algorithm("rfc6455#section-4.1", "validate the server's response")
def validate_the_response(
    headers: list[tuple[bytes, bytes]], key: bytes, offered: list[str], protocols: list[str]
) -> tuple[list[Extension], str]:
    """Check the header fields of a 101 response against the request.

    Args:
        headers: the names (in lower case) and values of the response's header fields.
        key: the value of ``Sec-WebSocket-Key`` in the request.
        offered: the names of the extensions in the request.
        protocols: the subprotocols in the request.

    Returns:
        the extensions in use, and the subprotocol in use or an empty string.

    Raises:
        Failure: a client must not accept the response.

    Source: RFC 6455 section 4.1, the last list of steps, 2 to 6
    """
    # 1. The caller has checked that the status of the response is 101.
    # 2. Fail the connection unless the Upgrade header is "websocket", compared case-insensitively.
    if [value.lower() for value in _values(headers, b"upgrade")] != [b"websocket"]:
        # § rfc6455-4.1-37. A response without an Upgrade header, or with a value other than
        #   websocket, fails the connection.
        raise Failure(PROTOCOL_ERROR, "the response's Upgrade is not websocket")
    # 3. Fail the connection unless the Connection header has the token "Upgrade", compared
    #    case-insensitively.
    tokens = b",".join(_values(headers, b"connection")).split(b",")
    if b"upgrade" not in [token.strip(b" \t").lower() for token in tokens]:
        # § rfc6455-4.1-38. A response whose Connection header lacks the token Upgrade fails the
        #   connection.
        raise Failure(PROTOCOL_ERROR, "the response's Connection has no Upgrade")
    # 4. Fail the connection unless Sec-WebSocket-Accept is the value that follows from the key.
    # § rfc6455-11.3.3-1. A response with more than one Sec-WebSocket-Accept header is refused.
    if _values(headers, b"sec-websocket-accept") != [accept_value(key)]:
        # § rfc6455-4.1-39. A response whose Sec-WebSocket-Accept is missing, or differs from the
        #   expected value even if only in letter case, fails the connection.
        raise Failure(PROTOCOL_ERROR, "the response's Sec-WebSocket-Accept does not match the key")
    # 5. Fail the connection if the response names an extension that was not offered.
    extensions = _extensions_in_use(_values(headers, b"sec-websocket-extensions"), offered)
    # 6. Fail the connection if the response names a subprotocol that was not offered.
    return extensions, _subprotocol_in_use(_values(headers, b"sec-websocket-protocol"), protocols)


def _values(headers: list[tuple[bytes, bytes]], name: bytes) -> list[bytes]:
    return [value.strip(b" \t") for key, value in headers if key == name]


def _extensions_in_use(values: list[bytes], offered: list[str]) -> list[Extension]:
    if not values:
        return []
    if len(values) > 1:
        # § rfc6455-11.3.2-1. A response with several Sec-WebSocket-Extensions headers is refused.
        raise Failure(PROTOCOL_ERROR, "the response has several Sec-WebSocket-Extensions fields")
    extensions = parse_extensions(values[0].decode("latin-1"))
    for extension in extensions:
        if extension.name not in offered:
            # § rfc6455-4.1-40, rfc7692-5-4, -5. A response that names another extension than
            #   permessage-deflate, the only one offered, fails the connection.
            raise Failure(PROTOCOL_ERROR, f"the extension {extension.name} was not offered")
    return extensions


def _subprotocol_in_use(values: list[bytes], protocols: list[str]) -> str:
    if not values:
        return ""
    if len(values) > 1:
        # § rfc6455-4.1-42. A response that names several subprotocols fails the connection.
        # § rfc6455-11.3.4-1. A response with several Sec-WebSocket-Protocol headers is refused.
        raise Failure(PROTOCOL_ERROR, "the response has several Sec-WebSocket-Protocol fields")
    # § rfc6455-8.1-2. A subprotocol that is not valid UTF-8 cannot be an offered one, so the
    #   response fails the connection.
    protocol = values[0].decode("latin-1")
    if protocol not in protocols:
        # § rfc6455-4.1-41. A subprotocol that differs from each offered one, even if only in
        #   letter case, fails the connection.
        raise Failure(PROTOCOL_ERROR, f"the subprotocol {protocol!r} was not offered")
    return protocol
