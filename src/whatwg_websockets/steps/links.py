"""Finds the algorithm that a mark in the code means, and the requirement that a comment means."""

import difflib
from collections.abc import Iterable

from whatwg_websockets.steps.comments import Comment
from whatwg_websockets.steps.index import Algorithm, Requirement, Standard

RFC = "rfc"
"""The beginning of the ids of RFCs, whose anchors are written with the id in code."""

PART = ": "
"""The text between the name of an algorithm and that of a part of it."""


def anchor_in_code(entry: Algorithm | Requirement) -> str:
    """Return the anchor of an algorithm or a requirement as code has it.

    The anchor of a WHATWG standard stands alone, and that of an RFC after the RFC's id:
    ``dom-websocket-close``, ``rfc6455#section-7.1.7``.
    """
    is_rfc = entry.standard.startswith(RFC)
    return f"{entry.standard}#{entry.anchor}" if is_rfc else entry.anchor


def forms_of_the_anchor(entry: Algorithm | Requirement) -> set[str]:
    """Return the anchor of an algorithm or a requirement in each form in which it may be asked."""
    return {entry.anchor, f"#{entry.anchor}", anchor_in_code(entry), entry.url}


class Catalogue:
    """All algorithms and requirements of the index, by their names in the code.

    If two standards have the same name, that of the standard that is carried out counts.

    Attributes:
        standards: the standards, those that are not carried out last.
    """

    def __init__(self, standards: Iterable[Standard]) -> None:
        self.standards = sorted(standards, key=lambda standard: not standard.is_carried_out)
        self._algorithms: dict[tuple[str, str], Algorithm] = {}
        self._requirements: dict[str, Requirement] = {}
        self._left_out: set[str] = set()
        for standard in self.standards:
            if not standard.is_carried_out:
                self._left_out.add(standard.id)
            for algorithm in standard.algorithms:
                key = anchor_in_code(algorithm), algorithm.name
                self._algorithms.setdefault(key, algorithm)
            for requirement in standard.requirements:
                self._requirements[requirement.id] = requirement

    def is_carried_out(self, entry: Algorithm | Requirement) -> bool:
        """Whether the code is compared with the standard of the entry."""
        return entry.standard not in self._left_out

    def algorithm(self, anchor: str, name: str) -> tuple[Algorithm, str] | None:
        """Return the algorithm and the part of it that a mark names; None if the index has neither.

        Args:
            anchor: the anchor, as the mark has it.
            name: the name, as the mark has it: the algorithm's own, or ``name: part``.
        """
        whole = name
        while (anchor, whole) not in self._algorithms:
            whole, separator, _ = whole.rpartition(PART)
            if not separator:
                return None
        return self._algorithms[anchor, whole], name[len(whole) + len(PART) :]

    def requirement(self, id_: str) -> Requirement | None:
        """Return the requirement with an id; None if the index does not have it."""
        return self._requirements.get(id_)

    def ids(self, comment: Comment) -> tuple[str, ...]:
        """Return the ids of all requirements that a comment stands for."""
        return comment.stands_for(self.all_beside(comment.numbers[0]) if comment.is_range else ())

    def all_beside(self, id_: str) -> list[str]:
        """Return all ids of the standard that has an id, in order; empty for an unknown id."""
        known = self.requirement(id_)
        ids = self._requirements.items()
        return [each for each, one in ids if known and one.standard == known.standard]

    def names(self, anchor: str) -> list[str]:
        """Return the names of the algorithms under an anchor, as code has it."""
        return [name for each, name in self._algorithms if each == anchor]

    def near_anchors(self, anchor: str) -> list[str]:
        """Return the anchors, as code has them, that a misspelt anchor may be meant for."""
        return near(anchor, {each for each, _ in self._algorithms})

    def near_ids(self, id_: str) -> list[str]:
        """Return the ids of requirements that a misspelt id may be meant for."""
        return near(id_, self._requirements)


def near(word: str, words: Iterable[str]) -> list[str]:
    """Return at most three words that are spelt nearly like a word, the nearest first."""
    by_key = {each.casefold(): each for each in sorted(words)}
    return [by_key[key] for key in difflib.get_close_matches(word.casefold(), by_key)]


def series(things: Iterable[str], last: str = "and") -> str:
    """Join things to a list in words: "1", "1 and 2", "1, 2 and 3"."""
    *first, end = things
    return f"{', '.join(first)} {last} {end}" if first else end
