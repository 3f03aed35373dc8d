import pytest

from websocket_conformance.autobahn.wirelog import entries, payload
from websocket_conformance.foreign import quoted
from websocket_conformance.results.result import Entry, Kind, Who


@pytest.mark.parametrize(
    ("item", "entry"),
    [
        (
            ["TF", [5, "Hello"], 1, True, 0, None, None, None, False],
            Entry(Who.JUDGE, Kind.FRAME, "text, 5 bytes", '"Hello"'),
        ),
        (
            ["TF", [1, "x"], 0, False, 5, "01020304", 65536, 1, False],
            Entry(
                Who.JUDGE,
                Kind.FRAME,
                "continuation, more to come, RSV1 RSV3, 65,536 bytes, mask 01020304, "
                "written 1 byte at a time",
                '"x"',
            ),
        ),
        (
            ["RF", [2, "0x03e8"], 8, True, 0, True, "aabbccdd"],
            Entry(Who.PEER, Kind.FRAME, "close, 2 bytes, mask aabbccdd", "1000"),
        ),
        (
            ["TF", [0, ""], 3, True, 0, None, None, None, False],
            Entry(Who.JUDGE, Kind.FRAME, "opcode 3, 0 bytes", ""),
        ),
        (["TO", [2, "8100"], False], Entry(Who.JUDGE, Kind.BYTES, "2 bytes", "81 00")),
        (["RO", [99, "81fe ..."]], Entry(Who.PEER, Kind.BYTES, "99 bytes", "81 fe ...")),
        (["WLM", False], Entry(Who.JUDGE, Kind.NOTE, "record stops here")),
        (["WLM", True], Entry(Who.JUDGE, Kind.NOTE, "record goes on")),
        (["CT", 1, "A"], Entry(Who.JUDGE, Kind.NOTE, "waits 1 s")),
        (["TI", 10], Entry(Who.JUDGE, Kind.NOTE, "closes in 10 s unless the case is over")),
        (["TIE"], Entry(Who.JUDGE, Kind.NOTE, "closes: the time is over")),
        (
            ["KL", 1],
            Entry(Who.JUDGE, Kind.NOTE, "drops the connection in 1 s unless it has ended"),
        ),
        (["KLE"], Entry(Who.JUDGE, Kind.NOTE, "drops the connection: its time is over")),
    ],
)
def test_an_entry(item, entry):
    assert entries([item]) == [entry]


def test_what_says_nothing_is_left_out():
    handshake = [["RO", [300, b"GET /runCase".hex() + " ..."]]]
    answer = [["TO", [200, b"HTTP/1.1 101 ".hex() + " ..."], False]]
    assert entries([*handshake, *answer, ["CTE", "A"]]) == []


@pytest.mark.parametrize(
    ("opcode", "length", "shown", "text"),
    [
        (1, 0, "", ""),
        (1, 3, "a\tb", '"a\\tb"'),
        (1, 300, "aaaa ...", '"aaaa" ...'),
        (1, 4, "0xceba", "ce ba"),
        (2, 3, "abc", "61 62 63"),
        (2, 300, "0xfffe ...", "ff fe ..."),
        (8, 1, "a", "61"),
        (8, 6, "0x0bb862796521", '3000 "bye!"'),
        (8, 4, "\x04Lok", '1100 "ok"'),
        (8, 4, "0x03e8edA0", "1000 ed a0"),
        (9, 2, "hi", '"hi"'),
    ],
)
def test_a_payload(opcode, length, shown, text):
    assert payload(opcode, length, shown) == text


def test_what_does_not_show_itself_is_escaped():
    assert quoted("κόσμε\x00\u200b") == '"κόσμε\\x00\\u200b"'
