"""A small package with documentation, which the reading room's extension builds."""

import io
import json

import lxml.html
from sphinx.application import Sphinx
from sphinx.util.console import strip_escape_sequences

from support.toys import INDEX, House, heading

TOYS = '''\
"""1.1 play(toy)."""


@algorithm("toy-play", "play(toy)")
def play(toy):
    """Play with a ``toy``.

    Args:
        toy: the toy.
    """
    check(toy)
    # 1. Take `it` out.
    # § toys-tidy. It was in its box.
    take(toy)
    # 2. Turn it.
    if toy:
        # 2.1. Turn it to the left.
        turn(toy)
    # 3b. n/a: there are no dolls.


@algorithm("toy-play", "play(toy): throw")
def throw(toy):
    child = toy
    if child:
        # 3a. (a ball) Throw it.
        # § toys-unknown. High.
        throw_up(toy)
    # 9. Nothing.
    # § toys-tidy. n/a: nobody is here.
    # 9. n/a: nor there.
    # 9. At all.


@algorithm("toy-rest", "rest()")
def rest():
    """Rest."""
    play(None)


def evening():
    rest()
'''

MORE = """
[[algorithm]]
anchor = "toy-rest"
name = "rest()"
section = "1.2"
kind = "feedback"
[algorithm.steps]

[[algorithm]]
anchor = "toy-sleep"
name = "sleep"
section = "1.3"
kind = "getter"
[algorithm.steps]
"1" = "0123456789ab"

[[algorithm]]
anchor = "toy-sleep-well"
name = "sleep"
section = "1.3"
kind = "setter"
[algorithm.steps]
"""

DRAFT = (
    heading("dolls", "Dolls Standard")
    + """status = "draft"

[[algorithm]]
anchor = "doll-dress"
name = "dress()"
section = "1"
kind = "method"
[algorithm.steps]
"1" = "0123456789ab"
"""
)

GAMES = (
    heading("games", "Games Standard")
    + """
[[algorithm]]
anchor = "go"
name = "go()"
section = "1"
kind = "method"
[algorithm.steps]
"1" = "0123456789ab"
"""
)

RULES = (
    heading("rfc1", "Rules", "rules")
    + """
[[requirement]]
id = "rules-fair"
anchor = "section-1"
section = "1"
kind = "MUST"
gist = "Be fair."
"""
)

OUTSIDE = """
[standards]
shelf = "https://shelf.example/"

[[outside]]
standard = "shelf"
reason = "Nobody here has a shelf."
[outside.algorithms]
climb = "climb"
reach = "reach for"

[[outside]]
standard = "nowhere"
reason = "It is odd."
later = true
[outside.algorithms]
lie = "lie"
"""

POSITION = """\
---
title: Whose `turn` is it?
standard: toys
where: [toy-play, dolls#doll-dress, games#chess]
code: [play.py:play]
browsers: [Chromium 150, Firefox 99]
page: differs
wire: same
differs: [turn]
tests: [tests/test_play.py::test_turn]
---

## Question

Whose? See [the other](other.md).
"""

OTHER = """\
---
title: The other
standard: games
where: [go]
code: []
browsers: none: they have no games
tests: []
---

## Question
"""

ENTRIES = [
    ("step", "", "play(toy)", "1", "Take it.", "CONNECTING"),
    ("step", "", "play(toy)", "2", "Turn it.", "CONNECTING"),
    ("frame", "out", "", "", "text, 2 bytes: 'it''s'", "OPEN"),
    ("frame", "in", "", "", "Ping", "OPEN"),
    ("step", "", "rest()", "§ toys-tidy", "Not a step.", "OPEN"),
    ("algorithm", "", "rest()", "", "Rest.", "OPEN"),
]


def recording() -> str:
    lines = []
    for number, (kind, direction, algorithm, step, text, state) in enumerate(ENTRIES):
        entry = {"time": number, "kind": kind, "text": text, "folder": "websockets"}
        entry |= {"algorithm": algorithm, "anchor": "toy-play" if algorithm else "", "number": step}
        entry |= {"direction": direction, "where": "play.py:1"}
        entry["state"] = {"socket": 1, "ready_state": state, "tasks": 0, "buffered_amount": 0}
        lines.append(json.dumps(entry))
    lines.append(json.dumps({"time": 9, "kind": "log", "text": "?", "folder": "", "state": None}))
    return "\n".join(lines)


FILES = {
    "spec/toys.toml": INDEX + MORE,
    "spec/dolls.toml": DRAFT,
    "spec/games.toml": GAMES,
    "spec/rules.toml": RULES,
    "spec/positions/turn.md": POSITION,
    "spec/positions/other.md": OTHER,
    "spec/positions/README.md": "# Positions\n\n## Turns\n\n- [Whose turn is it?](turn.md)\n",
    "toys/play.py": TOYS,
    "tests/test_play.py": '"""#toy-play"""\n\n\ndef test_turn():\n    pass\n',
    "docs/recordings/one.jsonl": recording(),
    "docs/index.md": "# House\n\n```{toctree}\nstandard/index\npositions/index\nchapter\n```\n",
}


class Built:
    """A house, built."""

    def __init__(self, house: House, builder: str) -> None:
        warnings = io.StringIO()
        docs = house.folder / "docs"
        self.folder = docs / "_build" / builder
        app = Sphinx(
            docs,
            None,
            self.folder,
            docs / "_build" / "doctrees",
            builder,
            {
                "extensions": ["myst_parser", "reading_room"],
                "reading_room_root": str(house.folder),
                "reading_room_package": "toys",
                "exclude_patterns": ["_build"],
                "myst_enable_extensions": ["colon_fence"],
                "html_theme": "basic",
                "nitpicky": True,
            },
            status=None,
            warning=warnings,
        )
        app.build()
        # A second application in one process is nothing that Sphinx expects.
        lines = strip_escape_sequences(warnings.getvalue()).splitlines()
        self.warnings = "\n".join(each for each in lines if "is already registered" not in each)

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def page(self, name: str) -> lxml.html.HtmlElement:
        text = self.text(name).replace("<br", " <br")
        [main] = lxml.html.fromstring(text).find_class("body")
        return main

    def links(self, name: str) -> dict[str, str]:
        return {each.text_content(): each.get("href") for each in self.page(name).iter("a")}


def words(element) -> str:
    return " ".join(element.text_content().split())
