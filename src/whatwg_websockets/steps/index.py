"""The index of the standards: reads and checks ``spec/*.toml``.

The format is described in ``spec/README.md``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from whatwg_websockets.steps.reading_order import place_in_order
from whatwg_websockets.steps.toml_file import IndexFault, TomlFile

STEP = re.compile(r"\d+[a-z]?(\.\d+[a-z]?)*")

SURVIVORS = "survivors.toml"


OUTSIDE = "outside.toml"

CHANGES = "*.changes.toml"
"""The files in the folder of the index that say what a draft would change in a standard."""

NO_STANDARDS = frozenset([SURVIVORS, OUTSIDE])
"""The files in the folder of the index that are not standards."""

HASH = re.compile(r"[0-9a-f]{12}")

ID = re.compile(r"[\w.-]*\w")

CARRIED_OUT = "carried out"

NOT_BUILT = "not built"

LINK = re.compile(r"[a-z0-9-]+#\S+|https?://\S+")
"""The target of a step's link: ``fetch#concept-fetch``, or an address outside of the standards."""


@dataclass(frozen=True)
class Algorithm:
    """An algorithm of a standard.

    Attributes:
        standard: the standard's short name.
        anchor: its fragment in the standard.
        name: its name, as the code's mark has it.
        section: the number of its section.
        kind: the kind of algorithm: a method, a getter, a feedback.
        url: its URL.
        steps: the hash of each step's text, by the step's number, in order.
        line: the line of the file on which its table begins, from 1.
        introduction: the hash of the paragraph that introduces the steps; None if it is not kept.
        folded: the numbers of the steps that include their substeps, and are hashed with them.
        links: what each step links to, by the step's number: the id of a standard, "#" and the
            anchor.
        not_built: why no code carries it out yet; None for an algorithm that is carried out.
    """

    standard: str
    anchor: str
    name: str
    section: str
    kind: str
    url: str
    steps: dict[str, str] = field(hash=False)
    line: int = field(default=1, compare=False)
    introduction: str | None = None
    folded: frozenset[str] = frozenset()
    links: dict[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    not_built: str | None = None


@dataclass(frozen=True)
class Requirement:
    """A sentence of a standard that requires something and is not a numbered step.

    Attributes:
        standard: the standard's short name.
        id: its name, unique among all standards.
        anchor: the fragment under which it stands.
        section: the number of its section.
        kind: what it is: "requirement", "getter", "initial value", or the RFC's keyword, such as
            "MUST".
        url: its URL.
        gist: what it requires, in our own words.
        hash: the hash of its text; None for an RFC.
        line: the line of the file on which its table begins, from 1.
    """

    standard: str
    id: str
    anchor: str
    section: str
    kind: str
    url: str
    gist: str
    hash: str | None
    line: int = field(default=1, compare=False)


@dataclass(frozen=True)
class Standard:
    """A standard, as far as this project carries it out.

    Attributes:
        path: the file that this was read from.
        id: the short name.
        title: the full name.
        url: its URL.
        version: the version that the hashes are of.
        date: the day of that version.
        algorithms: its algorithms, in its order.
        requirements: its unnumbered requirements, in its order.
        status: "carried out", or another status, such as that of a draft that is only watched.
        informative: the hashes of the sentences that require nothing; None if the file holds only a
            part of its standard, so that a missing sentence is not a fault.
        draft: where the text is proposed if it is a draft; None for a standard.
    """

    path: Path
    id: str
    title: str
    url: str
    version: str
    date: date
    algorithms: tuple[Algorithm, ...]
    requirements: tuple[Requirement, ...]
    status: str = CARRIED_OUT
    informative: frozenset[str] | None = None
    draft: str | None = None

    @property
    def is_carried_out(self) -> bool:
        """Whether the code is compared with the standard."""
        return self.status == CARRIED_OUT

    @property
    def label(self) -> str:
        """The title; for a draft, with the commit: ``Toys (draft at d5570f3)``."""
        return self.title if self.draft is None else f"{self.title} (draft at {self.version[:7]})"


def spec_folder() -> Path:
    """Return the folder of the index: beside ``src/`` in a checkout, else in the package."""
    package = Path(__file__).resolve().parent
    inside = package / "spec"
    return inside if inside.is_dir() else package.parents[2] / "spec"


def read_index(folder: Path | None = None) -> list[Standard]:
    """Read all files of the index, in the order in which a reader meets the standards.

    Args:
        folder: the folder of the files; by default this project's own.

    Raises:
        IndexFault: a file is not TOML, lacks something, or has something twice.
    """
    paths = sorted((folder or spec_folder()).glob("*.toml"))
    standards = [read_standard(path) for path in paths if _is_standard(path)]
    titles: set[str] = set()
    seen: set[str] = set()
    for standard in standards:
        if standard.id in titles:
            raise IndexFault(standard.path, 1, f"{standard.id!r} is another file's id; choose one")
        titles.add(standard.id)
        for requirement in standard.requirements:
            if requirement.id in seen:
                problem = f"the id {requirement.id!r} is taken; ids are unique in all files"
                raise IndexFault(standard.path, requirement.line, problem)
            seen.add(requirement.id)
    return sorted(standards, key=lambda each: place_in_order(each.id, each.title))


def _is_standard(path: Path) -> bool:
    return path.name not in NO_STANDARDS and not path.match(CHANGES)


def read_standard(path: Path) -> Standard:
    """Read one file of the index.

    Raises:
        IndexFault: the file is not TOML, lacks something, or has something twice.
    """
    return _Reader(path).standard()


class _Reader(TomlFile):
    """Reads one standard's file."""

    def standard(self) -> Standard:
        """Read the whole file."""
        data = self.data()
        head = data.get("standard")
        if not isinstance(head, dict):
            raise self.fault(1, "there is no [standard] table; begin the file with one")
        heads = [number for number, line in enumerate(self.lines, 1) if "[standard]" in line]
        line = heads[0] if heads else 1
        self.id = self.value(head, "id", str, line)
        self.url = self.value(head, "url", str, line)
        return Standard(
            path=self.path,
            id=self.id,
            title=self.value(head, "title", str, line),
            url=self.url,
            version=self.value(head, "version", str, line),
            date=self.value(head, "date", date, line),
            algorithms=tuple(self.algorithms(self.tables(data, "algorithm"))),
            requirements=tuple(self.requirements(self.tables(data, "requirement"))),
            status=self.value({"status": CARRIED_OUT, **head}, "status", str, line),
            informative=self.informative(head, line),
            draft=self.value(head, "draft", str, line) if "draft" in head else None,
        )

    def informative(self, head: dict[str, Any], line: int) -> frozenset[str] | None:
        """Read the hashes of the sentences that require nothing."""
        if "informative" not in head:
            return None
        hashes = self.value(head, "informative", list, line)
        for hash_ in hashes:
            self.check_hash(hash_, line, "informative")
        return frozenset(hashes)

    def algorithms(self, tables: list[tuple[int, dict[str, Any]]]) -> Iterator[Algorithm]:
        """Read the algorithms."""
        seen = set()
        for line, table in tables:
            anchor = self.value(table, "anchor", str, line)
            name = self.value(table, "name", str, line)
            if (anchor, name) in seen:
                raise self.fault(line, f"{name!r} is there twice; leave one")
            seen.add((anchor, name))
            if "introduction" in table:
                self.check_hash(table["introduction"], line, "introduction")
            yield Algorithm(
                standard=self.id,
                anchor=anchor,
                name=name,
                section=self.value(table, "section", str, line),
                kind=self.value(table, "kind", str, line),
                url=f"{self.url}#{anchor}",
                steps=self.steps(self.value(table, "steps", dict, line), line),
                line=line,
                introduction=table.get("introduction"),
                folded=self.folded(table, line),
                links=self.links(table, line),
                not_built=self.not_built(table, line),
            )

    def folded(self, table: dict[str, Any], line: int) -> frozenset[str]:
        """Read the numbers of the steps that include their substeps."""
        numbers = self.value({"folded": [], **table}, "folded", list, line)
        for number in numbers:
            if number not in table["steps"]:
                problem = f"there is no step {number!r} that could be folded; take it away"
                raise self.fault(line, problem, "folded")
        return frozenset(numbers)

    def links(self, table: dict[str, Any], line: int) -> dict[str, tuple[str, ...]]:
        """Read what each step links to."""
        head = line
        links = self.value({"links": {}, **table}, "links", dict, line)
        heads = (
            number
            for number, text in enumerate(self.lines, 1)
            if number > line and text.startswith("[algorithm.links]")
        )
        line = next(heads, line)
        for number in links:
            if number not in table["steps"]:
                problem = f"there is no step {number!r} that could have links; take the line away"
                raise self.fault(line, problem, number)
            for target in self.value(links, number, list, line):
                if not (isinstance(target, str) and LINK.fullmatch(target)):
                    problem = f'{target!r} is not a link; write "fetch#concept-fetch"'
                    raise self.fault(line, problem, number)
        self.check_count(links, table, head)
        return {number: tuple(targets) for number, targets in links.items()}

    def check_count(self, links: dict[str, list[str]], table: dict[str, Any], line: int) -> None:
        """Refuse a table of links that lacks links: the algorithm says how many links there are."""
        count = sum(len(targets) for targets in links.values())
        linked = self.value({"linked": 0, **table}, "linked", int, line)
        links_there = f"{count} link{'' if count == 1 else 's'}"
        if count != linked:
            problem = (
                f"the steps of {table['name']!r} have {links_there}, and `linked` says {linked};"
                " write the links that are missing, or the number"
            )
            raise self.fault(line, problem, "linked")

    def not_built(self, table: dict[str, Any], line: int) -> str | None:
        """Read why an algorithm is not built."""
        if "status" not in table:
            return None
        if table["status"] != NOT_BUILT:
            problem = f"the status of an algorithm is {NOT_BUILT!r}; write that, or nothing"
            raise self.fault(line, problem, "status")
        if not table["steps"]:
            raise self.fault(line, "what is not built is counted by its steps; write them", "steps")
        return self.reason(table, line)

    def steps(self, steps: dict[str, Any], line: int) -> dict[str, str]:
        """Check the numbers and the hashes of steps."""
        for number, hash_ in steps.items():
            if not STEP.fullmatch(number):
                problem = f'"{number}" is not the number of a step; write "2.1" or "3a"'
                raise self.fault(line, problem, number)
            if isinstance(hash_, dict):
                problem = 'the number of a substep stands in quotes: "2.1" = "…"'
                raise self.fault(line, problem, f"{number}.{next(iter(hash_), '')}")
            self.check_hash(hash_, line, number)
        return steps

    def check_hash(self, hash_: object, line: int, near: str) -> None:
        """Refuse a value that is not a hash."""
        if not (isinstance(hash_, str) and HASH.fullmatch(hash_)):
            problem = (
                f"{hash_!r} is not a hash of twelve hexadecimal digits;"
                " `whatwg-websockets spec index` makes them"
            )
            raise self.fault(line, problem, near)

    def requirements(self, tables: list[tuple[int, dict[str, Any]]]) -> Iterator[Requirement]:
        """Read the requirements."""
        for line, table in tables:
            id_ = self.value(table, "id", str, line)
            if not ID.fullmatch(id_):
                problem = f"{id_!r} can be in no comment; use letters, digits, hyphens and dots"
                raise self.fault(line, problem, "id")
            anchor = self.value(table, "anchor", str, line)
            if "hash" in table:
                self.check_hash(table["hash"], line, "hash")
            yield Requirement(
                standard=self.id,
                id=id_,
                anchor=anchor,
                section=self.value(table, "section", str, line),
                kind=self.value(table, "kind", str, line),
                url=f"{self.url}#{anchor}",
                gist=self.value(table, "gist", str, line),
                hash=table.get("hash"),
                line=line,
            )
