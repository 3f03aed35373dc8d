"""The judge's end: what it lets through, what it fails a connection for, and how that ends."""

import zlib

import pytest

from websocket_conformance.wire import deflate
from websocket_conformance.wire.connection import State
from websocket_conformance.wire.deflate import Deflater, Parameters, Way
from websocket_conformance.wire.endpoint import Endpoint
from websocket_conformance.wire.frames import RSV1, RSV3, Opcode, encode, parse_header
from websocket_conformance.wire.log import Log
from websocket_conformance.wire.masking import xor
from websocket_conformance.wire.options import Options
from websocket_conformance.wire.sendable import Close, Frame, Message, Part

MASK = b"\x0a\x0b\x0c\x0d"
TEXT, BINARY, CONTINUATION = Opcode.TEXT, Opcode.BINARY, Opcode.CONTINUATION
CLOSE, PING, PONG = Opcode.CLOSE, Opcode.PING, Opcode.PONG


class Timer:
    def __init__(self, length, act):
        self.length, self.act, self.is_cancelled = length, act, False

    def cancel(self):
        self.is_cancelled = True


FLUSHED = b""
"""Stands among what was written where it was flushed."""


class Bench:
    """An endpoint with nothing around it."""

    def __init__(self, *, is_server=True, agreed=None, **options):
        self.written, self.soon_, self.settling, self.timers, self.seen = [], [], [], [], []
        self.dropped, self.is_server = None, is_server
        self.endpoint = Endpoint(
            self,
            self,
            Log(lambda: 0.0),
            is_server=is_server,
            options=Options(**options),
            agreed=agreed,
        )
        self.closing = self.endpoint.connection.closing

    # The wire.

    def write(self, data):
        self.written.append(data)

    def flush(self):
        self.written.append(FLUSHED)

    def drop(self, *, abort):
        self.dropped = abort

    def soon(self, act):
        self.soon_.append(act)

    def settle(self, act, *, to_answer):
        self.settling.append(Timer(to_answer, act))
        return self.settling[-1]

    def after_quiet(self, seconds, act):
        self.timers.append(Timer(seconds, act))
        return self.timers[-1]

    # The listener.

    def message(self, payload, binary):
        self.seen.append((payload, binary))

    def pong(self, payload):
        self.seen.append(payload)

    def ended(self):
        self.seen.append("ended")

    # What a test does.

    def turn(self):
        acts, self.soon_ = self.soon_, []
        for act in acts:
            act()

    def frame(self, opcode, payload=b"", **fields):
        mask = fields.pop("mask", MASK if self.is_server else None)
        self.endpoint.receive(encode(opcode, payload, mask=mask, **fields))

    def sent(self):
        """The frames that went out, as opcode and payload."""
        octets, found = b"".join(self.written), []
        while octets:
            header, end = parse_header(octets)
            payload = octets[end : end + header.length]
            found.append((header.opcode, xor(payload, header.mask) if header.mask else payload))
            octets = octets[end + header.length :]
        return found

    def check_too_long(self):
        assert self.code() == 1009
        assert self.dropped is False
        assert not self.closing.was_clean
        assert "longer than 1,000 octets" in self.closing.why_unclean
        assert self.seen[-1] == "ended"

    def code(self):
        """The code of the Close that went out."""
        (payload,) = [payload for opcode, payload in self.sent() if opcode == CLOSE]
        return int.from_bytes(payload[:2])


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_messages_come_through_however_they_are_cut(size):
    bench = Bench()
    octets = (
        encode(TEXT, "süß".encode(), mask=MASK)
        + encode(BINARY, bytes(70_000), mask=MASK)
        + encode(TEXT, b"a\xc3", mask=MASK, fin=False)
        + encode(PONG, b"!", mask=MASK)
        + encode(CONTINUATION, b"\xbc", mask=MASK)
    )
    for start in range(0, len(octets), size):
        bench.endpoint.receive(octets[start : start + size])
    assert bench.seen == [
        ("süß".encode(), False),
        (bytes(70_000), True),
        b"!",
        ("aü".encode(), False),
    ]
    assert bench.endpoint.state is State.OPEN


