"""The pace of large messages: only the bytes that the transport takes are masked."""

import asyncio
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.inside import payload_of
from whatwg_websockets.network import pace as pace_module
from whatwg_websockets.network.pace import Pace
from whatwg_websockets.rfc6455.large_frame import FIRST_SLICE, SLICE, LargeFrame


class Transport:
    """Takes so many writes, then asks for a pause, and what is written waits.

    Attributes:
        written: what it was given.
        writes: how many writes it takes before the next pause.
        drops: it does not tell that it is closing, and nothing more comes of what it is given.
    """

    def __init__(self, writes=1_000_000):
        self.written = []
        self.writes = writes
        self.closing = False
        self.drops = False
        self.pace = None
        self.waiting = 0

    def write(self, data):
        if self.drops:
            return
        self.written.append(bytes(data))
        self.writes -= 1
        if self.writes <= 0:
            self.waiting += len(data)
            self.pace.pause()

    def get_write_buffer_size(self):
        return self.waiting

    def is_closing(self):
        return self.closing


class Loop:
    """A loop that keeps the callbacks of ``call_soon``."""

    def __init__(self):
        self.soon = []

    def call_soon(self, callback):
        handle = SimpleNamespace(callback=callback, cancelled=False)
        handle.cancel = lambda: setattr(handle, "cancelled", True)
        self.soon.append(handle)
        return handle

    def turn(self):
        soon, self.soon = self.soon, []
        for handle in soon:
            if not handle.cancelled:
                handle.callback()


def a_pace(writes=1_000_000, tcp_transport=None):
    """Return a pace, its transport, its loop, and the list of its reports."""
    told = []
    loop, transport = Loop(), Transport(writes)
    pace = Pace(loop, told.append)
    transport.pace = pace
    pace.begin(transport, tcp_transport or transport)
    return pace, transport, loop, told


def large(length, byte=b"x"):
    """Return a large frame with a masking key of zeros."""
    return LargeFrame(b"H", byte * length, b"\0\0\0\0", lambda payload, _: bytes(payload))


def test_what_the_transport_takes_leaves_at_once():
    pace, transport, loop, told = a_pace()
    pace.write([b"before", large(FIRST_SLICE + SLICE), b"behind"])
    assert transport.written == [b"before", b"H" + b"x" * FIRST_SLICE, b"x" * SLICE, b"behind"]
    assert (pace.kept, loop.soon, told) == (0, [], [])


def test_a_pause_in_the_middle_of_a_frame_keeps_what_follows_in_order():
    pace, transport, _, told = a_pace(writes=1)
    pace.write([large(FIRST_SLICE + 2 * SLICE), b"a"])
    pace.write([b"b", large(10, b"y")])
    assert transport.written == [b"H" + b"x" * FIRST_SLICE]
    assert pace.kept == 2 * SLICE + 1 + 1 + 11
    assert told == [True]
    for following in (b"x" * SLICE, b"x" * SLICE, b"a", b"b", b"Hyyyyyyyyyy"):
        assert told == [True]
        transport.writes = 1
        pace.resume()
        assert transport.written[-1] == following
    assert pace.kept == 0
    pace.resume()
    assert told == [True, False]


def test_no_control_frame_comes_between_two_slices():
    pace, transport, _, _ = a_pace(writes=1)
    pace.write([large(FIRST_SLICE + SLICE)])
    pace.write([b"pong"])
    transport.writes = 100
    pace.resume()
    assert transport.written == [b"H" + b"x" * FIRST_SLICE, b"x" * SLICE, b"pong"]


def test_what_is_masked_already_waits_in_the_transport():
    pace, transport, _, told = a_pace(writes=1)
    pace.write([b"a"])
    pace.write([b"b"])
    assert (transport.written, pace.kept, told) == ([b"a", b"b"], 0, [True])


def test_a_large_frame_does_not_begin_while_the_transport_waits():
    pace, transport, _, told = a_pace(writes=1)
    pace.write([b"a"])
    pace.write([large(SLICE)])
    assert (transport.written, pace.kept, told) == ([b"a"], SLICE + 1, [True])


@pytest.fixture
def _short_turns(monkeypatch):
    monkeypatch.setattr(pace_module, "BYTES_A_TURN", FIRST_SLICE + SLICE)


@pytest.mark.usefixtures("_short_turns")
def test_others_get_their_turn_where_the_transport_takes_everything():
    pace, transport, loop, told = a_pace()
    pace.write([large(FIRST_SLICE + 4 * SLICE - 1)])
    assert (len(transport.written), told) == (2, [True])
    # Whatever happens before the next turn does not make it come sooner.
    pace.write([b"behind"])
    pace.resume()
    assert (len(transport.written), len(loop.soon)) == (2, 1)
    loop.turn()
    assert (len(transport.written), len(loop.soon), told) == (4, 1, [True])
    loop.turn()
    assert transport.written[4:] == [b"x" * (SLICE - 1), b"behind"]
    assert (loop.soon, told) == ([], [True, False])


