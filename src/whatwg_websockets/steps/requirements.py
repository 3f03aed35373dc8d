"""The requirements, each with the code that meets it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from whatwg_websockets.steps.comments import SourceFile
from whatwg_websockets.steps.function_text import Code
from whatwg_websockets.steps.index import Requirement, Standard
from whatwg_websockets.steps.links import Catalogue, anchor_in_code, forms_of_the_anchor, near
from whatwg_websockets.steps.named_tests import nearest_first, read_tests
from whatwg_websockets.steps.places import Place, places
from whatwg_websockets.steps.positions import Position, read_positions
from whatwg_websockets.steps.view import OWN, TestsOf


@dataclass(frozen=True)
class MetView:
    """A place where a requirement is met.

    Attributes:
        place: its comment, and the function around it.
        code: the statement below the comment, without the bodies of a compound one; None if there
            is no statement.
        tests: the tests that ran it, as far as they are recorded.
    """

    place: Place
    code: Code | None
    tests: tuple[str, ...]


@dataclass(frozen=True)
class RequirementView:
    """A requirement, with its places, tests and positions.

    Attributes:
        requirement: the requirement in the index.
        standard: its standard.
        places: the places where it is met.
        tests: the tests that name its anchor, as pytest writes them.
        positions: the positions about its anchor.
    """

    requirement: Requirement
    standard: Standard
    places: tuple[MetView, ...]
    tests: tuple[str, ...]
    positions: tuple[Position, ...]


class Requirements:
    """All requirements of the standards that are carried out.

    Args:
        standards: the index.
        sources: the comments.
        positions: the folder of the positions; it need not exist.
        tests: the folder of the tests, if there is one.
        tests_of: returns the tests that ran a step.
    """

    def __init__(
        self,
        standards: Iterable[Standard],
        sources: Iterable[SourceFile],
        *,
        positions: Path,
        tests: Path | None = None,
        tests_of: TestsOf = lambda _: (),
    ) -> None:
        standards = list(standards)
        self._catalogue = Catalogue(standards)
        self._standards = {
            requirement.id: (requirement, standard)
            for standard in standards
            if standard.is_carried_out
            for requirement in standard.requirements
        }
        self._sources = list(sources)
        self._positions = positions
        self._tests = tests
        self._tests_of = tests_of

    def __contains__(self, id_: str) -> bool:
        """Return whether a requirement has an id."""
        return id_ in self._standards

    def named(self, query: str) -> list[Requirement]:
        """Return the requirements that a name stands for.

        If several standards have the name, it stands for that of the WebSockets Standard.

        Args:
            query: an anchor, which may begin with "#" or its URL; the name of a member, with its
                interface or without it ("WebSocket.readyState"); the id without its standard
                ("ready-state"); or the last words of an id ("transmitted").
        """
        everything = [one for one, _ in self._standards.values()]
        own = [one for one in everything if one.standard == OWN]
        for names, wanted in (
            (forms_of_the_anchor, query),
            (_short, _plain(query)),
            (_last, _plain(query)),
        ):
            for requirements in (own, everything):
                found = [one for one in requirements if wanted in names(one)]
                if found:
                    return found
        return []

    def near(self, query: str) -> list[Requirement]:
        """Return the requirements whose ids or anchors a misspelt name may be meant for."""
        names: dict[str, list[Requirement]] = {}
        for one, _ in self._standards.values():
            for name in {one.id, one.anchor} | _short(one) | _last(one):
                names.setdefault(name, []).append(one)
        alike = [one for name in near(query, names) for one in names[name]]
        return list(dict.fromkeys(alike))[:3]

    def view(self, id_: str) -> RequirementView:
        """Return a requirement with its places, tests and positions."""
        requirement, standard = self._standards[id_]
        anchor = anchor_in_code(requirement)
        met = tuple(
            MetView(place, _code(place), tuple(self._tests_of(place.comment)))
            for place in places(self._sources)
            if place.is_requirement and id_ in self._catalogue.ids(place.comment)
        )
        return RequirementView(
            requirement=requirement,
            standard=standard,
            places=met,
            tests=nearest_first(
                read_tests(anchor, self._tests) if self._tests else (),
                (each.place.comment.path for each in met),
            ),
            positions=tuple(
                each for each in read_positions(self._positions) if each.is_about(requirement)
            ),
        )


def _short(requirement: Requirement) -> set[str]:
    """Return the member that a requirement is about, and its id without its standard."""
    names = {requirement.id.removeprefix(f"{requirement.standard}-")}
    member = re.fullmatch(r"dom-(?P<whole>[^-]+-(?P<name>[^-]+))", requirement.anchor)
    if member:
        names |= {member["name"], member["whole"]}
    return {_plain(each) for each in names}


def _last(requirement: Requirement) -> set[str]:
    """Return the last words of the id of a requirement, except numbers alone."""
    words = requirement.id.split("-")
    if not words[-1].isalpha():
        return set()
    return {_plain("-".join(words[begin:])) for begin in range(len(words))}


def _plain(name: str) -> str:
    """Return a name in small letters without what separates its words: readyState, ready-state."""
    return re.sub(r"[-. ]", "", name.casefold())


def _code(place: Place) -> Code | None:
    """Return the statement below a comment, without its indentation."""
    if not place.lines:
        return None
    lines = place.comment.path.read_text(encoding="utf-8").split("\n")
    text = [lines[number - 1] for number in place.lines]
    indentation = len(text[0]) - len(text[0].lstrip())
    return Code(place.lines[0], "\n".join(line[indentation:].rstrip() for line in text))