def test_a_ping_is_answered_while_the_connection_is_open():
    bench = Bench()
    bench.frame(PING, b"hi")
    assert bench.sent() == [(PONG, b"hi")]
    assert bench.endpoint.connection.pongs_sent == len(b"".join(bench.written))
    assert bench.endpoint.connection.octets_received == 8
    bench.endpoint.send_close(Close(1000))
    bench.frame(PING, b"hi")
    assert [opcode for opcode, _ in bench.sent()] == [PONG, CLOSE]


@pytest.mark.parametrize(
    ("opcode", "payload", "fields"),
    [
        (TEXT, b"", {"rsv": RSV1}),
        (TEXT, b"", {"rsv": RSV3}),
        (TEXT, b"", {"mask": None}),
        (PING, b"", {"fin": False}),
        (PING, bytes(126), {}),
        (CLOSE, b"x", {}),
        (3, b"", {}),
        (11, b"", {}),
        (CONTINUATION, b"", {}),
    ],
)
def test_a_frame_that_breaks_a_rule_fails_the_connection(opcode, payload, fields):
    bench = Bench()
    bench.frame(opcode, payload, **fields)
    assert bench.code() == 1002
    assert bench.closing.by_me
    assert bench.closing.failed_by_me
    assert not [event for event in bench.seen if isinstance(event, tuple)]


def test_a_length_in_too_many_octets_fails_the_connection():
    bench = Bench()
    bench.endpoint.receive(b"\x81\xfe\x00\x01" + MASK + b"x")
    assert bench.code() == 1002


def test_a_message_inside_another_fails_the_connection():
    bench = Bench()
    bench.frame(TEXT, b"a", fin=False)
    bench.frame(TEXT, b"b")
    assert bench.code() == 1002


def test_a_masked_frame_of_a_server_fails_the_connection():
    bench = Bench(is_server=False)
    bench.frame(TEXT, b"a", mask=MASK)
    assert bench.code() == 1002


def test_two_broken_rules_drop_the_connection():
    bench = Bench()
    bench.frame(11, b"", rsv=RSV3)
    assert bench.dropped is False
    assert bench.closing.dropped_by_me
    assert not bench.closing.was_clean


@pytest.mark.parametrize("payload", [b"\xff", b"a\xed\xa0\x80"])
def test_text_that_is_not_utf8_fails_the_connection_and_drops_it_at_its_end(payload):
    bench = Bench()
    bench.frame(TEXT, payload, fin=False)
    assert bench.code() == 1007
    assert bench.dropped is None
    bench.frame(CONTINUATION, b"good")
    assert bench.dropped is False
    assert bench.seen == ["ended"]


def test_text_that_ends_inside_a_character_fails_the_connection():
    bench = Bench()
    bench.frame(TEXT, b"a\xc3")
    assert bench.code() == 1007
    assert bench.dropped is None
    assert bench.seen == []


def test_after_a_failure_the_judge_reads_on_until_the_close():
    bench = Bench()
    bench.frame(3, b"")
    bench.frame(TEXT, b"not told")
    bench.frame(PONG, b"told")
    bench.frame(CLOSE, (1002).to_bytes(2))
    assert bench.seen == [b"told", "ended"]
    assert bench.closing.was_clean
    assert bench.closing.remote_code == 1002


def test_a_close_of_the_peer_is_answered_and_a_server_drops():
    bench = Bench()
    bench.frame(CLOSE, (1001).to_bytes(2) + b"bye")
    assert bench.code() == 1000
    assert bench.dropped is False
    assert not bench.closing.by_me
    assert bench.closing.was_clean
    assert (bench.closing.remote_code, bench.closing.remote_reason) == (1001, "bye")


def test_a_close_may_be_answered_with_its_own_code():
    bench = Bench(echoes_close=True)
    bench.frame(CLOSE, (3000).to_bytes(2) + b"bye")
    assert bench.sent() == [(CLOSE, (3000).to_bytes(2) + b"bye")]


