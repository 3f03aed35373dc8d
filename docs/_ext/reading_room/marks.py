"""Writes the pages of the marks: what is not carried out and why, and what the index leaves out.

The reasons come from the step comments, from the index for algorithms that are not built as a
whole, and from ``outside.toml``. These pages add no reasons.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from docutils import nodes
from docutils.nodes import Node, system_message
from sphinx.util.docutils import SphinxRole

from reading_room.house import ALGORITHMS, Room, title_of
from reading_room.markdown import WIDE, breakable, md, page, source, table, words
from whatwg_websockets.steps.grammar import Mark
from whatwg_websockets.steps.index import Algorithm, Requirement, Standard
from whatwg_websockets.steps.outside import read_outside
from whatwg_websockets.steps.tally import total_of

MARKS = f"{ALGORITHMS}/marks"
"""The page of all marks."""

NOT_BUILT = f"{ALGORITHMS}/not-built"
"""The page of what is not built."""

OUTSIDE = f"{ALGORITHMS}/outside"
"""The page of what the index leaves out."""

NAMES = tuple(path.rpartition("/")[2] for path in (MARKS, NOT_BUILT, OUTSIDE))

HEADS = ("§", "of", "step", "mark", "reason", "where")


def css_class(mark: Mark) -> str:
    """Return the CSS class for a mark, such as ``mark-not-built``."""
    return "mark-" + {Mark.NOT_APPLICABLE: "n-a"}.get(mark, str(mark).replace(" ", "-"))


def tag(mark: Mark) -> nodes.inline:
    """Return a mark as a word in its colour."""
    return nodes.inline("", str(mark), classes=["tag", css_class(mark)])


class MarkRole(SphinxRole):
    """A mark in its colour: ``not built``."""

    by_name: ClassVar = {str(mark): mark for mark in Mark}

    def run(self) -> tuple[list[Node], list[system_message]]:
        """Return the mark; words that are not a mark remain text."""
        mark = self.by_name.get(self.text)
        return [nodes.Text(self.text) if mark is None else tag(mark)], []


@dataclass(frozen=True)
class Marked:
    """Steps or requirements with one mark and one reason.

    Attributes:
        of: the algorithm; None for requirements.
        section: the number of the section.
        numbers: the numbers of the steps, or the gist of the requirement.
        mark: the mark.
        reason: the reason.
        where: the code with the mark; empty if the index has it.
    """

    of: Algorithm | None
    section: str
    numbers: str
    mark: Mark
    reason: str
    where: str


def pages_of_marks(here: Room) -> Iterator[tuple[str, str]]:
    """Write the pages of all marks, of what is not built, and of what is left out."""
    yield MARKS, _all_marks(here)
    yield NOT_BUILT, _not_built(here)
    yield OUTSIDE, _outside(here)


def marked(here: Room, standard: Standard) -> Iterator[Marked]:
    """Find the steps and requirements of a standard that are not carried out, in order."""
    for algorithm in standard.algorithms:
        yield from _of_algorithm(here, algorithm)
    for requirement in standard.requirements:
        yield from _of_requirement(here, requirement)


def _of_algorithm(here: Room, algorithm: Algorithm) -> Iterator[Marked]:
    if algorithm.not_built is not None:
        count = len(algorithm.steps)
        steps = "its one step" if count == 1 else f"all {count} steps"
        yield Marked(algorithm, algorithm.section, steps, Mark.NOT_BUILT, algorithm.not_built, "")
    for function in here.view(algorithm).functions:
        for step in function.steps:
            if step.mark is not Mark.CARRIED_OUT and not step.is_requirement:
                where = here.short(here.place_of(function.path, step.line))
                yield Marked(algorithm, algorithm.section, step.number, step.mark, step.text, where)


def _of_requirement(here: Room, requirement: Requirement) -> Iterator[Marked]:
    for comment, place in here.comments_of_requirements.get(requirement.id, ()):
        if not comment.is_carried_out:
            where = here.short(place)
            section, gist = requirement.section, requirement.gist
            yield Marked(None, section, md(gist), comment.mark, comment.words, where)


def _rows(here: Room, all_marked: list[Marked], *, with_mark: bool) -> Iterator[tuple[object, ...]]:
    for each in all_marked:
        of = "" if each.of is None else f"[{breakable(each.of.name)}](/{here.pages[each.of]}.md)"
        mark = [f"{{mark}}`{each.mark}`"] if with_mark else []
        where = source(each.where) if each.where else "index"
        yield each.section, of, each.numbers, *mark, words(each.reason), where


def _all_marks(here: Room) -> str:
    total = total_of(here.rows.values())
    later = read_outside(here.root / "spec").later
    parts = [
        f"{WIDE}# All marks",
        "Each step and each requirement has one of three marks. {mark}`carried out`: the program"
        " has code for it, or need not do anything for it. {mark}`n/a`: it needs something that a"
        " program does not have, such as documents, navigation, or a user to ask."
        " {mark}`not built`: this program could carry it out and does not yet. This page lists the"
        " steps and requirements with the last two marks and their reasons, standard by standard.",
        table(
            ("mark", "steps and requirements"),
            [
                ("{mark}`carried out`", total.carried_out),
                ("{mark}`not built`", total.not_built),
                ("{mark}`n/a`", total.not_applicable),
            ],
        ),
        f"So {total.carried_out} of {total.possible} that could be carried out are:"
        f" {total.percent} %. What is [not built](not-built.md) has a page of its own, and so have"
        f" the algorithms that the index [leaves out](outside.md): later work builds {later} of"
        " these, the steps of which are not counted here.",
    ]
    for standard in here.standards:
        all_marked = list(marked(here, standard))
        if all_marked:
            parts.append(f"## {md(title_of(standard))}")
            parts.append(table(HEADS, _rows(here, all_marked, with_mark=True)))
    return page(*parts)


def _not_built(here: Room) -> str:
    total = total_of(here.rows.values())
    parts = [
        f"{WIDE}# Not built",
        f"What could exist in this program and does not yet: {total.not_built} steps and"
        " requirements, each with the reason. An algorithm of which nothing is built stands here as"
        " a whole.",
    ]
    for standard in here.standards:
        not_built = [each for each in marked(here, standard) if each.mark is Mark.NOT_BUILT]
        if not_built:
            heads = [head for head in HEADS if head != "mark"]
            parts.append(f"## {md(title_of(standard))}")
            parts.append(table(heads, _rows(here, not_built, with_mark=False)))
    return page(*parts)


def _outside(here: Room) -> str:
    outside = read_outside(here.root / "spec")
    titles = {each.id: title_of(each) for each in here.index}
    urls = {**outside.urls, **{each.id: each.url for each in here.index}}
    parts = [
        f"{WIDE}# Outside of the index",
        "The algorithms that a step of the index links to, and that the index does not have:"
        f" {len(outside.outsiders)}, each with the reason. Every other algorithm that a step links"
        " to has a page here.",
        f"Later work builds {outside.later} of them. They are {{mark}}`not built` as well, and no"
        " count of steps has them.",
    ]
    by_standard = sorted(outside.outsiders, key=lambda each: each.standard)
    for standard, outsiders in groupby(by_standard, key=lambda each: each.standard):
        parts.append(f"## {md(titles.get(standard, standard))}")
        rows = []
        for (reason, later), group in groupby(
            outsiders, key=lambda each: (each.reason, each.later)
        ):
            names = (
                f"[{md(each.name)}]({urls[standard]}#{each.anchor})"
                if standard in urls
                else md(each.name)
                for each in group
            )
            rows.append((", ".join(names), words(reason), "{mark}`not built`" if later else ""))
        parts.append(table(("algorithms", "reason", "mark"), rows))
    return page(*parts)
