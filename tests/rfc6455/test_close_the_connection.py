"""Closing the connection, RFC 6455 sections 7.1.1, 7.1.4 and 7.2.1."""

import pytest

from whatwg_websockets.rfc6455.close_the_connection import (
    close_the_websocket_connection,
    the_websocket_connection_is_closed,
)
from whatwg_websockets.rfc6455.connection import CLOSED
from whatwg_websockets.rfc6455.fail_the_connection import fail_the_websocket_connection
from whatwg_websockets.rfc6455.receive import carry_out_the_ending
from whatwg_websockets.rfc6455.start_the_closing_handshake import (
    start_the_websocket_closing_handshake,
)

from .server import Client, close, frame


def we_close(client):
    start_the_websocket_closing_handshake(client.connection, 1000)


def they_close(client):
    client.reads(close(1000))
    carry_out_the_ending(client.connection, client.receiver.ending)


def they_break_a_rule(client):
    client.reads(frame(0xB))
    carry_out_the_ending(client.connection, client.receiver.ending)


def we_fail(client):
    fail_the_websocket_connection(client.connection, 1002, "why")


def we_close_tcp(client):
    close_the_websocket_connection(client.connection)


@pytest.mark.parametrize(
    ("before", "everything_has_left", "was_clean", "has_failed"),
    [
        pytest.param([they_close], True, True, False, id="they closed, we answered"),
        pytest.param([we_close, they_close], True, True, False, id="we closed, they answered"),
        pytest.param([they_close], False, False, False, id="our answer never left"),
        pytest.param([we_close], True, False, True, id="they never answered"),
        pytest.param([], True, False, True, id="lost out of the blue (7.2.1)"),
        pytest.param([we_fail], True, False, True, id="failed by us"),
        pytest.param([they_break_a_rule], True, False, True, id="failed for what they sent"),
        pytest.param([we_close_tcp], True, False, False, id="ended by us without a handshake"),
        pytest.param([we_close, we_close_tcp], True, False, False, id="ended by us, tired"),
    ],
)
def test_7_1_4_clean_is_what_ends_after_the_closing_handshake(
    before, everything_has_left, was_clean, has_failed
):
    client = Client()
    for happens in before:
        happens(client)
    assert was_clean == the_websocket_connection_is_closed(
        client.connection, everything_has_left=everything_has_left
    )
    assert client.connection.has_failed == has_failed
    assert client.connection.state == CLOSED


def test_7_1_1_what_waits_still_leaves_before_tcp_closes():
    client = Client().reads(close(1000))
    carry_out_the_ending(client.connection, client.receiver.ending)
    close_the_websocket_connection(client.connection)
    assert client.connection.must_close
    assert len(client.sent()) == 1