def test_a_client_leaves_tcp_to_the_server_but_not_forever():
    bench = Bench(is_server=False)
    bench.endpoint.send_close(Close(1000))
    bench.frame(CLOSE, (1000).to_bytes(2))
    assert bench.dropped is None
    assert bench.closing.was_clean
    bench.timers[-1].act()
    assert bench.dropped is True
    assert bench.closing.server_did_not_drop
    assert not bench.closing.was_clean


def test_a_client_that_answered_a_close_waits_for_the_server_too():
    bench = Bench(is_server=False)
    bench.frame(CLOSE, (1000).to_bytes(2))
    assert bench.dropped is None
    bench.endpoint.lost()
    assert bench.closing.was_clean
    assert not bench.closing.dropped_by_me


def test_a_peer_that_does_not_answer_a_close_in_time():
    bench = Bench()
    bench.endpoint.send_close(Close(1000))
    bench.timers[-1].act()
    assert bench.dropped is True
    assert bench.closing.peer_did_not_answer
    assert not bench.closing.was_clean


def test_the_answer_to_a_close_ends_the_waiting():
    bench = Bench()
    bench.endpoint.send_close(Close(1000))
    bench.frame(CLOSE)
    assert bench.timers[-1].is_cancelled
    assert bench.closing.was_clean
    assert bench.closing.remote_code is None


@pytest.mark.parametrize("seconds", [0, 1])
def test_no_time_is_no_limit(seconds):
    bench = Bench(close_handshake_seconds=seconds)
    bench.endpoint.send_close(Close(1000))
    assert len(bench.timers) == seconds


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1012, 1015, 2999, 5000, 65535])
def test_a_code_that_must_not_be_sent(code):
    bench = Bench()
    bench.frame(CLOSE, code.to_bytes(2))
    assert bench.code() == 1002
    assert bench.closing.by_me
    assert bench.closing.remote_code == code
    assert bench.closing.was_clean

    bench = Bench()
    bench.endpoint.send_close(Close(1000))
    bench.frame(CLOSE, code.to_bytes(2))
    assert not bench.closing.was_clean


@pytest.mark.parametrize("code", [1000, 1003, 1007, 1011, 3000, 4999])
def test_a_code_that_may_be_sent(code):
    bench = Bench()
    bench.frame(CLOSE, code.to_bytes(2))
    assert bench.code() == 1000


def test_a_reason_that_is_not_utf8():
    bench = Bench()
    bench.frame(CLOSE, (1000).to_bytes(2) + b"\xff")
    assert bench.code() == 1007
    assert bench.closing.by_me
    assert not bench.closing.was_clean
    assert bench.endpoint.state is State.CLOSED


def test_a_reason_that_ends_inside_a_character_ends_the_connection():
    bench = Bench()
    bench.frame(CLOSE, (1000).to_bytes(2) + b"a\xc3")
    assert bench.sent() == []
    assert not bench.closing.by_me
    assert not bench.closing.was_clean


def test_failing_with_and_without_a_close():
    bench = Bench()
    bench.endpoint.time_out()
    assert bench.code() == 1001
    bench.endpoint.time_out()
    assert bench.dropped is False
    bench.endpoint.time_out()
    assert bench.seen == ["ended"]

    bench = Bench(fails_by_drop=True)
    bench.endpoint.time_out()
    assert bench.sent() == []
    assert bench.dropped is True


def test_only_frames_are_sent_while_closing_and_nothing_afterwards():
    bench = Bench()
    bench.endpoint.send_close(Close())
    bench.endpoint.send_message(Message(b"no"))
    bench.endpoint.send_part(Part(b"no", of=2))
    bench.endpoint.send_close(Close(1000))
    bench.endpoint.send_frame(Frame(PING))
    assert bench.sent() == [(CLOSE, b""), (PING, b"")]
    bench.endpoint.drop()
    bench.endpoint.send_frame(Frame(PING))
    bench.endpoint.receive(encode(TEXT, b"late", mask=MASK))
    assert bench.sent() == [(CLOSE, b""), (PING, b"")]
    assert bench.seen == ["ended"]


