"""Sending a message, RFC 6455 section 6.1."""

import pytest

from whatwg_websockets.rfc6455.framing import BINARY, TEXT
from whatwg_websockets.rfc6455.send_message import send_a_websocket_message

from .server import Client


class HalfDeflater:
    """A deflater that keeps the first half of a message, and skips odd lengths."""

    def deflate(self, data):
        return None if len(data) % 2 else data[: len(data) // 2]


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("data", [b"", b"data", bytes(70_000)])
def test_a_message_leaves_as_one_frame_of_its_kind(opcode, data):
    client = Client()
    send_a_websocket_message(client.connection, opcode, data)
    assert client.connection.outgoing.application_bytes == [len(data)]
    assert [each[:3] for each in client.sent()] == [(opcode, data, 0)]


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_rsv1_is_set_where_the_message_is_compressed_and_only_there(opcode):
    """RFC 7692 6: the bit tells the two apart. What the frame stands for is the whole data."""
    client = Client()
    client.connection.deflater = HalfDeflater()
    send_a_websocket_message(client.connection, opcode, b"compressible")
    send_a_websocket_message(client.connection, opcode, b"odd")
    assert client.connection.outgoing.application_bytes == [12, 3]
    assert [each[:3] for each in client.sent()] == [
        (opcode, b"compre", 0b100),
        (opcode, b"odd", 0),
    ]


def test_messages_leave_in_order():
    client = Client()
    for i in range(300):
        send_a_websocket_message(client.connection, BINARY, bytes(i))
    assert [len(each.payload) for each in client.sent()] == list(range(300))
