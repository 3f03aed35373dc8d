import zlib

import pytest

from support import frames
from whatwg_websockets.steps.trace.wire import Frame, FrameReader, OutgoingFrames

SENDER = zlib.compressobj(wbits=-15)
NAMES = {frames.TEXT: "text", frames.BINARY: "binary", frames.CONTINUATION: "continuation"}


def deflated(opcode, data, said, *, fin=True, rsv=4):
    """Return a frame of a sender that takes its context over, and the text of the frame."""
    payload = SENDER.compress(data) + SENDER.flush(zlib.Z_SYNC_FLUSH)
    payload = payload[:-4] if fin else payload
    words = [NAMES[opcode], f"{len(payload)} bytes", "compressed"]
    if not fin:
        words.insert(2, "to be continued")
    return frames.frame(opcode, payload, rsv=rsv, fin=fin), f"{', '.join(words)}: {said}"


def ended(data):
    """Return a message whose DEFLATE stream ends, RFC 7692 section 7.2.3.4."""
    alone = zlib.compressobj(wbits=-15)
    payload = alone.compress(data) + alone.flush() + b"\x00"
    text = f'text, {len(payload)} bytes, compressed: "{data.decode()}"'
    return frames.frame(frames.TEXT, payload, rsv=4), text


STREAM = [
    (frames.text("hello"), 'text, 5 bytes: "hello"'),
    (frames.frame(frames.TEXT, b"a", fin=False), 'text, 1 byte, to be continued: "a"'),
    (frames.frame(frames.CONTINUATION, b"b"), 'continuation, 1 byte: 62  "b"'),
    (frames.binary(b"\x00"), "binary, 1 byte: 00"),
    deflated(frames.TEXT, b"hello", '"hello"'),
    deflated(frames.TEXT, b"hello", '"hello"'),
    deflated(frames.TEXT, b"hel", '"hel"', fin=False),
    (frames.ping(b"p"), 'Ping, 1 byte: 70  "p"'),
    deflated(frames.CONTINUATION, b"lo", '6c 6f  "lo"', rsv=0),
    deflated(frames.BINARY, bytes(200_000), "00 " * 48 + "… (200000 bytes)"),
    ended(b"hello"),
    (frames.frame(frames.TEXT, b"\xff\xff", rsv=4), "text, 2 bytes, compressed"),
    (frames.text(""), "text, 0 bytes"),
    (frames.frame(frames.PONG), "Pong, 0 bytes"),
    (frames.text("ä" * 200), 'text, 400 bytes: "' + "ä" * 62 + '"…'),
    (
        frames.binary(b"x" * 70_000),
        "binary, 70000 bytes: " + "78 " * 48 + '… (70000 bytes)  "' + "x" * 48 + '"',
    ),
    (frames.frame(11), "opcode 11, 0 bytes"),
    (frames.close(1000, "bye"), 'Close, 5 bytes: 1000 "bye"'),
    (frames.close(), "Close, 0 bytes"),
]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000, 1_000_000])
def test_frames_are_found_however_the_bytes_arrive(size):
    stream = b"".join(data for data, _ in STREAM)
    reader, found = FrameReader(), []
    for start in range(0, len(stream), size):
        found += reader.feed(stream[start : start + size])
    assert [frame.text for frame in found] == [text for _, text in STREAM]


def test_a_payload_that_goes_past_is_counted():
    reader = FrameReader()
    data = frames.binary(b"x" * 70_000)
    assert reader.feed(data[:20]) == []
    reader.skip(60_000, b"y" * 60_000)
    (frame,) = reader.feed(b"z" * 9_990)
    kept = b"x" * 10 + b"y" * 60_000 + b"z" * (65_536 - 60_010)
    assert (frame.length, frame.beginning) == (70_000, kept)


@pytest.mark.parametrize("length", [300, 3_000, 65_536])
def test_a_payload_is_whole_up_to_64_kib(length):
    text = "x" * length
    sent = OutgoingFrames().frame(0x81, text.encode(), bytes(4))
    [received] = FrameReader().feed(frames.text(text))
    written = " ".join(["78"] * length)
    for frame in (sent, received):
        assert frame.parts()["payload"] == f'{written}  "{text}"'
        assert frame.parts()["on the wire"].endswith(f" | {written}")
        assert len(frame.text) < 250


def test_a_longer_payload_is_cut_and_its_length_said():
    parts = OutgoingFrames().frame(0x82, bytes(65_537), bytes(4)).parts()
    assert parts["payload"] == "00 " * 65_536 + "… (65537 bytes)"
    assert parts["on the wire"].endswith("00 … (65537 bytes)")


def test_a_close_frame_with_half_a_code():
    assert Frame(b"\x88\x01", 1, b"\x03").text == "Close, 1 byte: 03"


def test_the_parts_of_a_frame_of_this_client():
    frame = OutgoingFrames().frame(0x81, b"hello", b"\x01\x02\x03\x04")
    assert frame.parts() == {
        "FIN": "1",
        "RSV1": "0",
        "RSV2": "0",
        "RSV3": "0",
        "opcode": "1 (text)",
        "MASK": "1",
        "payload length": "5",
        "masking key": "01 02 03 04",
        "payload": '68 65 6c 6c 6f  "hello"',
        "on the wire": "81 85 | 01 02 03 04 | 69 67 6f 68 6e",
    }


