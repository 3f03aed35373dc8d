"""What a reader means by what they write behind `spec show`."""

import pytest

from support.toys import INDEX, heading
from whatwg_websockets.steps.comments import read_sources
from whatwg_websockets.steps.index import Algorithm, read_index
from whatwg_websockets.steps.lookup import Unclear, look_up
from whatwg_websockets.steps.requirements import Requirements
from whatwg_websockets.steps.view import Library

MORE = """
[[algorithm]]
anchor = "toy-code"
name = "the WebSocket connection close code"
section = "3"
kind = "algorithm"
[algorithm.steps]

[[algorithm]]
anchor = "toy-reason"
name = "the reason"
section = "3"
kind = "algorithm"
[algorithm.steps]

[[requirement]]
id = "toys-lost"
anchor = "lost"
section = "1.1"
kind = "requirement"
gist = "A toy that was lost has the code 1006."

[[requirement]]
id = "toys-broken"
anchor = "lost"
section = "4"
kind = "requirement"
gist = "A toy that was broken has the code 1011."

[[requirement]]
id = "toys-found"
anchor = "lost"
section = "4"
kind = "requirement"
gist = "A toy that was found has no code."
"""


GAMES = (
    heading("games", "Games Standard")
    + """
[[algorithm]]
anchor = "win"
name = "win"
section = "4.1"
kind = "algorithm"
[algorithm.steps]

[[requirement]]
id = "games-win"
anchor = "win"
section = "5"
kind = "requirement"
gist = "Somebody wins."
"""
)

BOTH = """
[[requirement]]
id = "toys-both"
anchor = "both"
section = "4.1"
kind = "requirement"
gist = "A toy is for more than one game."
"""


OWN = (
    heading("websockets", "WebSockets Standard")
    + """
[[requirement]]
id = "websockets-toy-color"
anchor = "dom-toy-toycolor"
section = "6"
kind = "getter"
gist = "The toyColor attribute returns the color."

[[requirement]]
id = "websockets-initial-size"
anchor = "dom-toy-size"
section = "6"
kind = "initial value"
gist = "The size of a toy is 0."

[[requirement]]
id = "websockets-lost-toys"
anchor = "lost-toys"
section = "6"
kind = "requirement"
gist = "A lost toy is found."

[[requirement]]
id = "websockets-lost-balls"
anchor = "lost-toys"
section = "6"
kind = "requirement"
gist = "A lost ball is found."
"""
)

RFC = (
    heading("rfc1", "The Toy Protocol")
    + """
[[requirement]]
id = "rfc1-8-1"
anchor = "section-8"
section = "8"
kind = "MUST"
gist = "A toy stops."

[[requirement]]
id = "rfc1-8-size"
anchor = "section-8.9"
section = "8.9"
kind = "MUST"
gist = "A toy is small."
"""
)

CODES = """\
from toys import algorithm


@algorithm("toy-reason", "the reason")
def reason(toy):
    # 1. Take the code 1001.
    take(toy)
    # 2. n/a: the code 1002 is never taken.
"""


@pytest.fixture
def find(house):
    house.write(
        {
            "spec/toys.toml": INDEX + MORE + BOTH,
            "spec/games.toml": GAMES,
            "spec/websockets.toml": OWN,
            "spec/rfc1.toml": RFC,
            "toys/reason.py": CODES,
        }
    )
    standards, sources = read_index(house.index), read_sources(house.source)
    library = Library(standards, sources)
    requirements = Requirements(standards, sources, positions=house.index / "positions")

    def find(query):
        return look_up(query, library, requirements)

    return find


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("play", "play(toy)"),
        ("play()", "play(toy)"),
        ("toys-tidy", "toys-tidy"),
        ("1.1", "play(toy)"),
        ("2", "toys-tidy"),
        ("tidy", "toys-tidy"),
        ("#tidy", "toys-tidy"),
        ("https://toys.example/#tidy", "toys-tidy"),
        ("dom-toy-toycolor", "websockets-toy-color"),
        ("toyColor", "websockets-toy-color"),
        ("Toy.toyColor", "websockets-toy-color"),
        ("toy-color", "websockets-toy-color"),
        ("color", "websockets-toy-color"),
        ("size", "websockets-initial-size"),
        ("initial size", "websockets-initial-size"),
        ("rfc1#section-8", "rfc1-8-1"),
        ("section-8.9", "rfc1-8-size"),
        ("broken", "toys-broken"),
    ],
)
def test_what_means_one_entry(find, query, name):
    entry = find(query)
    assert (entry.name if isinstance(entry, Algorithm) else entry.id) == name


@pytest.mark.parametrize(
    ("query", "problem", "entries"),
    [
        (
            "3",
            "more than one entry of the index is in section 3",
            ["toy-code", "toy-reason"],
        ),
        (
            "4",
            "more than one entry of the index is in section 4",
            ["toys-broken", "toys-found"],
        ),
        (
            "4.1",
            "more than one entry of the index is in section 4.1",
            ["win", "toys-both"],
        ),
        ("1006", "1006 is a close code", ["toy-code", "toys-lost"]),
        ("1001", "1001 is a close code", ["toy-code", "toy-reason"]),
        ("1002", "1002 is a close code", ["toy-code"]),
        ("4321", "4321 is a close code", ["toy-code"]),
        ("7", "no algorithm or requirement is called '7'", []),
        ("999", "no algorithm or requirement is called '999'", []),
        ("gams-win", "no algorithm or requirement is called 'gams-win'", ["games-win"]),
        ("dom-toy-toycolour", "is called 'dom-toy-toycolour'", ["websockets-toy-color"]),
        ("toyColour", "is called 'toyColour'", ["websockets-toy-color"]),
        (
            "lost-toys",
            "more than one requirement is called 'lost-toys'",
            ["websockets-lost-toys", "websockets-lost-balls"],
        ),
        (
            "#lost",
            "more than one requirement is called '#lost'",
            ["toys-lost", "toys-broken", "toys-found"],
        ),
    ],
)
def test_what_is_unclear(find, query, problem, entries):
    with pytest.raises(Unclear, match=problem) as raised:
        find(query)
    there = [
        each.anchor if isinstance(each, Algorithm) else each.id for each in raised.value.entries
    ]
    assert there == entries


def test_the_decision_on_a_close_code_is_in_the_index():
    names = {each.name for standard in read_index() for each in standard.algorithms}
    assert "the WebSocket connection close code" in names