def test_a_connection_ends_once():
    bench = Bench()
    bench.endpoint.lost()
    bench.endpoint.drop(abort=True)
    bench.endpoint.lost()
    assert not bench.closing.dropped_by_me
    assert bench.seen == ["ended"]


def test_a_message_that_comes_after_the_judges_close_is_told_and_does_not_count():
    bench = Bench()
    bench.endpoint.send_close(Close(1000))
    bench.frame(TEXT, b"late")
    assert bench.seen == [(b"late", False)]
    assert bench.endpoint.connection.received.messages == 0


def test_pieces_of_a_frame_leave_by_themselves_and_the_next_frame_waits():
    bench = Bench()
    bench.endpoint.send_frame(Frame(TEXT, b"abc", chop=2))
    bench.endpoint.send_frame(Frame(PING))
    assert bench.written == [b"\x81\x03", FLUSHED, b"ab", FLUSHED, b"c", FLUSHED]
    assert bench.settling == []
    bench.turn()
    (settling,) = bench.settling
    assert bench.written[-1] == FLUSHED
    settling.act()
    assert bench.written[-2:] == [b"\x89\x00", FLUSHED]


def test_a_frame_that_is_sent_while_the_peer_reads_the_one_before_waits_too():
    bench = Bench()
    bench.endpoint.send_frame(Frame(TEXT, b"abc", apart=True))
    bench.endpoint.send_frame(Frame(PING))
    assert bench.sent() == [(TEXT, b"abc")]


def two_pings():
    """A bench that has sent the first of two Pings, each of which goes out by itself."""
    bench = Bench()
    for payload in (b"1", b"2"):
        bench.endpoint.send_frame(Frame(PING, payload, apart=True))
    assert bench.sent() == [(PING, b"1")]
    return bench


def test_the_pong_that_answers_a_ping_shows_that_the_peer_has_read_it():
    bench = two_pings()
    bench.turn()
    (settling,) = bench.settling
    bench.frame(PONG, b"1")
    assert bench.sent() == [(PING, b"1")]
    assert settling.is_cancelled
    bench.turn()
    assert bench.sent() == [(PING, b"1"), (PING, b"2")]


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_the_echo_of_a_message_shows_that_the_peer_has_read_it(opcode):
    bench = Bench()
    bench.endpoint.send_frame(Frame(opcode, b"abc", chop=1))
    bench.endpoint.send_frame(Frame(PING, chop=1))
    bench.turn()
    (settling,) = bench.settling
    for other, payload in (
        ((TEXT, BINARY)[opcode == TEXT], b"abc"),
        (opcode, b"ab"),
        (PONG, b"abc"),
    ):
        bench.frame(other, payload)
    assert not settling.is_cancelled
    bench.frame(opcode, b"a", fin=False)
    bench.frame(CONTINUATION, b"bc")
    assert settling.is_cancelled
    bench.turn()
    assert bench.sent() == [(opcode, b"abc"), (PING, b"")]


@pytest.mark.parametrize(
    ("frame", "is_answered"),
    [
        (Frame(TEXT, b"abc", apart=True), True),
        (Frame(BINARY, b"abc", apart=True), True),
        (Frame(PING, b"abc", apart=True), True),
        (Frame(PONG, b"abc", apart=True), False),
        (Frame(CLOSE, apart=True), False),
        (Frame(3, b"abc", apart=True), False),
        (Frame(TEXT, b"abc", fin=False, apart=True), False),
        (Frame(CONTINUATION, b"abc", apart=True), False),
        (Frame(TEXT, b"abc", rsv=RSV3, apart=True), False),
    ],
)
def test_a_peer_has_the_time_to_answer_what_is_answered_and_to_read_what_is_not(frame, is_answered):
    bench = Bench()
    bench.endpoint.send_frame(frame)
    bench.endpoint.send_frame(Frame(PING))
    bench.turn()
    assert [settling.length for settling in bench.settling] == [is_answered]


def test_a_peer_that_has_not_answered_in_time_is_not_waited_for_again():
    bench = Bench()
    for payload in (b"1", b"2", b"3"):
        bench.endpoint.send_frame(Frame(PING, payload, apart=True))
    bench.turn()
    bench.settling[0].act()
    bench.turn()
    assert [settling.length for settling in bench.settling] == [True, False]
    bench.frame(PONG, b"2")
    assert bench.settling[1].is_cancelled
    bench.turn()
    assert bench.sent() == [(PING, b"1"), (PING, b"2"), (PING, b"3")]


