"""What happens to the stream in a case of chaos, and how long what the case sends is."""

import pytest

from websocket_conformance.cases.case import Case
from websocket_conformance.cases.chaos import Cut, Reset
from websocket_conformance.cases.payloads import Stream
from websocket_conformance.cases.play import LargeEcho, RoundTrips, Script
from websocket_conformance.cases.section_30_chaos import length
from websocket_conformance.cases.steps import CLOSE, TEXT, Pause
from websocket_conformance.wire.sendable import Close, Frame, Message

MASK = b"\x01\x02\x03\x04"


@pytest.mark.parametrize(("behind_head", "offsets"), [(False, (0, 3)), (True, (100, 103))])
def test_a_stream_is_cut_from_its_start_or_behind_the_handshake(behind_head, offsets):
    assert Cut((0, 3), behind_head).offsets(100) == offsets


@pytest.mark.parametrize(("behind_head", "offset"), [(False, 7), (True, 107)])
def test_a_reset_is_counted_from_the_start_or_from_behind_the_handshake(behind_head, offset):
    assert Reset(7, behind_head).offset(100) == offset


@pytest.mark.parametrize(
    ("step", "octets"),
    [
        (Frame(TEXT, b"Hello"), 7),
        (Message(b"Hello"), 7),
        (Close(), 2),
        (Close(1000, b"bye"), 7),
        (Frame(CLOSE), 2),
        (Pause(1.0), 0),
    ],
)
def test_what_a_script_sends_has_a_length(step, octets):
    case = Case("1.1.1", "", "", "", Script((step,), {}))
    assert length(case) == octets
    assert length(case, MASK) == (octets + 4 if octets else 0)


def test_what_is_sent_in_fragments_has_a_length():
    stream = Stream("json", 10, 1)
    play = RoundTrips(stream, False, 1.0, fragment=4, compressed=(b"123456",))
    assert length(Case("1.1.1", "", "", "", play)) == 2 + 4 + 2 + 2


def test_a_large_echo_is_not_cut():
    with pytest.raises(TypeError):
        length(Case("1.1.1", "", "", "", LargeEcho(b"x", 1, False, 1.0)))
