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
    assert reader.skip(60_000, b"y" * 60_000) == []
    (frame,) = reader.skip(70_000 - 60_000 - 10, b"z" * 9_990)
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
