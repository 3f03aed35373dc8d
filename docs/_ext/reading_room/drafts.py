"""Writes the page that shows what would become of each step if a draft landed.

The page is made from the numbers, hashes and words in the index (``spec/*.changes.toml``), and from
the step comments. The directive ``landed`` (:mod:`.landed`) shows the steps of each algorithm.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from reading_room.house import ALGORITHMS, Room
from reading_room.landed import SAID
from reading_room.markdown import WIDE, md, page
from whatwg_websockets.steps.draft_changes import DraftChanges, read_draft_changes
from whatwg_websockets.steps.index import Standard
from whatwg_websockets.steps.links import series

DRIFT = f"{ALGORITHMS}/drift"
"""The name of the page."""


def pages_of_drafts(here: Room) -> Iterator[tuple[str, str]]:
    """Write the page of the changes that drafts would make, if the index has drafts."""
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
            count = len(list(group))
            yield f"## [{md(algorithm.name)}](/{here.pages[algorithm]}.md)"
            yield f"{count} step{'' if count == 1 else 's'} of section {algorithm.section}."
            page_name = here.pages[algorithm].removeprefix(f"{ALGORITHMS}/")
            yield f"```{{landed}} {changes.draft}\n:algorithm: {page_name}\n```"


def _introduction(here: Room, changes: DraftChanges, standard: Standard, draft: Standard) -> str:
    """Return the introduction: which draft it is, and how many steps it would change."""
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
    return (
        f"{said} Each step says first what it does today, with the code that the change would"
        " touch, and then what would become of it. A reader who has the two texts sees them below"
        " each step in the pages that `make docs SPEC=FOLDER` builds."
        f" `whatwg-websockets spec drift --draft {draft.id}` prints the same in a terminal."
    )
