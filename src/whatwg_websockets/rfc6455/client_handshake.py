"""The client's opening handshake: its nonce, and what the server's answer must be.

RFC 6455 section 4.1. The request is written, and the answer read, by Fetch.
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
    # § rfc6455-4.1-28. The system's generator is strong.
    return base64.b64encode(os.urandom(16))


def accept_value(key: bytes) -> bytes:
    """Return what the server has to answer in ``Sec-WebSocket-Accept``.

    Args:
        key: the value of ``Sec-WebSocket-Key``, as it was sent.

    Source: RFC 6455 section 4.2.2
    """
    return base64.b64encode(hashlib.sha1(key + GUID, usedforsecurity=False).digest())


@algorithm("rfc6455#section-4.1", "validate the server's response")
def validate_the_response(
    headers: list[tuple[bytes, bytes]], key: bytes, offered: list[str], protocols: list[str]
) -> tuple[list[Extension], str]:
    """Hold the headers of a 101 response against the request.

    Args:
        headers: names (in lower case) and values of the response's header fields.
        key: the value of ``Sec-WebSocket-Key`` in the request.
        offered: the names of the extensions in the request.
        protocols: the subprotocols in the request.

    Returns:
        the extensions and the subprotocol in use, "" where there is none.

    Raises:
        Failure: the response is none that a client may accept.

    Source: RFC 6455 section 4.1, the last list of steps, 2 to 6
    """
    # 1. The caller has refused every status but 101.
    # 2. The server must have switched to "websocket", and to nothing else.
    if [value.lower() for value in _values(headers, b"upgrade")] != [b"websocket"]:
        # § rfc6455-4.1-37. Several values are another value, too.
        raise Failure(PROTOCOL_ERROR, "the response's Upgrade is not websocket")
    # 3. It must have said so for this connection.
    tokens = b",".join(_values(headers, b"connection")).split(b",")
    if b"upgrade" not in [token.strip(b" \t").lower() for token in tokens]:
        # § rfc6455-4.1-38. One such token among others would do.
        raise Failure(PROTOCOL_ERROR, "the response's Connection has no Upgrade")
    # 4. It must have read our key, which a server that speaks no WebSocket would not.
    # § rfc6455-11.3.3-1. The value is in the response once.
    if _values(headers, b"sec-websocket-accept") != [accept_value(key)]:
        # § rfc6455-4.1-39. It is compared to the letter.
        raise Failure(PROTOCOL_ERROR, "the response's Sec-WebSocket-Accept does not fit the key")
    # 5. It may use only extensions that were offered.
    extensions = _extensions_in_use(_values(headers, b"sec-websocket-extensions"), offered)
    # 6. It may use only a subprotocol that was offered.
    return extensions, _subprotocol_in_use(_values(headers, b"sec-websocket-protocol"), protocols)


def _values(headers: list[tuple[bytes, bytes]], name: bytes) -> list[bytes]:
    return [value.strip(b" \t") for key, value in headers if key == name]


def _extensions_in_use(values: list[bytes], offered: list[str]) -> list[Extension]:
    if not values:
        return []
    if len(values) > 1:
        # § rfc6455-11.3.2-1. A response with several Sec-WebSocket-Extensions fields is refused.
        raise Failure(PROTOCOL_ERROR, "the response has several Sec-WebSocket-Extensions fields")
    extensions = parse_extensions(values[0].decode("latin-1"))
    for extension in extensions:
        if extension.name not in offered:
            # § rfc6455-4.1-40. Only permessage-deflate is offered, so no other extension,
            # § rfc7692-5-4. before it or behind it, can come in its way,
            # § rfc7692-5-5. and none is accepted by itself.
            raise Failure(PROTOCOL_ERROR, f"the extension {extension.name} was not offered")
    return extensions


def _subprotocol_in_use(values: list[bytes], protocols: list[str]) -> str:
    if not values:
        return ""
    if len(values) > 1:
        # § rfc6455-4.1-42. A server chooses one subprotocol.
        # § rfc6455-11.3.4-1. The response names the subprotocol once.
        raise Failure(PROTOCOL_ERROR, "the response has several Sec-WebSocket-Protocol fields")
    # § rfc6455-8.1-2. A name that is not UTF-8 was not asked for, and fails the connection below.
    protocol = values[0].decode("latin-1")
    if protocol not in protocols:
        # § rfc6455-4.1-41. Letters count as they are written.
        raise Failure(PROTOCOL_ERROR, f"the subprotocol {protocol!r} was not asked for")
    return protocol
