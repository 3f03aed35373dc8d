"""The objects that the search finds by name, and the places where they are decided.

Sphinx's search finds words and objects. Anchors, sections, requirements, positions and close codes
are objects here, and ``search.js`` shows the object that was searched for first.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from docutils import nodes
from docutils.nodes import Node, system_message
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.domains import Domain, ObjType
from sphinx.util.docutils import SphinxRole

from reading_room.house import ALGORITHMS, POSITIONS, Room, room, slug
from whatwg_websockets.steps.index import Algorithm, Requirement, Standard
from whatwg_websockets.steps.links import RFC, anchor_in_code
from whatwg_websockets.steps.lookup import CODE, DECIDES_CODES, Entry, entries_on_a_code

SCORER = Path(__file__).with_name("search.js")

HERE, EXPLAINED, ALSO_HERE, MENTIONED = 10, 11, 12, 13
"""The priorities of places.

They are those of the place that decides an object, of the chapter that explains a close code, of
other places that decide, and of mentions.
"""

MENTION = re.compile(
    r"(?<![\w.,])(?:100[1-9]|101[0-5])(?!\w|[.,]\d)|(?:(?<=lose )|(?<=code ))1000\b"
)
"""A close code in running text; 1000 counts only after "close" or "code"."""

TOP = "top"
"""The fragment that leads to the beginning of any page."""


class Object(NamedTuple):
    """An object that the search finds by name, with its fields in Sphinx's order.

    Attributes:
        name: the text that is searched for.
        shown: the text that is shown, which is the same.
        type: the type of the object.
        docname: the page.
        anchor: the place on the page.
        priority: whether the place decides the object or mentions it.
    """

    name: str
    shown: str
    type: str
    docname: str
    anchor: str
    priority: int


class Decided(Domain):
    """The domain of all objects that the search finds by name; it has no directives or roles."""

    name = "decided"
    label = "What is decided, and where"
    object_types: ClassVar = {
        "anchor": ObjType("anchor"),
        "requirement": ObjType("requirement"),
        "position": ObjType("position"),
        "code": ObjType("close code"),
        "mention": ObjType("mentioned"),
    }
    initial_data: ClassVar = {"codes": {}, "mentions": {}}

    @property
    def codes(self) -> dict[str, list[tuple[str, str]]]:
        """The close codes that each page decides, with their anchors."""
        return self.data["codes"]  # type: ignore[no-any-return]

    @property
    def mentions(self) -> dict[str, list[tuple[str, str]]]:
        """The close codes that each page mentions, with the anchors of the sections."""
        return self.data["mentions"]  # type: ignore[no-any-return]

    def get_type_name(self, type: ObjType, primary: bool = False) -> str:  # noqa: A002
        """Return the name of a type, without that of the domain."""
        return type.lname

    def clear_doc(self, docname: str) -> None:
        """Remove what a page decides and mentions."""
        self.codes.pop(docname, None)
        self.mentions.pop(docname, None)

    def merge_domaindata(self, docnames: Iterable[str], otherdata: dict[str, Any]) -> None:
        """Merge what another process has read."""
        for kind in ("codes", "mentions"):
            self.data[kind] |= {
                name: found for name, found in otherdata[kind].items() if name in docnames
            }

    def get_objects(self) -> Iterator[Object]:
        """Return all objects."""
        here = room(self.env.config)
        for each in _objects(here):
            if each.type.startswith("section-"):
                title = here.short_titles[each.type.removeprefix("section-")]
                self.object_types.setdefault(each.type, ObjType(f"section of {title}"))
            yield each
        decided = {code for codes in self.codes.values() for code, _ in codes}
        yield from _codes(here, sorted(filter(CODE.fullmatch, decided)))
        for docname, codes in self.codes.items():
            for code, anchor in codes:
                yield _object(code, "code", docname, anchor, EXPLAINED)
        for docname, codes in self.mentions.items():
            for code, anchor in codes:
                if code in decided and docname not in self.codes:
                    yield _object(code, "mention", docname, anchor, MENTIONED)


def _object(name: str, type_: str, docname: str, anchor: str, priority: int) -> Object:
    return Object(name, name, type_, docname, anchor or TOP, priority)


def _objects(here: Room) -> Iterator[Object]:
    """Find the objects of the index, the code and the positions."""
    taken: set[str] = set()
    for standard in here.standards:
        for algorithm in standard.algorithms:
            yield from _anchor(algorithm, here.pages[algorithm])
        sections = list(_sections(here, standard))
        for each in sections:
            is_first = each.name not in taken
            yield each if is_first else each._replace(priority=MENTIONED)
        taken |= {each.name for each in sections}
        yield from _requirements(here, standard)
    for name, position in here.positions.items():
        page = f"{POSITIONS}/{name}"
        yield _object(name, "position", page, TOP, HERE)
        anchors = dict.fromkeys(where.rpartition("#")[2] for where in position.where)
        yield from (_object(each, "position", page, TOP, MENTIONED) for each in anchors)


def _anchor(algorithm: Algorithm, page: str) -> Iterator[Object]:
    for name in dict.fromkeys((algorithm.anchor, anchor_in_code(algorithm))):
        yield _object(name, "anchor", page, slug(algorithm.anchor), HERE)


def _sections(here: Room, standard: Standard) -> Iterator[Object]:
    """Find the sections, which are decided by their only algorithm, or by a row of a table."""
    type_ = f"section-{standard.id}"
    folder = f"{ALGORITHMS}/{standard.id}"
    counts = Counter(algorithm.section for algorithm in standard.algorithms)
    for section, count in counts.items():
        if count > 1:
            yield _object(section, type_, f"{folder}/index", section_id(section), HERE)
    for algorithm in standard.algorithms:
        priority = ALSO_HERE if counts[algorithm.section] > 1 else HERE
        anchor = slug(algorithm.anchor)
        yield _object(algorithm.section, type_, here.pages[algorithm], anchor, priority)
    for section in dict.fromkeys(each.section for each in standard.requirements):
        priority = ALSO_HERE if section in counts else HERE
        yield _object(section, type_, f"{folder}/requirements", section_id(section), priority)


def _requirements(here: Room, standard: Standard) -> Iterator[Object]:
    """Find the requirements and their anchors, which are decided where the requirements are met.

    The anchor of a section of an RFC leads to the table of the requirements. If several
    requirements have another anchor, the first of them is found first.
    """
    taken = {algorithm.anchor for algorithm in standard.algorithms}
    for requirement in standard.requirements:
        places = list(_places(here, requirement))
        for page, fragment, priority in places:
            yield _object(requirement.id, "requirement", page, fragment, priority)
        anchor = anchor_in_code(requirement)
        is_first = requirement.anchor not in taken
        if standard.id.startswith(RFC):
            places = [(places[-1][0], section_id(requirement.section), HERE)] if is_first else []
        for page, fragment, priority in places:
            yield _object(anchor, "anchor", page, fragment, priority if is_first else ALSO_HERE)
        taken.add(requirement.anchor)


def _places(here: Room, requirement: Requirement) -> Iterator[tuple[str, str, int]]:
    """Return the pages about a requirement, each with the fragment and the priority of the place.

    The last of them is the table of the requirements.
    """
    fragment = slug(requirement.id)
    pages = here.pages_of_requirements.get(requirement.id, [])
    yield from ((page, fragment, HERE) for page in pages)
    table = f"{ALGORITHMS}/{requirement.standard}/requirements"
    yield table, fragment, ALSO_HERE if pages else HERE


def _codes(here: Room, codes: Iterable[str]) -> Iterator[Object]:
    """Find the close codes in the index.

    If an entry names a code, the first entry about the code is where it is decided. The algorithm
    that decides all codes, alone, comes after the chapter that explains them.
    """
    for code in codes:
        entries = list(entries_on_a_code(code, here.library))
        priority = HERE if any(not _decides_all_codes(each) for each in entries) else ALSO_HERE
        for entry in entries:
            for page, fragment in _pages_about(here, entry):
                yield _object(code, "code", page, fragment, priority)
                priority = ALSO_HERE


def _decides_all_codes(entry: Entry) -> bool:
    return isinstance(entry, Algorithm) and entry.name == DECIDES_CODES


def _pages_about(here: Room, entry: Entry) -> list[tuple[str, str]]:
    """Return the pages about an algorithm or a requirement, each with the fragment."""
    if isinstance(entry, Algorithm):
        return [(here.pages[entry], slug(entry.anchor))]
    return [(page, fragment) for page, fragment, _ in _places(here, entry)]


def section_id(section: str) -> str:
    """Return the id of the first row of a section in a table."""
    return f"section-{slug(section)}"


class CloseCodeRole(SphinxRole):
    """Marks the place that decides a close code, or a range of them: ``1006``, ``4000 to 4999``."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        """Return the code as an anchor."""
        anchor = f"close-code-{slug(self.text)}"
        domain = self.env.get_domain(Decided.name)
        domain.data["codes"].setdefault(self.env.docname, []).append((self.text, anchor))
        return [nodes.inline("", self.text, ids=[anchor], classes=["close-code"])], []


def note_mentions(app: Sphinx, doctree: nodes.document) -> None:
    """Record the close codes that a page mentions, each with the first section that has it."""
    found: dict[str, str] = {}
    for text in doctree.findall(nodes.Text):
        for code in MENTION.findall(text.astext()):
            found.setdefault(code, _section_around(text))
    if found:
        domain = app.env.get_domain(Decided.name)
        domain.data["mentions"][app.env.docname] = list(found.items())


def _section_around(node: Node) -> str:
    while node.parent is not None:
        node = node.parent
        if isinstance(node, nodes.section):
            return str(node["ids"][0])
    return TOP


def use_scorer(app: Sphinx, config: Config) -> None:
    """Configure the search to use ``search.js``."""
    config.html_search_scorer = str(SCORER)
