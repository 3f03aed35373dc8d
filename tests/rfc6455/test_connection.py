"""The wire state, RFC 6455 sections 4.1 and 7.1."""

import pytest

from whatwg_websockets.rfc6455 import connection as module
from whatwg_websockets.rfc6455.connection import (
    CLOSED,
    CLOSING,
    ESTABLISHED,
    NOT_ESTABLISHED,
    TRANSITIONS,
    Connection,
)

STATES = [NOT_ESTABLISHED, ESTABLISHED, CLOSING, CLOSED]

EVENTS = {event for transitions in TRANSITIONS.values() for event in transitions}


def test_a_connection_begins_with_nothing_sent_and_nothing_received():
    connection = Connection()
    assert connection.state == NOT_ESTABLISHED
    assert connection.close_received is None
    assert connection.unanswered_ping is None
    assert connection.deflater is None
    assert connection.why is None
    assert not connection.close_sent
    assert not connection.has_failed
    assert not connection.must_close
    assert not connection.is_stalled
    assert connection.outgoing.take() == ([], [], [])


def test_its_states_only_go_upwards():
    assert sorted(STATES) == STATES
    for state, transitions in TRANSITIONS.items():
        assert all(after >= state for after in transitions.values())


def test_the_table_has_each_state():
    assert list(TRANSITIONS) == STATES


def test_each_way_leads_to_closed_and_none_out_of_it():
    assert TRANSITIONS[CLOSED] == {}
    for state in STATES[:-1]:
        assert TRANSITIONS[state][module.CONNECTION_IS_CLOSED] == CLOSED


def test_only_the_opening_handshake_establishes():
    """RFC 6455 4.1."""
    ways = [
        (state, event)
        for state, transitions in TRANSITIONS.items()
        for event, after in transitions.items()
        if after == ESTABLISHED
    ]
    assert ways == [(NOT_ESTABLISHED, module.HANDSHAKE_SUCCEEDS)]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("event", sorted(EVENTS))
def test_it_moves_as_the_table_says_and_not_otherwise(state, event):
    connection = Connection()
    connection.state = state
    if event in TRANSITIONS[state]:
        connection.move(event)
        assert connection.state == TRANSITIONS[state][event]
    else:
        with pytest.raises(AssertionError, match=event):
            connection.move(event)
        assert connection.state == state


def test_what_was_noted_first_is_why_it_ends():
    connection = Connection()
    connection.note_why_it_ends("first", "lost")
    connection.note_why_it_ends("second", "protocol")
    assert (connection.why, connection.kind) == ("first", "lost")