def test_no_time_is_given_to_a_peer_whose_pong_has_come_by_then():
    bench = two_pings()
    bench.frame(PONG, b"1")
    bench.turn()
    assert bench.sent() == [(PING, b"1"), (PING, b"2")]
    assert bench.settling == []


def test_another_pong_does_not_show_that_the_peer_has_read_a_ping():
    bench = two_pings()
    bench.turn()
    (settling,) = bench.settling
    bench.frame(PONG, b"2")
    bench.frame(PONG)
    bench.turn()
    assert bench.sent() == [(PING, b"1")]
    assert not settling.is_cancelled
    settling.act()
    assert bench.sent() == [(PING, b"1"), (PING, b"2")]


def test_an_earlier_pong_does_not_show_that_the_peer_has_read_what_came_after_its_ping():
    bench = Bench()
    bench.endpoint.send_frame(Frame(PING, b"1", apart=True))
    bench.endpoint.send_frame(Frame(TEXT, b"a", apart=True))
    bench.endpoint.send_frame(Frame(TEXT, b"b", apart=True))
    bench.frame(PONG, b"1")
    bench.turn()
    bench.turn()
    (settling,) = bench.settling
    bench.frame(PONG, b"1")
    bench.turn()
    assert not settling.is_cancelled
    assert bench.sent() == [(PING, b"1"), (TEXT, b"a")]


def test_many_pieces_of_a_frame_let_others_have_their_turn():
    bench = Bench()
    bench.endpoint.send_frame(Frame(TEXT, b"a" * 98, chop=1))
    turns = [sum(octets != FLUSHED for octets in bench.written)]
    while bench.soon_:
        bench.turn()
        turns.append(sum(octets != FLUSHED for octets in bench.written))
    assert turns == [32, 64, 96, 100, 100]


def test_a_close_is_answered_at_once_and_what_waits_is_given_up():
    bench = Bench()
    bench.endpoint.send_frame(Frame(TEXT, b"abc", apart=True))
    bench.endpoint.send_frame(Frame(PING))
    bench.frame(CLOSE, b"\x03\xe8")
    assert bench.sent() == [(TEXT, b"abc"), (CLOSE, b"\x03\xe8")]
    assert bench.dropped is False


def test_a_frame_that_is_half_out_is_brought_to_its_end_before_a_close_is_answered():
    bench = Bench()
    bench.endpoint.send_frame(Frame(TEXT, b"a" * 98, chop=1))
    bench.endpoint.send_frame(Frame(PING))
    bench.frame(CLOSE)
    assert bench.sent() == [(TEXT, b"a" * 98), (CLOSE, b"\x03\xe8")]
    before = len(bench.written)
    while bench.soon_:
        bench.turn()
    assert bench.written[before:] == []


def test_what_waits_to_be_written_is_forgotten_when_the_connection_ends():
    bench = Bench()
    bench.endpoint.send_frame(Frame(TEXT, b"a" * 98, chop=1))
    bench.endpoint.lost()
    before = len(bench.written)
    bench.turn()
    assert bench.written[before:] == []


@pytest.mark.parametrize("is_server", [True, False])
@pytest.mark.parametrize("is_logged", [True, False])
def test_fragments(is_server, is_logged):
    bench = Bench(is_server=is_server)
    bench.endpoint.connection.log.is_on = is_logged
    bench.endpoint.send_message(Message(b"abcd", fragment=2))
    assert bench.sent() == [(TEXT, b"ab"), (CONTINUATION, b"cd"), (CONTINUATION, b"")]
    assert bench.endpoint.connection.log.frames_sent == {TEXT: 1, CONTINUATION: 2}
    assert bench.endpoint.connection.sent.frames == 3
    assert bench.endpoint.connection.sent.messages == 1


