"""The positions: what their files say, and what they are about."""

import pytest

from whatwg_websockets.steps.index import Algorithm
from whatwg_websockets.steps.positions import Position, read_positions

POSITION = """\
---
title: "Whose turn is it?"
where:
  - toy-play
  - 'tidy'
---

# Another heading
"""


@pytest.mark.parametrize(
    ("text", "title", "where"),
    [
        (POSITION, "Whose turn is it?", ("toy-play", "tidy")),
        ("---\nwhere: [a, 'b']\n---\n# What?\n", "What?", ("a", "b")),
        ("---\nwhere: a\ntitle: What?\n---\n", "What?", ("a",)),
        ("---\nwhere:\n- a\n-  b\n---\n", "position", ("a", "b")),
        ("---\nwhere:\n---\n", "position", ()),
        ("# What?\n\nwhere: a\n", "What?", ()),
        ("", "position", ()),
    ],
)
def test_the_front_matter_of_a_position(house, text, title, where):
    house.write({"position.md": text})
    [position] = read_positions(house.folder)
    assert position == Position(house.folder / "position.md", title, where)


ANSWER = """\
---
title: Whose turn is it: ours?
standard: rfc6455
where: [section-7.1.7, toys#toy-play]
code: [play.py:Child.play, play.py:leave]
browsers: [Chromium 150, Firefox 99]
page: differs
wire: same
not-built: not compared
differs: [turn]
tests: [tests/test_play.py::test_turn]
---

## Question

Whose?
"""


def test_a_position_whole(house):
    house.write({"position.md": ANSWER})
    [position] = read_positions(house.folder)
    assert position.title == "Whose turn is it: ours?"
    assert position.standard == "rfc6455"
    assert position.code == ("play.py:Child.play", "play.py:leave")
    assert position.browsers == ("Chromium 150", "Firefox 99")
    assert position.not_asked == ""
    assert position.compared == {
        "page": "differs",
        "wire": "same",
        "when": "not compared",
        "not-built": "not compared",
    }
    assert position.differs == ("turn",)
    assert position.tests == ("tests/test_play.py::test_turn",)
    assert position.text == "## Question\n\nWhose?"


def test_a_position_that_no_browser_was_asked_says_why(house):
    house.write(
        {"position.md": "---\ntitle: T\nbrowsers: none: they have, of all things, no toys\n---\n"}
    )
    [position] = read_positions(house.folder)
    assert position.browsers == ()
    assert position.not_asked == "they have, of all things, no toys"


@pytest.mark.parametrize(
    ("standard", "anchor", "is_about"),
    [
        ("rfc6455", "section-7.1.7", True),
        ("rfc7692", "section-7.1.7", False),
        ("toys", "toy-play", True),
        ("games", "toy-play", False),
    ],
)
def test_what_a_position_is_about(house, standard, anchor, is_about):
    house.write({"position.md": ANSWER})
    [position] = read_positions(house.folder)
    algorithm = Algorithm(standard, anchor, "name", "1", "method", f"https://x/#{anchor}", {})
    assert position.is_about(algorithm) is is_about


def test_no_folder_of_positions(house):
    assert list(read_positions(house.folder / "none")) == []
