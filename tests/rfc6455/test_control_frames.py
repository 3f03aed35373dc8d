"""Control frames, RFC 6455 section 5.5."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whatwg_websockets.rfc6455.control_frames import (
    MAXIMUM_PAYLOAD,
    MAXIMUM_REASON,
    answer_the_last_ping,
    close_body,
    parse_close_body,
    respond_to_ping,
)
from whatwg_websockets.rfc6455.fail_the_connection import fail_the_websocket_connection
from whatwg_websockets.rfc6455.failure import Failure
from whatwg_websockets.rfc6455.receive import carry_out_the_ending
from whatwg_websockets.rfc6455.start_the_closing_handshake import (
    start_the_websocket_closing_handshake,
)

from .reference import is_well_formed, may_be_in_a_close_frame
from .server import CLOSE, PING, PONG, TEXT, Client, close, frame
from .streams import not_utf8


def failure_of(body):
    """Return the code with which a Close frame's body fails the connection, or None."""
    try:
        parse_close_body(body)
    except Failure as failure:
        return failure.code
    return None


class TestClose:
    """5.5.1: a body has a status code of two bytes, which UTF-8 may follow."""

    def test_without_a_body(self):
        assert parse_close_body(b"") == (None, "")

    @pytest.mark.parametrize("byte", [b"\x00", b"\x03", b"\xff"])
    def test_half_a_code_is_none(self, byte):
        """The log reports a body of one byte as such, not as an invalid code."""
        with pytest.raises(Failure, match="one byte") as raised:
            parse_close_body(byte)
        assert raised.value.code == 1002

    def test_every_code(self):
        """7.4: each of the 65,536, with and without a reason."""
        for code in range(65_536):
            for reason in ("", "why"):
                body = code.to_bytes(2, "big") + reason.encode()
                if may_be_in_a_close_frame(code):
                    assert parse_close_body(body) == (code, reason)
                else:
                    assert failure_of(body) == 1002

    @given(st.one_of(not_utf8, st.binary(max_size=8), st.text(max_size=30).map(str.encode)))
    @settings(deadline=None)
    def test_a_reason_is_utf8(self, reason):
        """8.1: else it is 1007."""
        body = b"\x03\xe8" + reason
        if is_well_formed(reason):
            assert parse_close_body(body) == (1000, reason.decode())
        else:
            assert failure_of(body) == 1007

    def test_a_bad_code_is_worse_than_a_bad_reason(self):
        assert failure_of(b"\x00\x00\xff") == 1002

    def test_the_longest_reason(self):
        reason = "ä" * 61 + "!"
        assert Client().reads(close(1000, reason.encode())).outcome().ending == (
            "close",
            1000,
            reason,
        )
        assert MAXIMUM_REASON == 123 == len(reason.encode())
        assert MAXIMUM_PAYLOAD == 125

    def test_what_is_written_can_be_read(self):
        assert close_body(None, b"") == b""
        assert close_body(1000, b"") == b"\x03\xe8"
        assert parse_close_body(close_body(4999, "wärum".encode())) == (4999, "wärum")


class TestPing:
    """5.5.2 and 5.5.3: a Ping is answered with a Pong of the same application data."""

    def test_pings_are_answered_in_order_each_with_its_payload(self):
        payloads = [b"", b"a", bytes(range(125)), b"\xff\xfe"]
        client = Client().reads(b"".join(frame(PING, each) for each in payloads))
        assert [each[:3] for each in client.sent()] == [(PONG, each, 0) for each in payloads]

    def test_a_pong_stands_for_no_application_data(self):
        client = Client().reads(frame(PING, b"?"))
        assert client.connection.outgoing.application_bytes == [0]

    def test_a_pong_nobody_asked_for_is_not_answered(self):
        """5.5.3: a Pong without a Ping may serve as a heartbeat, and gets no response."""
        client = Client().reads(frame(PONG, b"!") + frame(PONG))
        assert client.outcome() == ([], [], None)

    def test_while_the_peer_does_not_read_only_the_last_is_kept(self):
        client = Client()
        client.connection.is_stalled = True
        client.reads(frame(PING, b"one") + frame(PING, b"two"), frame(PING, b"three"))
        assert client.sent() == []
        client.connection.is_stalled = False
        answer_the_last_ping(client.connection)
        client.reads(frame(PING, b"four"))
        assert [each.payload for each in client.sent()] == [b"three", b"four"]

    def test_it_is_answered_once(self):
        client = Client()
        client.connection.is_stalled = True
        client.reads(frame(PING, b"?"))
        client.connection.is_stalled = False
        answer_the_last_ping(client.connection)
        answer_the_last_ping(client.connection)
        assert [each.payload for each in client.sent()] == [b"?"]

    def test_a_ping_that_is_empty_is_one(self):
        client = Client()
        client.connection.is_stalled = True
        client.reads(frame(PING))
        client.connection.is_stalled = False
        answer_the_last_ping(client.connection)
        assert [each.payload for each in client.sent()] == [b""]

    def test_where_none_waits_nothing_is_sent(self):
        client = Client()
        answer_the_last_ping(client.connection)
        assert client.sent() == []

    def test_stalled_again_it_goes_on_waiting(self):
        client = Client()
        client.connection.is_stalled = True
        client.reads(frame(PING, b"?"))
        answer_the_last_ping(client.connection)
        assert client.sent() == []
        client.connection.is_stalled = False
        answer_the_last_ping(client.connection)
        assert [each.payload for each in client.sent()] == [b"?"]

    def test_5_5_2_it_is_answered_though_our_close_frame_was_sent(self):
        """A Pong MUST follow "unless it already received a Close frame"; data frames may not."""
        client = Client()
        start_the_websocket_closing_handshake(client.connection, 1000)
        client.reads(frame(TEXT, b"late") + frame(PING, b"?"))
        assert [each.opcode for each in client.sent()] == [CLOSE, PONG]

    def test_5_5_2_it_is_not_after_a_close_frame_was_received(self):
        client = Client().reads(close(1000) + frame(PING, b"?"))
        carry_out_the_ending(client.connection, client.receiver.ending)
        client.reads(frame(PING, b"?"))
        respond_to_ping(client.connection, b"?")
        assert [each.opcode for each in client.sent()] == [CLOSE]

    def test_7_1_7_nor_after_the_connection_was_failed(self):
        client = Client()
        client.connection.is_stalled = True
        client.reads(frame(PING, b"?"))
        fail_the_websocket_connection(client.connection, 1002, "why")
        client.connection.is_stalled = False
        answer_the_last_ping(client.connection)
        assert [each.opcode for each in client.sent()] == [CLOSE]
