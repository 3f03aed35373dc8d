"""The closing handshake, RFC 6455 sections 7.1.2, 7.1.3 and 5.5.1."""

import pytest

from whatwg_websockets.rfc6455.connection import CLOSING, ESTABLISHED
from whatwg_websockets.rfc6455.framing import TEXT
from whatwg_websockets.rfc6455.receive import carry_out_the_ending
from whatwg_websockets.rfc6455.send_message import send_a_websocket_message
from whatwg_websockets.rfc6455.start_the_closing_handshake import (
    answer_the_close_frame,
    start_the_websocket_closing_handshake,
)

from .server import CLOSE, Client, close, frame


@pytest.mark.parametrize(
    ("code", "reason", "body"),
    [
        (None, b"", b""),
        (1000, b"", b"\x03\xe8"),
        (4999, "wärum".encode(), b"\x13\x87w\xc3\xa4rum"),
        (1000, b"r" * 123, b"\x03\xe8" + b"r" * 123),
    ],
)
def test_7_1_2_a_close_frame_is_sent_with_code_and_reason(code, reason, body):
    client = Client()
    start_the_websocket_closing_handshake(client.connection, code, reason)
    assert client.connection.close_sent
    assert client.connection.close_received is None
    assert not client.connection.must_close, "the answer is still to be read"
    assert client.connection.state == CLOSING
    assert [each[:3] for each in client.sent()] == [(CLOSE, body, 0)]


def test_what_was_put_before_it_leaves_before_it():
    client = Client()
    send_a_websocket_message(client.connection, TEXT, b"last")
    start_the_websocket_closing_handshake(client.connection, 1000)
    assert [each.opcode for each in client.sent()] == [TEXT, CLOSE]


@pytest.mark.parametrize(
    ("received", "answer"),
    [
        (frame(CLOSE), b""),
        (close(1000), b"\x03\xe8"),
        (close(1001, b"why"), b"\x03\xe9"),
        (close(4999), b"\x13\x87"),
    ],
)
def test_5_5_1_an_answer_echoes_the_status_code(received, answer):
    client = Client().reads(received)
    assert client.connection.state == ESTABLISHED, "messages before it are looked at first"
    carry_out_the_ending(client.connection, client.receiver.ending)
    assert [each[:2] for each in client.sent()] == [(CLOSE, answer)]
    assert client.connection.must_close


def test_5_5_1_there_is_no_answer_to_an_answer():
    client = Client()
    start_the_websocket_closing_handshake(client.connection, 1000, b"bye")
    client.reads(close(1001, b"so long"))
    carry_out_the_ending(client.connection, client.receiver.ending)
    assert [each.opcode for each in client.sent()] == [CLOSE]
    assert client.connection.close_received == (1001, "so long")
    assert client.connection.must_close


def test_messages_are_read_until_the_answer_comes():
    """1.4 and 7.1.3: the other side may have sent much before it saw our Close frame."""
    client = Client()
    start_the_websocket_closing_handshake(client.connection, 1000)
    client.reads(frame(TEXT, b"late") + close(1000))
    assert client.messages == ["late"]


def test_the_code_of_the_answer_may_be_absent():
    client = Client()
    answer_the_close_frame(client.connection, None, "")
    assert client.connection.close_received == (None, "")
    assert [each[:2] for each in client.sent()] == [(CLOSE, b"")]
