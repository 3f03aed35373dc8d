"""What changed, as lines, as Markdown and as JSON; and which words of a sentence did."""

import json

from whatwg_websockets.steps.pairing import How
from whatwg_websockets.steps.telling import Telling, Told, as_json, as_lines, as_markdown, counted
from whatwg_websockets.steps.word_diff import Fate, Piece, pieces, side

URL = "https://toys.example/#toy-play"

TELLING = Telling(
    {"title": "Drift in the Toys", "standard": "toys"},
    (
        Told(
            How.CHANGED,
            "step 1",
            "1.1",
            "play(toy)",
            URL,
            line=7,
            was="Take one hand.",
            now="Take *both* hands.",
            words="Both `hands` are <needed>.",
            places=("toys/play.py:3", "toys/play.py:9"),
        ),
        Told(How.MOVED, "step 2", "1.1", "play(toy)", URL, was="Turn it.", now="Turn it."),
        Told(How.CAME, "a sentence", "", "", "https://toys.example/#tidy", now="Be tidy."),
    ),
    "Drift in the Toys: 1 changed, 1 came, 1 moved.",
    ("A `draft` is coming.",),
)


def test_lines():
    assert list(as_lines(TELLING)) == [
        f"1.1 play(toy)  {URL}",
        "  changed: step 1 (line 7)",
        "    was: Take one hand.",
        "    now: Take *both* hands.",
        "    Both `hands` are <needed>.",
        "    look at toys/play.py:3",
        "    look at toys/play.py:9",
        "  moved: step 2",
        "",
        "outside of algorithms  https://toys.example/#tidy",
        "  came: a sentence",
        "    now: Be tidy.",
        "",
        "Drift in the Toys: 1 changed, 1 came, 1 moved.",
        "A `draft` is coming.",
    ]


def test_markdown():
    assert as_markdown(TELLING) == (
        "# Drift in the Toys\n\n"
        "Drift in the Toys: 1 changed, 1 came, 1 moved.\n\n"
        "A `draft` is coming.\n\n"
        f"## [1.1 play(toy)]({URL})\n\n"
        "- **changed**: step 1 (line 7)\n\n"
        "  Both `hands` are \\<needed\\>.\n\n"
        "  > was: Take ~~one hand.~~\n\n"
        "  > now: Take **\\*both\\* hands.**\n\n"
        "  look at `toys/play.py:3`, `toys/play.py:9`\n\n"
        "- **moved**: step 2\n\n"
        "## [outside of algorithms](https://toys.example/#tidy)\n\n"
        "- **came**: a sentence\n\n"
        "  > now: Be tidy.\n"
    )


def test_json():
    data = json.loads(as_json(TELLING))
    assert data["standard"] == "toys"
    assert data["counts"] == {"changed": 1, "came": 1, "went": 0, "moved": 1}
    first, moved, _ = data["changes"]
    assert first["how"] == "changed"
    assert (first["was"], first["now"]) == ("Take one hand.", "Take *both* hands.")
    assert first["places"] == ["toys/play.py:3", "toys/play.py:9"]
    assert moved["was"] == moved["now"] == "Turn it."
    assert data["notes"] == ["A `draft` is coming."]


def test_changes_are_counted_in_one_order():
    assert counted([How.MOVED, How.CHANGED, How.MOVED]) == "1 changed, 2 moved"


def test_words_are_compared_one_by_one():
    found = pieces("Let secure be false; otherwise true.", "Let secure be true; otherwise true.")
    assert found == [
        Piece(Fate.STAYED, "Let secure be"),
        Piece(Fate.WENT, "false;"),
        Piece(Fate.CAME, "true;"),
        Piece(Fate.STAYED, "otherwise true."),
    ]
    assert side(found, Fate.WENT) == [found[0], found[1], found[3]]
    assert side(found, Fate.CAME) == [found[0], found[2], found[3]]


def test_words_that_only_came_or_only_went():
    assert pieces("", "New.") == [Piece(Fate.CAME, "New.")]
    assert pieces("Old.", "") == [Piece(Fate.WENT, "Old.")]
