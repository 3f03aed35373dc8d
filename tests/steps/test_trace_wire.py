import pytest

from support import frames
from whatwg_websockets.steps.trace.wire import Frame, FrameReader

STREAM = [
    (frames.text("hello"), "text, 5 bytes: 'hello'"),
    (frames.frame(frames.TEXT, b"a", fin=False), "text, 1 bytes, to be continued: 'a'"),
    (frames.frame(frames.CONTINUATION, b"b"), "continuation, 1 bytes: b'b'"),
    (frames.binary(b"\x00"), r"binary, 1 bytes: b'\x00'"),
    (frames.frame(frames.TEXT, b"\xca", rsv=4), "text, 1 bytes, compressed"),
    (frames.text(""), "text, 0 bytes"),
    (frames.ping(b"p"), "Ping, 1 bytes: b'p'"),
    (frames.frame(frames.PONG), "Pong, 0 bytes"),
    (frames.text("ä" * 200), "text, 400 bytes: '" + "ä" * 62 + "'…"),
    (frames.binary(b"x" * 70_000), "binary, 70000 bytes: b'" + "x" * 77 + "… (125 bytes)…"),
    (frames.frame(11), "opcode 11, 0 bytes"),
    (frames.close(1000, "bye"), "Close, 5 bytes: 1000 'bye'"),
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
    assert reader.skip(60_000) == []
    (frame,) = reader.skip(70_000 - 60_000 - 10)
    assert (frame.length, frame.beginning) == (70_000, b"x" * 10)


def test_a_close_frame_with_half_a_code():
    assert Frame(0x88, 1, b"\x03").text == r"Close, 1 bytes: b'\x03'"
