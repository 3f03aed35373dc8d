"""The index of the small standard in ``tests/steps/data``, and code that carries it out.

Beside it stand another standard, and what a draft of the first would change.
"""

from pathlib import Path

from support.toys import heading
from whatwg_websockets.steps.passages import Upstream

DATA = Path(__file__).parents[1] / "steps" / "data"

TEXT = (DATA / "games.bs").read_text(encoding="utf-8")

CODE = """\
from games import algorithm


@algorithm("dom-game-play", "play(toy, how)")
def play(toy, how):
    # 1. Out of the box.
    open(toy)
    # 2. Quick.
    # 2.1. Off.
    run()


@algorithm("dom-game-play", "play(toy, how): the end")
def end(toy):
    # 4. With both hands.
    return toy


@algorithm("elsewhere", "nothing")
def nothing():
    # 1. Nothing.
    pass


# § games-mood. Calm.
MOOD = "calm"
# § games-rain. Inside.
"""

COOK = "<h2>Cook</h2><p>To <dfn>cook</dfn>:<ol><li>Stir.</ol>"
"""The text of another standard."""

COOKING = (
    heading("cooking", "Cooking")
    + """
[[algorithm]]
anchor = "cook"
name = "cook"
section = "1"
kind = "algorithm"
[algorithm.steps]
"1" = "0123456789ab"
"""
)
"""The index of that standard."""

DRAFT = """\
[standard]
id = "games-draft"
title = "Games with rules"
url = "https://draft.example/"
version = "9"
date = 2026-01-02
draft = "pull request 7"

"""
"""How the index of a draft begins; an algorithm follows."""

CHANGES = """\
[changes]
standard = "games"
version = "1"
draft = "games-draft"
draft_version = "9"

[[change]]
how = "changed"
anchor = "dom-game-play"
name = "play(toy, how)"
step = "2"
now = "2"
hash = "{changed}"
words = "The speed is past."
"""
"""How the changes of the draft begin; ``changed`` is the hash of the new words."""


def whole_index(upstream: Upstream, standard: str = "games") -> str:
    """Write a file of the index that has all of a standard: each sentence a requirement."""
    known = {each.hash for one in upstream.algorithms for each in one.introduction}
    rest = [each for each in upstream.sentences if each.hash not in known]
    ids = {"Initially it must": "mood", "Whoever plays": "rain"}
    tables = [
        "[standard]",
        f'id = "{standard}"',
        'title = "Games"',
        'url = "https://games.example/"',
        'version = "1"',
        "date = 2026-01-02",
        "informative = []",
    ]
    for algorithm in upstream.algorithms:
        tables += [
            "\n[[algorithm]]",
            f'anchor = "{algorithm.anchor}"',
            f'name = "{algorithm.name}"',
            f'section = "{algorithm.first.section}"',
            'kind = "method"',
            f'introduction = "{algorithm.introduction_hash}"',
            "\n[algorithm.steps]",
            *[f'"{number}" = "{hash_}"' for number, hash_ in algorithm.hashes.items()],
        ]
    for count, each in enumerate(rest):
        id_ = next((id_ for words, id_ in ids.items() if each.text.startswith(words)), count)
        tables += [
            "\n[[requirement]]",
            f'id = "{standard}-{id_}"',
            f'anchor = "{each.anchor}"',
            f'section = "{each.section}"',
            'kind = "requirement"',
            'gist = "Something."',
            f'hash = "{each.hash}"',
        ]
    return "\n".join(tables) + "\n"
