"""Nodes that show what would become of the steps of an algorithm if a draft landed.

The words are ours. The two texts follow them if the reader has both (:mod:`.own_texts`).
"""

from collections.abc import Iterator
from typing import ClassVar

from docutils import nodes
from docutils.nodes import Node
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from reading_room.house import Room, room
from reading_room.own_texts import SWITCH
from reading_room.sources import link_to
from reading_room.words import inline, inside, outside
from whatwg_websockets.steps.draft_changes import (
    DraftChange,
    DraftChanges,
    Target,
    read_draft_changes,
)
from whatwg_websockets.steps.index import Algorithm, Standard
from whatwg_websockets.steps.own_text import OwnText
from whatwg_websockets.steps.pairing import How
from whatwg_websockets.steps.view import StepView
from whatwg_websockets.steps.word_diff import Fate, Piece, pieces, side
from whatwg_websockets.steps.words_by_hash import WordsByHash

SAID = {
    How.CHANGED: "changed",
    How.CAME: "new",
    How.WENT: "taken out",
    How.MOVED: "moved",
}
"""The words of the page for what becomes of a step."""


class LandedDirective(SphinxDirective):
    """Shows the changes of a draft to an algorithm: each step as it is and as it would be.

    The argument is the id of the draft; ``:algorithm:`` names the page of the algorithm.
    """

    required_arguments = 1
    option_spec: ClassVar = {"algorithm": directives.unchanged_required}

    def run(self) -> list[Node]:
        """Return the steps."""
        here = room(self.config)
        algorithm = here.algorithm(self.options["algorithm"])
        every = read_draft_changes(here.root / "spec")
        [changes] = [each for each in every if each.draft == self.arguments[0]]
        return [_Landed(here, changes, algorithm, self.env.docname).whole()]


class _Landed:
    """The changes of one algorithm.

    Args:
        here: the content of the reading room.
        changes: all changes of the draft.
        algorithm: the algorithm.
        docname: the page that it is shown on.
    """

    def __init__(
        self, here: Room, changes: DraftChanges, algorithm: Algorithm, docname: str
    ) -> None:
        self._here = here
        self._docname = docname
        self._algorithm = algorithm
        self._changes = [
            each
            for each in changes.changes
            if (each.anchor, each.name) == (algorithm.anchor, algorithm.name)
        ]
        standards = {each.id: each for each in here.index}
        self._draft: Standard = standards[changes.draft]
        self._was = _words_of(here.texts.get(changes.standard))
        self._now = _words_of(here.texts.get(changes.draft))

    def whole(self) -> nodes.container:
        """Return all changes, below a switch if their texts are available."""
        whole = nodes.container("", classes=["algorithm", "landed"])
        if self._was is not None and self._now is not None:
            whole += nodes.raw("", SWITCH, format="html")
        heads = (
            nodes.container("", nodes.paragraph("", each))
            for each in ("Today", "If the draft landed")
        )
        rows = [nodes.container("", *heads, classes=["step", "heads"])]
        rows += [self._row(change) for change in self._changes]
        whole += nodes.container("", *rows, classes=["steps"])
        return whole

    def _row(self, change: DraftChange) -> nodes.container:
        today = nodes.container("", *self._today(change), classes=["words"])
        landed = nodes.container("", *self._if_it_landed(change), classes=["words"])
        row = nodes.container("", today, landed, classes=["step", f"landed-{change.how}"])
        row += self._texts(change)
        return row

    def _today(self, change: DraftChange) -> Iterator[Node]:
        """Return the nodes for what the code does today, and where."""
        if not change.step:
            yield nodes.paragraph("", "Today there is no such step.", classes=["soft"])
            return
        words = nodes.paragraph("", "", nodes.inline("", f"{change.step}. ", classes=["number"]))
        places = nodes.paragraph("", classes=["places"])
        for function in self._here.view(self._algorithm).functions:
            for step in function.steps:
                if change.step in step.numbers and not step.is_requirement:
                    words += inline(step.text)
                    place = self._here.place_of(function.path, step.line)
                    places += link_to(place, self._here.short(place))
        yield words
        if places.children:
            yield places

    def _if_it_landed(self, change: DraftChange) -> Iterator[Node]:
        """Return the nodes for what the step would become, with our code for the draft."""
        becomes = nodes.paragraph("", "")
        becomes += nodes.inline("", SAID[change.how], classes=["tag", f"landed-{change.how}"])
        if change.now and change.now != Target(change.anchor, change.step):
            to = " to " if change.how is How.MOVED else " as "
            becomes += [nodes.Text(to), *self._named(change.now, change.anchor)]
        if change.kin:
            becomes += [nodes.Text("; much like "), *self._named(change.kin, change.anchor)]
        yield becomes
        if change.words:
            yield nodes.paragraph("", "", *inline(change.words))
        else:
            is_own = change.now is None or change.now.anchor == change.anchor
            stays = "Only the number changes." if is_own else "The words stay the same."
            yield nodes.paragraph("", stays, classes=["soft"])
        for target in (change.now, change.kin):
            for step in self._steps_of(target, change.anchor):
                code = nodes.paragraph("", "Our code for the draft: ", classes=["soft"])
                code += inline(step.text)
                yield code

    def _named(self, target: Target, own: str) -> Iterator[Node]:
        """Return the name of a step, with a link to its algorithm if that is another one."""
        found = self._found(target)
        if target.anchor == own or found is None:
            yield nodes.Text(f"step {target.step}")
        else:
            yield nodes.Text(f"step {target.step} of ")
            page = self._here.pages.get(found)
            yield (
                inside(found.name, page, self._docname) if page else outside(found.name, found.url)
            )

    def _found(self, target: Target) -> Algorithm | None:
        """Find an algorithm of the draft."""
        return next((each for each in self._draft.algorithms if each.anchor == target.anchor), None)

    def _steps_of(self, target: Target | None, own: str) -> Iterator[StepView]:
        """Find the comments of our code that carry out a step of the draft's own algorithms."""
        found = None if target is None or target.anchor == own else self._found(target)
        if target is None or found not in self._here.pages:
            return
        for function in self._here.view(found).functions:
            for step in function.steps:
                if target.step in step.numbers and not step.is_requirement:
                    yield step

    def _texts(self, change: DraftChange) -> Iterator[Node]:
        """Return the texts of the step, today's and the draft's, if both are available."""
        if self._was is None or self._now is None:
            return
        was = self._was.get(self._algorithm.steps.get(change.step, ""))
        now = self._now.get(change.hash)
        compared = pieces(was, now) if was and now else [Piece(Fate.STAYED, was or now)]
        lines = nodes.container("", classes=["own-text"])
        if change.how is How.MOVED:
            lines += nodes.paragraph("", was)
        else:
            for name, text, fate in (("Was", was, Fate.WENT), ("Now", now, Fate.CAME)):
                if text:
                    lines += _line(name, side(compared, fate))
        yield lines


def _words_of(own: OwnText | None) -> WordsByHash | None:
    return None if own is None else WordsByHash(own.upstream, own.standard)


def _line(name: str, shown: list[Piece]) -> nodes.paragraph:
    """Return a text with its lost words struck out, or its new words in bold."""
    line = nodes.paragraph("", "", nodes.strong("", f"{name}: "))
    for piece in shown:
        tag = {Fate.WENT: "del", Fate.CAME: "ins"}.get(piece.fate)
        if tag is None:
            line += nodes.Text(f"{piece.text} ")
        else:
            line += nodes.raw("", f"<{tag}>", format="html")
            line += nodes.Text(piece.text)
            line += nodes.raw("", f"</{tag}> ", format="html")
    return line
