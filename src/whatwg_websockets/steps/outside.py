"""The boundary of the index: the algorithms that its steps link to, and that it leaves out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from whatwg_websockets.steps.index import OUTSIDE, spec_folder
from whatwg_websockets.steps.toml_file import TomlFile


@dataclass(frozen=True)
class Outsider:
    """An algorithm that the index leaves out.

    Attributes:
        standard: the id of its standard.
        anchor: its fragment in the standard.
        name: its name.
        reason: why it is left out.
        later: whether later work builds it; the index does not count it as not built.
        line: the line of the file that names it, from 1.
    """

    standard: str
    anchor: str
    name: str
    reason: str
    later: bool = False
    line: int = field(default=1, compare=False)

    @property
    def target(self) -> str:
        """The algorithm as links in the index have it."""
        return f"{self.standard}#{self.anchor}"


@dataclass(frozen=True)
class Outside:
    """All algorithms that the index leaves out.

    Attributes:
        path: the file.
        urls: the URLs of the standards that have no file in the index, by id.
        outsiders: the algorithms, in the order of the file.
    """

    path: Path
    urls: dict[str, str] = field(default_factory=dict)
    outsiders: tuple[Outsider, ...] = ()

    @property
    def later(self) -> int:
        """The number of the algorithms that later work builds."""
        return sum(each.later for each in self.outsiders)


def read_outside(folder: Path | None = None) -> Outside:
    """Read what the index leaves out; the result is empty if the file does not exist.

    Args:
        folder: the folder of the index; by default this project's own.

    Raises:
        IndexFault: the file is not TOML, lacks something, or has something twice.
    """
    path = (folder or spec_folder()) / OUTSIDE
    return _Reader(path).outside() if path.is_file() else Outside(path)


class _Reader(TomlFile):
    """Reads the file."""

    def outside(self) -> Outside:
        """Read the whole file."""
        data = self.data()
        urls = self.value({"standards": {}, **data}, "standards", dict, 1)
        for id_ in urls:
            self.value(urls, id_, str, 1)
        outsiders = tuple(self.outsiders(self.tables(data, "outside")))
        return Outside(self.path, urls, outsiders)

    def outsiders(self, tables: list[tuple[int, dict[str, Any]]]) -> Iterator[Outsider]:
        """Read the algorithms of all tables."""
        seen: set[str] = set()
        for line, table in tables:
            standard = self.value(table, "standard", str, line)
            reason = self.reason(table, line)
            later = self.value({"later": False, **table}, "later", bool, line)
            algorithms = self.value(table, "algorithms", dict, line)
            for anchor in algorithms:
                name = self.value(algorithms, anchor, str, line)
                where = self.line_of(anchor, line)
                outsider = Outsider(standard, anchor, name, reason, later, where)
                if outsider.target in seen:
                    raise self.fault(where, f"{outsider.target} is there twice; leave one")
                seen.add(outsider.target)
                yield outsider

    def line_of(self, anchor: str, line: int) -> int:
        """Return the line of an anchor in the table that begins on a line."""
        return self.fault(line, "", anchor).line
