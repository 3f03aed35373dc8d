"""Streams of a server's frames for hypothesis: valid conversations, broken ones, and noise."""

from hypothesis import strategies as st

from .server import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, close, frame

# Lengths at which the encoding of a length, or a way of reading, changes.
LENGTHS = (0, 1, 125, 126, 127, 65_535, 65_536)


def pattern(length: int) -> bytes:
    """Return so many bytes of ASCII, each different from its neighbours."""
    return (b"0123456789abcdefghijklmnopqrstuvwxyz!" * (length // 37 + 1))[:length]


texts = st.one_of(st.text(max_size=20).map(str.encode), st.sampled_from(LENGTHS).map(pattern))
not_utf8 = st.sampled_from(
    (b"\xff", b"ok\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc3", b"\xe2\x82", b"\x80")
)
binaries = st.one_of(st.binary(max_size=30), st.sampled_from(LENGTHS).map(pattern))
short = st.one_of(st.binary(max_size=12), st.just(pattern(125)))

pings = st.builds(frame, st.just(PING), short)
pongs = st.builds(frame, st.just(PONG), short)
control_frames = st.one_of(pings, pongs)


kinds = st.sampled_from((TEXT, BINARY))


@st.composite
def fragmented_messages(draw, kinds=kinds, texts=texts):
    """Draw the frames of one message, with control frames between them (5.4)."""
    opcode = draw(kinds)
    data = draw(texts if opcode == TEXT else binaries)
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=4)))
    frames = []
    start = 0
    for end in cuts:
        frames.append(frame(opcode, data[start:end], fin=False))
        frames += draw(st.lists(control_frames, max_size=1))
        opcode, start = CONTINUATION, end
    return [*frames, frame(opcode, data[start:])]


@st.composite
def good_frames(draw):
    """Draw the frames of some messages, each frame by itself."""
    units = st.one_of(fragmented_messages(), control_frames.map(lambda each: [each]))
    return [each for unit in draw(st.lists(units, min_size=1, max_size=5)) for each in unit]


codes = st.one_of(
    st.sampled_from((0, 999, 1000, 1003, 1004, 1005, 1006, 1007, 1011, 1014, 1015, 1016)),
    st.sampled_from((2999, 3000, 4999, 5000, 65_535)),
    st.integers(0, 65_535),
)
close_frames = st.one_of(
    st.just(frame(CLOSE)),
    st.just(frame(CLOSE, b"\x03")),
    st.builds(close, codes, st.one_of(st.text(max_size=10).map(str.encode), not_utf8)),
)

# Frames out of place, or broken in one way or several.
any_frames = st.builds(
    frame,
    st.sampled_from((CONTINUATION, TEXT, BINARY, PING) * 4 + tuple(range(16))),
    st.one_of(short, not_utf8, st.sampled_from(LENGTHS).map(pattern)),
    fin=st.booleans(),
    rsv=st.sampled_from((0,) * 9 + (1, 2, 4)),
    masked=st.sampled_from((False,) * 9 + (True,)),
)
odd_lengths = st.one_of(
    st.builds(
        frame,
        st.sampled_from((CONTINUATION, TEXT, BINARY, CLOSE, PING)),
        short,
        fin=st.booleans(),
        length_bits=st.sampled_from((16, 64)),
    ),
    st.builds(
        frame,
        st.sampled_from((CONTINUATION, TEXT, BINARY, PING)),
        short,
        announced=st.sampled_from((2**63 - 1, 2**63, 2**64 - 1, 2**62, 2**16, 200)),
    ),
)
bad_text = fragmented_messages(
    st.just(TEXT), st.builds(bytes.__add__, st.text(max_size=9).map(str.encode), not_utf8)
).map(b"".join)
odd_frames = st.one_of(any_frames, odd_lengths, close_frames, bad_text)


@st.composite
def streams(draw):
    """Draw a stream of good frames, which may contain faults and may be cut off."""
    frames = draw(good_frames())
    what = draw(st.sampled_from(("good", "odd", "odd", "last", "cut")))
    if what == "odd":
        frames.insert(draw(st.integers(0, len(frames))), draw(odd_frames))
    elif what == "last":
        frames.append(draw(st.one_of(close_frames, bad_text)))
    stream = b"".join(frames)
    return stream[: draw(st.integers(0, len(stream)))] if what == "cut" else stream


noise = st.lists(any_frames, max_size=8).map(b"".join)
limits = st.one_of(st.just(2**20), st.sampled_from((0, 10, 125, 126, 200, 70_000)))
cuts = st.lists(st.integers(0, 2**20), max_size=6)
