"""What a reader is told of the real suite's record of a connection."""

import pytest

from websocket_conformance.foreign import quoted
from websocket_conformance.report import from_autobahn
from websocket_conformance.results.result import Entry, Kind, Who


def entries(*wirelog):
    return list(from_autobahn.result({"id": "1.1.1", "wirelog": wirelog}).conversation.start)


@pytest.mark.parametrize(
    ("item", "entry"),
    [
        (
            ["TF", [5, "Hello"], 1, True, 0, None, None, None, False],
            Entry(Who.JUDGE, Kind.FRAME, "text, 5 octets", '"Hello"'),
        ),
        (
            ["TF", [1, "x"], 0, False, 1, "01020304", 65536, 1, False],
            Entry(
                Who.JUDGE,
                Kind.FRAME,
                "continuation, more to come, RSV3, 65,536 octets, masked, "
                "written 1 octet at a time",
                '"x" …',
            ),
        ),
        (
            ["TF", [1, "x"], 1, True, 4, None, None, None, False],
            Entry(Who.JUDGE, Kind.FRAME, "text, RSV1, 1 octet", "78"),
        ),
        (
            ["RF", [2, "0x03e8"], 8, True, 0, True, "aabbccdd"],
            Entry(Who.PEER, Kind.FRAME, "close, 2 octets, masked", "1000"),
        ),
        (
            ["TF", [0, ""], 3, True, 0, None, None, None, False],
            Entry(Who.JUDGE, Kind.FRAME, "opcode 3, 0 octets"),
        ),
        (["TO", [2, "8100"], False], Entry(Who.JUDGE, Kind.BYTES, "2 octets", "81 00")),
        (["RO", [99, "81fe ..."]], Entry(Who.PEER, Kind.BYTES, "99 octets", "81 fe")),
        (["WLM", False], Entry(Who.JUDGE, Kind.NOTE, "the record stops here")),
        (["WLM", True], Entry(Who.JUDGE, Kind.NOTE, "the record goes on")),
        (["CT", 1, "A"], Entry(Who.JUDGE, Kind.NOTE, 'waits 1 s ("A")')),
        (["TI", 10], Entry(Who.JUDGE, Kind.NOTE, "closes in 10 s unless the case is over")),
        (["TIE"], Entry(Who.JUDGE, Kind.NOTE, "closes: the time is over")),
        (
            ["KL", 1],
            Entry(Who.JUDGE, Kind.NOTE, "fails the connection in 1 s unless it has ended"),
        ),
        (["KLE"], Entry(Who.JUDGE, Kind.NOTE, "fails the connection: the time is over")),
    ],
)
def test_an_entry(item, entry):
    assert entries(item) == [entry]


def test_what_says_nothing_is_left_out():
    handshake = ["RO", [300, b"GET /runCase".hex() + " ..."]]
    answer = ["TO", [200, b"HTTP/1.1 101 ".hex() + " ..."], False]
    assert entries(handshake, answer, ["CTE", "A"], ["XY", 1], [], 7, ["KL", "soon"]) == []


@pytest.mark.parametrize(
    ("opcode", "length", "shown", "text"),
    [
        (1, 0, "", ""),
        (1, 3, "a\tb", '"a\\tb"'),
        (1, 300, "aaaa ...", '"aaaa" …'),
        (1, 2, "0xceff", "ce ff"),
        (1, 3, "\udb7f", "ed ad bf"),
        (1, 4, "0xyz", '"0xyz"'),
        (2, 3, "abc", "61 62 63"),
        (2, 300, "0xfffe ...", "ff fe …"),
        (8, 1, "a", "61"),
        (8, 6, "0x0bb862796521", '3000 "bye!"'),
        (8, 4, "\x04Lok", '1100 "ok"'),
        (8, 4, "0x03e8edA0", "1000 ed a0"),
        (9, 2, "hi", '"hi"'),
        (9, 2, "0x6807", "68 07"),
        (2, 2, "hi", "68 69"),
    ],
)
def test_a_payload(opcode, length, shown, text):
    (entry,) = entries(["RF", [length, shown], opcode, True, 0, False, None])
    assert entry.payload == text


def test_what_does_not_show_itself_is_escaped():
    assert quoted("κόσμε\x00\u200b") == '"κόσμε\\x00\\u200b"'