@pytest.mark.usefixtures("_short_turns")
def test_a_pause_before_the_next_turn_is_heard():
    pace, transport, loop, told = a_pace()
    pace.write([large(FIRST_SLICE + 3 * SLICE)])
    pace.pause()
    loop.turn()
    assert (len(transport.written), loop.soon, told) == (2, [], [True])
    pace.resume()
    assert (len(transport.written), told) == (4, [True, False])


@pytest.mark.usefixtures("_short_turns")
def test_a_transport_that_is_gone_is_given_nothing_more():
    pace, transport, loop, told = a_pace()
    pace.write([large(FIRST_SLICE + 3 * SLICE)])
    pace.end()
    loop.turn()
    assert (len(transport.written), pace.kept, pace.is_open, told) == (2, 0, False, [True])


@pytest.mark.usefixtures("_short_turns")
@pytest.mark.parametrize("layer", ["the transport", "TCP below it"])
def test_what_a_closing_transport_was_not_given_stays_kept(layer):
    tcp_transport = Transport()
    pace, transport, loop, told = a_pace(tcp_transport=tcp_transport)
    pace.write([large(FIRST_SLICE + 3 * SLICE)])
    (transport if layer == "the transport" else tcp_transport).closing = True
    loop.turn()
    pace.write_without_waiting()
    pace.write_all()
    assert not pace.is_open
    assert (len(transport.written), pace.kept, loop.soon) == (2, 2 * SLICE, [])
    assert told == [True]


@pytest.mark.usefixtures("_short_turns")
def test_the_last_turn_takes_all_that_the_transport_takes():
    pace, transport, _, told = a_pace(writes=4)
    pace.write([large(FIRST_SLICE + 4 * SLICE)])
    pace.write_without_waiting()
    assert (len(transport.written), pace.kept, told) == (4, SLICE, [True])


def test_a_transport_that_is_about_to_close_is_given_everything():
    pace, transport, _, told = a_pace(writes=1)
    pace.write([large(FIRST_SLICE + 2 * SLICE), b"behind"])
    pace.write_all()
    assert b"".join(transport.written) == b"H" + b"x" * (FIRST_SLICE + 2 * SLICE) + b"behind"
    assert (pace.kept, told) == (0, [True])
    pace.resume()
    assert told == [True, False]


def test_a_transport_that_drops_what_it_is_given_is_given_nothing_more():
    pace, transport, _, told = a_pace(writes=1)
    pace.write([large(FIRST_SLICE + 2 * SLICE), b"behind"])
    transport.drops = True
    waited = pace.waiting()
    pace.write_all()
    pace.resume()
    assert (len(transport.written), told) == (1, [True])
    assert (pace.waiting(), pace.is_open) == (waited, False)


def test_what_waits_in_tls_and_in_tcp_has_not_left():
    tcp_transport = Transport()
    pace, _, _, _ = a_pace(writes=1, tcp_transport=tcp_transport)
    pace.write([large(FIRST_SLICE + 2 * SLICE)])
    tcp_transport.waiting = 10
    assert pace.waiting() == 1 + FIRST_SLICE + 2 * SLICE + 10


def test_before_there_is_a_transport_nothing_can_leave():
    assert not Pace(asyncio.AbstractEventLoop(), print).is_open  # type: ignore[abstract]


chunks = st.one_of(
    st.binary(min_size=1, max_size=20),
    st.sampled_from([1, FIRST_SLICE, FIRST_SLICE + 1, 3 * SLICE]).map(large),
)
events = st.one_of(
    st.lists(chunks, max_size=3),
    st.sampled_from(["turn", "pause"]),
    st.integers(1, 4).map(lambda writes: ("resume", writes)),
)


@given(st.lists(events, max_size=20))
@settings(deadline=None)
def test_whatever_happens_every_byte_leaves_once_and_in_order(happening):
    pace, transport, loop, told = a_pace(writes=2)
    expected = b""
    for event in happening:
        if isinstance(event, list):
            for chunk in event:
                expected += chunk if isinstance(chunk, bytes) else b"H" + payload_of(chunk)
            pace.write(event)
        elif event == "turn":
            loop.turn()
        elif event == "pause":
            pace.pause()
        else:
            transport.writes = event[1]
            pace.resume()
        written = b"".join(transport.written)
        assert expected.startswith(written)
        assert len(written) + pace.kept == len(expected)
    transport.writes = 1_000_000
    pace.resume()
    while loop.soon:
        loop.turn()
    assert b"".join(transport.written) == expected
    assert told == [True, False] * (len(told) // 2)
