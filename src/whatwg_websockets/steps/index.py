"""The index of the standards: what ``spec/*.toml`` says, read and checked.

The format is described in ``spec/README.md``.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

STEP = re.compile(r"\d+[a-z]?(\.\d+[a-z]?)*")

HASH = re.compile(r"[0-9a-f]{12}")


class IndexFault(Exception):
    """A file of the index is not as it should be.

    Attributes:
        path: the file.
        line: the line in it, from 1.
        problem: what is wrong, and how to mend it.
    """

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")
        self.path = path
        self.line = line
        self.problem = problem


@dataclass(frozen=True)
class Algorithm:
    """An algorithm of a standard.

    Attributes:
        standard: the standard's short name.
        anchor: its fragment in the standard.
        name: its name, as the code's mark has it.
        section: the number of its section.
        kind: what it is: a method, a getter, a feedback.
        url: where it can be read.
        steps: the hash of each step's text, by the step's number, in order.
    """

    standard: str
    anchor: str
    name: str
    section: str
    kind: str
    url: str
    steps: dict[str, str] = field(hash=False)


@dataclass(frozen=True)
class Requirement:
    """A sentence without a number that asks for something.

    Attributes:
        standard: the standard's short name.
        id: its name, unique among all standards.
        anchor: the fragment under which it stands.
        section: the number of its section.
        kind: what it is: "requirement", "getter", "initial value", or the RFC's word for how much
            it asks.
        url: where it can be read.
        gist: what it asks, in our own words.
        hash: the hash of its text; None for an RFC.
    """

    standard: str
    id: str
    anchor: str
    section: str
    kind: str
    url: str
    gist: str
    hash: str | None


@dataclass(frozen=True)
class Standard:
    """A standard, as far as this project carries it out.

    Attributes:
        path: the file that this was read from.
        id: the short name.
        title: the full name.
        url: where it can be read.
        version: which version the hashes are of.
        date: the day of that version.
        algorithms: its algorithms, in its order.
        requirements: its unnumbered requirements, in its order.
    """

    path: Path
    id: str
    title: str
    url: str
    version: str
    date: date
    algorithms: tuple[Algorithm, ...]
    requirements: tuple[Requirement, ...]


def spec_folder() -> Path:
    """Return the folder of the index: beside ``src/`` in a checkout, inside of the package else."""
    package = Path(__file__).resolve().parent
    inside = package / "spec"
    return inside if inside.is_dir() else package.parents[2] / "spec"


def read_index(folder: Path | None = None) -> list[Standard]:
    """Read all files of the index.

    Args:
        folder: where they are; by default this project's own.

    Raises:
        IndexFault: a file is no TOML, lacks something, or says something twice.
    """
    standards = [read_standard(path) for path in sorted((folder or spec_folder()).glob("*.toml"))]
    seen: set[str] = set()
    for standard in standards:
        for requirement in standard.requirements:
            if requirement.id in seen:
                raise _Reader(standard.path).fault(
                    f'id = "{requirement.id}"', "this id is taken; ids are unique in all files"
                )
            seen.add(requirement.id)
    return standards


def read_standard(path: Path) -> Standard:
    """Read one file of the index.

    Raises:
        IndexFault: it is no TOML, lacks something, or says something twice.
    """
    return _Reader(path).standard()


class _Reader:
    """Reads one file and knows how to point into it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = path.read_text(encoding="utf-8")

    def fault(self, near: str, problem: str) -> IndexFault:
        """Make a fault that points to the last line with this text, or to the first of the file."""
        lines = self.text.splitlines()
        found = [number for number, line in enumerate(lines, 1) if near in line]
        return IndexFault(self.path, found[-1] if found else 1, problem)

    def standard(self) -> Standard:
        """Read the whole file."""
        try:
            data = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"at line (\d+)", str(error))
            number = int(line[1]) if line else len(self.text.splitlines())
            raise IndexFault(self.path, number, f"not TOML: {error}") from None
        head = data.get("standard")
        if not isinstance(head, dict):
            raise self.fault("", "there is no [standard] table; begin the file with one")
        self.id = self.value(head, "id", str, "[standard]")
        self.url = self.value(head, "url", str, "[standard]")
        return Standard(
            path=self.path,
            id=self.id,
            title=self.value(head, "title", str, "[standard]"),
            url=self.url,
            version=self.value(head, "version", str, "[standard]"),
            date=self.value(head, "date", date, "[standard]"),
            algorithms=tuple(self.algorithms(data.get("algorithm", []))),
            requirements=tuple(self.requirements(data.get("requirement", []))),
        )

    def value(self, table: dict[str, Any], key: str, kind: type, where: str) -> Any:
        """Return what a table has under a key."""
        value = table.get(key)
        if not isinstance(value, kind):
            raise self.fault(where, f"{where} needs {key!r}, of type {kind.__name__}")
        return value

    def algorithms(self, tables: list[dict[str, Any]]) -> Iterator[Algorithm]:
        """Read the algorithms."""
        seen = set()
        for table in tables:
            anchor = self.value(table, "anchor", str, "[[algorithm]]")
            near = f'anchor = "{anchor}"'
            name = self.value(table, "name", str, near)
            if (anchor, name) in seen:
                raise self.fault(near, f"{name!r} is there twice; leave one")
            seen.add((anchor, name))
            yield Algorithm(
                standard=self.id,
                anchor=anchor,
                name=name,
                section=self.value(table, "section", str, near),
                kind=self.value(table, "kind", str, near),
                url=f"{self.url}#{anchor}",
                steps=self.steps(self.value(table, "steps", dict, near), near),
            )

    def steps(self, steps: dict[str, str], near: str) -> dict[str, str]:
        """Check the numbers and the hashes of steps."""
        for number, hash_ in steps.items():
            if not STEP.fullmatch(number):
                raise self.fault(near, f'"{number}" is no step number; write "2.1" or "3a"')
            self.check_hash(hash_, f'"{number}" = ')
        return steps

    def check_hash(self, hash_: object, near: str) -> None:
        """Refuse what is no hash."""
        if not (isinstance(hash_, str) and HASH.fullmatch(hash_)):
            raise self.fault(near, f"{hash_!r} is no hash of twelve hexadecimal digits")

    def requirements(self, tables: list[dict[str, Any]]) -> Iterator[Requirement]:
        """Read the requirements."""
        for table in tables:
            id_ = self.value(table, "id", str, "[[requirement]]")
            near = f'id = "{id_}"'
            anchor = self.value(table, "anchor", str, near)
            if "hash" in table:
                self.check_hash(table["hash"], near)
            yield Requirement(
                standard=self.id,
                id=id_,
                anchor=anchor,
                section=self.value(table, "section", str, near),
                kind=self.value(table, "kind", str, near),
                url=f"{self.url}#{anchor}",
                gist=self.value(table, "gist", str, near),
                hash=table.get("hash"),
            )
