"""The wire state, RFC 6455 sections 4.1 and 7.1."""

from whatwg_websockets.rfc6455.connection import (
    CLOSED,
    CLOSING,
    ESTABLISHED,
    NOT_ESTABLISHED,
    Connection,
)


def test_a_connection_begins_with_nothing_sent_and_nothing_received():
    connection = Connection()
    assert connection.state == NOT_ESTABLISHED
    assert connection.close_received is None
    assert connection.unanswered_ping is None
    assert connection.deflater is None
    assert not connection.close_sent
    assert not connection.has_failed
    assert not connection.must_close
    assert not connection.is_stalled
    assert connection.outgoing.take() == ([], [], [])


def test_its_states_only_go_upwards():
    assert NOT_ESTABLISHED < ESTABLISHED < CLOSING < CLOSED
