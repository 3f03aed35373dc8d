"""Failing the connection, RFC 6455 section 7.1.7."""

import pytest

from whatwg_websockets.rfc6455.connection import CLOSING, Connection
from whatwg_websockets.rfc6455.fail_the_connection import fail_the_websocket_connection
from whatwg_websockets.rfc6455.failure import Failure
from whatwg_websockets.rfc6455.receive import carry_out_the_ending
from whatwg_websockets.rfc6455.start_the_closing_handshake import (
    start_the_websocket_closing_handshake,
)

from .server import BINARY, CLOSE, TEXT, Client, close, frame


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        pytest.param(frame(0xB), 1002, id="protocol error"),
        pytest.param(close(1005), 1002, id="a Close frame that must not be"),
        pytest.param(close(1000, b"\xff"), 1007, id="a reason that is not UTF-8"),
        pytest.param(frame(TEXT, b"\xff"), 1007, id="text that is not UTF-8"),
        pytest.param(frame(BINARY, announced=2**62), 1009, id="too big"),
    ],
)
def test_a_close_frame_says_why(broken, code):
    """7.1.7: an endpoint SHOULD send one with an appropriate status code; 7.4.1 has the codes."""
    client = Client().reads(broken)
    carry_out_the_ending(client.connection, client.receiver.ending)
    assert [each[:2] for each in client.sent()] == [(CLOSE, code.to_bytes(2, "big"))]
    connection = client.connection
    assert (connection.has_failed, connection.must_close, connection.state) == (
        True,
        True,
        CLOSING,
    )
    assert connection.close_received is None


def test_there_is_only_one_close_frame():
    client = Client()
    fail_the_websocket_connection(client.connection, 1002, "once")
    fail_the_websocket_connection(client.connection, 1007, "twice")
    assert [each[:2] for each in client.sent()] == [(CLOSE, (1002).to_bytes(2, "big"))]


def test_none_follows_the_one_that_began_the_closing_handshake():
    client = Client()
    start_the_websocket_closing_handshake(client.connection, 1000)
    client.reads(frame(0xB))
    carry_out_the_ending(client.connection, client.receiver.ending)
    assert [each[:2] for each in client.sent()] == [(CLOSE, (1000).to_bytes(2, "big"))]
    assert client.connection.has_failed
    assert client.connection.must_close


def test_before_the_connection_is_established_nothing_is_sent():
    connection = Connection()
    fail_the_websocket_connection(connection, 1002, "no 101")
    assert connection.outgoing.lengths == []
    assert connection.state == CLOSING
    assert (connection.has_failed, connection.must_close, connection.close_sent) == (
        True,
        True,
        False,
    )


def test_the_reason_is_kept_for_the_log_and_is_not_on_the_wire():
    client = Client()
    fail_the_websocket_connection(client.connection, 1002, "what was wrong")
    assert (client.connection.why, client.connection.kind) == ("what was wrong", "protocol")
    assert client.sent()[0].payload == (1002).to_bytes(2, "big")


def test_a_failure_carries_code_and_cause():
    failure = Failure(1009, "too big")
    assert (failure.code, failure.why) == (1009, "too big")
    assert str(failure) == "(1009, 'too big')"