@pytest.mark.parametrize("is_server", [True, False])
def test_a_frame_in_parts(is_server):
    bench = Bench(is_server=is_server)
    for part in (Part(b"abcde", of=9), Part(b"fg"), Part(b"hi")):
        bench.endpoint.send_part(part)
    assert bench.sent() == [(TEXT, b"abcdefghi")]


def test_a_client_masks():
    bench = Bench(is_server=False)
    bench.endpoint.send_frame(Frame(TEXT, b"abc"))
    header, end = parse_header(bench.written[0])
    assert header.mask is not None
    assert xor(bench.written[0][end:], header.mask) == b"abc"


@pytest.mark.parametrize("sizes", [[1001], [600, 600]])
def test_a_message_that_is_too_long_is_not_waited_for(monkeypatch, sizes):
    monkeypatch.setattr(deflate, "LARGEST_MESSAGE", 1000)
    bench = Bench()
    for at, size in enumerate(sizes):
        opcode = CONTINUATION if at else BINARY
        whole = encode(opcode, bytes(size), fin=False, mask=MASK)
        bench.endpoint.receive(whole if at + 1 < len(sizes) else whole[:100])
    bench.check_too_long()


class TestCompression:
    def test_messages_are_compressed_and_decompressed(self):
        bench = Bench(agreed=Parameters())
        bench.endpoint.send_message(Message(b"Hello"))
        assert bench.written == [b"\xc1\x07" + bytes.fromhex("f248cdc9c90700")]
        octets = Deflater(Way(15, False)).compress(b"Hello" * 100)
        bench.frame(TEXT, octets[:4], fin=False, rsv=RSV1)
        bench.frame(CONTINUATION, octets[4:])
        bench.frame(TEXT, b"plain")
        assert bench.seen == [(b"Hello" * 100, False), (b"plain", False)]
        assert bench.endpoint.connection.received.application == 505
        assert bench.endpoint.connection.received.payload == len(octets) + 5

    def test_a_payload_that_is_compressed_already(self):
        bench = Bench(agreed=Parameters())
        bench.endpoint.send_message(Message(b"Hello"), compressed=b"as it is")
        assert bench.sent() == [(TEXT, b"as it is")]

    def test_text_is_checked_when_it_is_decompressed(self):
        bench = Bench(agreed=Parameters())
        bench.frame(TEXT, Deflater(Way(15, False)).compress(b"\xff"), rsv=RSV1)
        assert bench.code() == 1007

    @pytest.mark.parametrize(
        "frames",
        [
            [(PING, b"", {"rsv": RSV1})],
            [(TEXT, b"", {"rsv": RSV3})],
            [(TEXT, b"", {"fin": False, "rsv": RSV1}), (CONTINUATION, b"", {"rsv": RSV1})],
        ],
    )
    def test_bits_where_they_must_not_be(self, frames):
        bench = Bench(agreed=Parameters())
        for opcode, payload, fields in frames:
            bench.frame(opcode, payload, **fields)
        assert bench.code() == 1002

    def test_a_message_may_not_become_too_long_when_it_is_decompressed(self, monkeypatch):
        monkeypatch.setattr(deflate, "LARGEST_MESSAGE", 1000)
        bench = Bench(agreed=Parameters())
        deflater = Deflater(Way(15, False))
        bench.frame(TEXT, deflater.compress(bytes(1000)), rsv=RSV1)
        assert bench.seen == [(bytes(1000), False)]
        octets = deflater.compress(bytes(1001))
        bench.frame(TEXT, octets[:2], rsv=RSV1, fin=False)
        assert bench.seen == [(bytes(1000), False)]
        bench.frame(CONTINUATION, octets[2:])
        bench.check_too_long()

    def test_what_cannot_be_decompressed_ends_the_connection(self):
        bench = Bench(agreed=Parameters())
        with pytest.raises(zlib.error):
            zlib.decompress(b"\xff\xff", -15)
        bench.frame(BINARY, b"\xff\xff", rsv=RSV1)
        assert bench.dropped is True
        assert not bench.closing.by_me
        assert not bench.closing.was_clean
        assert "broken" in bench.closing.why_unclean
        assert bench.seen == ["ended"]