def test_a_compressed_payload_is_there_both_ways():
    data = compressed_alone(b"hello")
    parts = OutgoingFrames().frame(0xC1, data, bytes(4)).parts()
    assert (parts["RSV1"], parts["payload length"]) == ("1", str(len(data)))
    assert parts["payload"] == '68 65 6c 6c 6f  "hello"'
    assert parts["compressed payload"] == data.hex(" ")
    assert parts["on the wire"] == f"c1 {0x80 | len(data):02x} | 00 00 00 00 | {data.hex(' ')}"


def compressed_alone(data):
    alone = zlib.compressobj(wbits=-15)
    return (alone.compress(data) + alone.flush(zlib.Z_SYNC_FLUSH))[:-4]


def test_the_parts_of_a_frame_of_a_server():
    (frame,) = FrameReader().feed(frames.frame(11, b"\x01"))
    parts = frame.parts()
    assert "masking key" not in parts
    assert (parts["opcode"], parts["MASK"], parts["payload"]) == ("11", "0", "01")
    assert parts["on the wire"] == "8b 01 | 01"
    (frame,) = FrameReader().feed(frames.close())
    assert frame.parts()["on the wire"] == "88 00"


def test_a_message_that_refers_to_what_was_not_seen_cannot_be_decompressed():
    sender = zlib.compressobj(wbits=-15)
    first = sender.compress(b"hello") + sender.flush(zlib.Z_SYNC_FLUSH)
    second = (sender.compress(b"hello") + sender.flush(zlib.Z_SYNC_FLUSH))[:-4]
    assert first
    frame = OutgoingFrames().frame(0xC1, second, bytes(4))
    assert frame.text == f"text, {len(second)} bytes, compressed"
    assert frame.parts()["payload"] == "nothing"


KEY = b"\x01\x02\x03\x04"


def masked(opcode, payload, *, rsv=0):
    """Return a frame that is masked, which a server must not send."""
    data = frames.frame(opcode, payload, rsv=rsv)
    start = len(data) - len(payload)
    return data[:1] + bytes([data[1] | 0x80]) + data[2:start] + KEY + frames.mask(payload, KEY)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000_000])
def test_a_masked_frame_of_a_server_is_unmasked(size):
    payloads = [b"hello", b"", b"x" * 300, b"y" * 70_000]
    stream = b"".join(masked(frames.TEXT, each) for each in payloads) + frames.ping(b"p")
    reader, found = FrameReader(), []
    for start in range(0, len(stream), size):
        found += reader.feed(stream[start : start + size])
    assert [frame.text for frame in found] == [
        'text, 5 bytes: "hello"',
        "text, 0 bytes",
        'text, 300 bytes: "' + "x" * 125 + '"…',
        'text, 70000 bytes: "' + "y" * 125 + '"…',
        'Ping, 1 byte: 70  "p"',
    ]
    parts = found[0].parts()
    assert (parts["MASK"], parts["masking key"]) == ("1", "01 02 03 04")
    assert parts["on the wire"] == "81 85 | 01 02 03 04 | 69 67 6f 68 6e"


def test_a_masked_frame_that_is_compressed():
    (frame,) = FrameReader().feed(masked(frames.TEXT, compressed_alone(b"hello"), rsv=4))
    assert frame.text == 'text, 7 bytes, compressed: "hello"'


UNFINISHED = {
    b"": None,
    b"\x81": ("the beginning of a header, 1 byte: 81", "81"),
    b"\x81\x7e\x01": ("the beginning of a header, 3 bytes: 81 7e 01", "81 7e 01"),
    b"\x81\x7d": ("text, 125 bytes announced, 0 arrived", "81 7d"),
    b"\x81\x7dabc": ('text, 125 bytes announced, 3 arrived: "abc"', "81 7d | 61 62 63"),
    b"\x01\x02\xc3": ('text, 2 bytes announced, 1 arrived, to be continued: "�"', "01 02 | c3"),
    b"\xb2\x05abc": ('binary, 5 bytes announced, 3 arrived: 61 62 63  "abc"', "b2 05 | 61 62 63"),
    b"\x82\xff\x00\x00\x01\x00\x00\x00\x00\x00" + KEY + b"iga": (
        'binary, 1099511627776 bytes announced, 3 arrived: 68 65 62  "heb"',
        "82 ff 00 00 01 00 00 00 00 00 | 01 02 03 04 | 69 67 61",
    ),
    b"\x88\x05\x03\xe8by": (
        'Close, 5 bytes announced, 4 arrived: 1000 "by"',
        "88 05 | 03 e8 62 79",
    ),
    b"\xc1\x07" + compressed_alone(b"hello")[:-1]: (
        'text, 7 bytes announced, 6 arrived, compressed: "hello"',
        "c1 07 | ca 48 cd c9 c9 07",
    ),
}


@pytest.mark.parametrize("size", [1, 1_000])
@pytest.mark.parametrize("data", UNFINISHED)
def test_what_has_arrived_of_a_frame_that_is_not_whole(data, size):
    reader = FrameReader()
    for start in range(0, len(data), size):
        assert reader.feed(data[start : start + size]) == []
    frame = reader.unfinished()
    told = frame and (frame.text, frame.parts()["on the wire"])
    assert told == UNFINISHED[data]
    assert frame is None or frame.kind == ""


def test_the_parts_of_a_frame_that_is_not_whole():
    reader = FrameReader()
    reader.feed(b"\x81\x7dabc")
    parts = reader.unfinished().parts()
    assert (parts["payload length"], parts["arrived"]) == ("125", "3 bytes")
    assert parts["payload"] == '61 62 63  "abc"'
    assert "arrived" not in FrameReader().feed(frames.text("a"))[0].parts()


def test_nothing_is_told_of_a_frame_that_began_before():
    reader = FrameReader(10)
    reader.feed(bytes(9))
    assert reader.unfinished() is None
