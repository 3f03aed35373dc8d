import json
import sys

import pytest

from whatwg_websockets.steps.trace.visible import visible


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plain, ä, 世界 and 🙂", "plain, ä, 世界 and 🙂"),
        ("\x1b[31mred\x1b]0;title\x07", r"\u001b[31mred\u001b]0;title\u0007"),
        ("\x00\n\r\t\x7f\x9b", r"\u0000\n\r\t\u007f\u009b"),
        ("\u202eabc\u2028\ufeff", r"\u202eabc\u2028\ufeff"),
        ("\U000e0041\ud800", r"\udb40\udc41\ud800"),
        ('"\\u001b" \x1b', r'"\u001b" \u001b'),
        ("no\xa0break", "no\xa0break"),
    ],
)
def test_what_a_terminal_would_obey_is_an_escape(text, said):
    assert visible(text) == said


def test_nothing_that_is_left_is_a_control_character():
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    left = visible(everything)
    assert not set(left) & {*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), "\u202e", "\u2066"}
    left.encode()


def test_json_stays_json():
    said = {"a\x9b": "\u202e\x1b\n\U000e0041"}
    assert json.loads(visible(json.dumps(said, ensure_ascii=False))) == said
