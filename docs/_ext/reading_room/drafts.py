"""Writes the page of what would become of each step of the standards if a draft landed.

It is made of numbers, hashes and words in the index (``spec/*.changes.toml``), and of the step
comments: the texts of the two are not at hand.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from reading_room.house import ALGORITHMS, Room
from reading_room.markdown import WIDE, md, page, table, words
from whatwg_websockets.steps.draft_changes import (
    DraftChange,
    DraftChanges,
    Target,
    read_draft_changes,
)
from whatwg_websockets.steps.drift import How
from whatwg_websockets.steps.index import Algorithm, Standard
from whatwg_websockets.steps.links import series

DRIFT = f"{ALGORITHMS}/drift"
"""The page of what drafts would change."""

HEADS = ("step", "what it does today", "becomes", "what that means")

SAID = {
    How.CHANGED: "changed",
    How.CAME: "new",
    How.WENT: "taken out",
    How.MOVED: "moved",
}
"""What becomes of a step, as the page says it."""


def pages_of_drafts(here: Room) -> Iterator[tuple[str, str]]:
    """Write the page of what drafts would change, if there is any draft."""
    every = read_draft_changes(here.root / "spec")
    if every:
        yield DRIFT, page(f"{WIDE}# If a draft landed", *_parts(here, every))


def _parts(here: Room, every: Iterable[DraftChanges]) -> Iterator[str]:
    by_id = {each.id: each for each in here.index}
    for changes in every:
        standard, draft = by_id[changes.standard], by_id[changes.draft]
        yield _introduction(here, changes, standard, draft)
        for (anchor, name), group in groupby(
            changes.changes, key=lambda each: (each.anchor, each.name)
        ):
            (algorithm,) = (
                each for each in standard.algorithms if (each.anchor, each.name) == (anchor, name)
            )
            yield f"## {_link(here, algorithm)}"
            yield table(HEADS, [_row(here, each, algorithm, draft) for each in group])


def _introduction(here: Room, changes: DraftChanges, standard: Standard, draft: Standard) -> str:
    """Say which draft it is, and how much of the standard it touches."""
    counts = Counter(each.how for each in changes.changes)
    counted = series(f"{counts[how]} {SAID[how]}" for how in SAID if counts[how])
    said = (
        f"{md(draft.title)} is a draft: {md(draft.draft or draft.status)}, at {draft.version}. The"
        f" code of the {md(standard.title)} follows the standard as it is, at {standard.version},"
        f" and not the draft. If the draft landed as it is, these steps would change: {counted}."
    )
    if draft.is_carried_out:
        steps = sum(len(each.steps) for each in draft.algorithms)
        said += (
            f" What the draft adds, [{len(draft.algorithms)} algorithms]({draft.id}/index.md) of"
            f" {steps} steps, is carried out already, for its own interfaces only."
        )
    return said + (" `whatwg-websockets spec drift --draft " + draft.id + "` prints the same.")


def _row(
    here: Room, change: DraftChange, algorithm: Algorithm, draft: Standard
) -> tuple[object, ...]:
    today = words(_words_of(here, algorithm, change.step)) if change.step else ""
    becomes = SAID[change.how]
    if change.now and change.now != Target(change.anchor, change.step):
        becomes += f": {_named(here, change.now, change.anchor, draft)}"
    if change.kin:
        becomes += f"; much like {_named(here, change.kin, change.anchor, draft)}"
    meaning = words(change.words)
    if not meaning and change.now and change.now.anchor == change.anchor:
        meaning = "Only the number changes."
    return change.step, today, becomes, meaning or "The words stay the same, in another algorithm."


def _named(here: Room, target: Target, own: str, draft: Standard) -> str:
    found = [each for each in draft.algorithms if each.anchor == target.anchor]
    if target.anchor == own or not found:
        return f"step {target.step}"
    return f"step {target.step} of {_link(here, found[0])}"


def _link(here: Room, algorithm: Algorithm) -> str:
    """Link to the page of an algorithm; to its standard where it has none."""
    if algorithm in here.pages:
        return f"[{md(algorithm.name)}](/{here.pages[algorithm]}.md)"
    return f"[{md(algorithm.name)}]({algorithm.url})"


def _words_of(here: Room, algorithm: Algorithm, number: str) -> str:
    """Return the words of the comment that carries out a step."""
    for function in here.view(algorithm).functions:
        for step in function.steps:
            if number in step.numbers and not step.is_requirement:
                return step.text
    return ""
