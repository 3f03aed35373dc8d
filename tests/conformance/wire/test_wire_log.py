"""The log of a connection: what it keeps, and what it counts while it is off."""

from websocket_conformance.wire.frames import Header, Opcode
from websocket_conformance.wire.log import KEPT, FrameSeen, Log, Note, OctetsSeen
from websocket_conformance.wire.sendable import Frame

MASK = b"\x01\x02\x03\x04"


class Clock:
    now = 10.0

    def __call__(self):
        return self.now


def fill(log):
    log.frame_sent(Frame(Opcode.TEXT, b"x" * 100, chop=5), MASK)
    log.frame_received(Header(Opcode.PONG, True, 0, 2, None), b"hi")
    log.octets_sent(b"y" * 100, True)
    log.octets_received(b"zz")


def test_what_is_seen_is_put_down_with_its_time():
    clock = Clock()
    log = Log(clock)
    clock.now += 0.5
    fill(log)
    log.note("pause", 1.0, "A")
    assert log.entries == [
        FrameSeen(0.5, True, Opcode.TEXT, True, 0, 100, b"x" * KEPT, MASK, 5),
        FrameSeen(0.5, False, Opcode.PONG, True, 0, 2, b"hi", None),
        OctetsSeen(0.5, True, 100, b"y" * KEPT, True),
        OctetsSeen(0.5, False, 2, b"zz"),
        Note(0.5, "pause", 1.0, "A"),
    ]


def test_a_log_that_is_off_counts_on_and_says_that_it_was_off():
    log = Log(Clock())
    log.turn(on=False)
    fill(log)
    log.count_sent(Opcode.CONTINUATION, 7)
    log.turn(on=True)
    assert log.entries == [Note(0.0, "log", tag=False), Note(0.0, "log", tag=True)]
    assert log.frames_sent == {Opcode.TEXT: 1, Opcode.CONTINUATION: 7}
    assert log.frames_received == {Opcode.PONG: 1}
    assert log.writes == {100: 1}
    assert log.reads == {2: 1}
