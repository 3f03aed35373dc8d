"""The content of the reading room: algorithms, positions and files, and the page of each."""

import ast
import re
import sys
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from weakref import WeakKeyDictionary

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from reading_room.evidence import Records
from whatwg_websockets.steps.calls import Caller
from whatwg_websockets.steps.check import check
from whatwg_websockets.steps.comments import Comment, SourceFile, read_sources
from whatwg_websockets.steps.index import Algorithm, Requirement, Standard, read_index
from whatwg_websockets.steps.links import Catalogue
from whatwg_websockets.steps.own_text import OwnText
from whatwg_websockets.steps.page_names import ALGORITHMS as ALGORITHMS
from whatwg_websockets.steps.page_names import page_names
from whatwg_websockets.steps.page_names import slug as slug
from whatwg_websockets.steps.positions import Position, read_positions
from whatwg_websockets.steps.tally import Row
from whatwg_websockets.steps.view import AlgorithmView, Library

POSITIONS = "positions"
"""The folder of the positions' pages."""


@dataclass(frozen=True)
class Place:
    """A line of a file.

    Attributes:
        path: the file, relative to the root.
        line: the line in it, from 1; None for the file as a whole.
    """

    path: str
    line: int | None = None

    def __str__(self) -> str:
        return self.path if self.line is None else f"{self.path}:{self.line}"


class Room:
    """Everything that the reading room shows.

    Attributes:
        root: the checkout.
        package: the folder of the package.
        index: all standards, including drafts.
        standards: the standards that are carried out, in reading order.
        sources: the comments of the code.
        library: the library that makes the view of an algorithm.
        positions: the positions, by name.
        pages: the page of each algorithm, such as "standard/websockets/close".
        texts: the standards' own texts, by the ids of the standards; empty without them.
        text_files: the files that were searched for the texts.
    """

    def __init__(self, root: Path, package: Path) -> None:
        self.root = root
        self.package = package
        self.index = read_index(root / "spec")
        self.sources = read_sources(package)
        self.library = Library(
            self.index,
            self.sources,
            positions=root / "spec" / "positions",
            tests=root / "tests",
        )
        self.standards = self.library.standards
        self.positions = {
            each.path.stem: each for each in read_positions(root / "spec" / "positions")
        }
        self.positions.pop("README", None)
        self.pages = page_names(self.standards)
        self.texts: dict[str, OwnText] = {}
        self.text_files: list[Path] = []
        self._by_page = {page: algorithm for algorithm, page in self.pages.items()}
        self._catalogue = Catalogue(self.index)
        self._views: dict[Algorithm, AlgorithmView] = {}
        self._lines: dict[tuple[Path, str], int | None] = {}

    def algorithm(self, query: str) -> Algorithm:
        """Return the algorithm that a query names.

        Args:
            query: a query of :meth:`.Library.find`, or the page's name, such as "websockets/close".

        Raises:
            NotFound: the target does not exist, or is ambiguous.
        """
        return self._by_page.get(f"{ALGORITHMS}/{query}") or self.library.find(query)

    def view(self, algorithm: Algorithm) -> AlgorithmView:
        """Return the view of an algorithm, which is made only once."""
        if algorithm not in self._views:
            self._views[algorithm] = self.library.view(algorithm)
        return self._views[algorithm]

    def called(self, caller: Caller) -> Algorithm | None:
        """Return the algorithm that a function carries out, if it has a page."""
        marked = caller.marked
        return None if marked is None else self.marked(marked.anchor, marked.name)

    def marked(self, anchor: str, name: str) -> Algorithm | None:
        """Return the algorithm that a mark in the code means, if it has a page."""
        found = self._catalogue.algorithm(anchor, name)
        return found[0] if found and found[0] in self.pages else None

    @cached_property
    def rows(self) -> dict[tuple[str, str, str | None], Row]:
        """The rows that say how far each algorithm is carried out, by standard, anchor and name."""
        rows = check(self.index, self.sources).rows
        return {(row.standard, row.anchor, row.name): row for row in rows}

    @cached_property
    def requirements(self) -> dict[str, Requirement]:
        """All requirements, by id."""
        return {each.id: each for standard in self.index for each in standard.requirements}

    @cached_property
    def comments_of_requirements(self) -> dict[str, list[tuple[Comment, Place]]]:
        """The comments about each requirement, with their places, by the requirement's id."""
        comments: dict[str, list[tuple[Comment, Place]]] = {}
        for source in self.sources:
            for comment in source.requirements:
                place = self.place_of(source.path, comment.line)
                for id_ in self._catalogue.ids(comment):
                    comments.setdefault(id_, []).append((comment, place))
        return comments

    @cached_property
    def pages_of_requirements(self) -> dict[str, list[str]]:
        """The pages of the algorithms whose code meets each requirement, by the id."""
        pages: dict[str, list[str]] = {}
        for algorithm, page in self.pages.items():
            ids = {
                id_
                for function in self.view(algorithm).functions
                for step in function.steps
                if step.is_requirement
                for id_ in step.numbers
            }
            for id_ in ids:
                pages.setdefault(id_, []).append(page)
        return pages

    @cached_property
    def tested_by(self) -> dict[str, list[Algorithm]]:
        """The algorithms whose anchors the tests of a file name, by the path of the file."""
        found: dict[str, list[Algorithm]] = {}
        for algorithm in self.pages:
            files = (test.partition("::")[0] for test in self.view(algorithm).tests)
            for file in dict.fromkeys(files):
                found.setdefault(file, []).append(algorithm)
        return found

    @cached_property
    def records(self) -> Records:
        """The records of the tests of each step."""
        return Records(self.root / "docs" / "recordings", self.package, self.sources)

    @cached_property
    def short_titles(self) -> dict[str, str]:
        """The short title of each standard, such as "RFC 6455", by its id."""
        return {each.id: short_title_of(each) for each in self.standards}

    def place_of(self, path: Path, line: int | None = None) -> Place:
        """Return a place in a file of this checkout."""
        return Place(path.relative_to(self.root).as_posix(), line)

    def short(self, place: Place) -> str:
        """Return a place relative to the package, or to the root if it is not in the package."""
        return str(place).removeprefix(f"{self.place_of(self.package)}/")

    def place_of_caller(self, caller: Caller) -> Place | None:
        """Return the place of a function."""
        source = self._modules.get(caller.module)
        return self._place_in(source.path, caller.qualified_name) if source else None

    def place_of_name(self, module: str, name: str) -> Place | None:
        """Return the place of a public name of a module, which may import it from another."""
        exported = getattr(sys.modules.get(module), name.partition(".")[0], None)
        source = self._modules.get(getattr(exported, "__module__", ""))
        return self._place_in(source.path, name) if source else None

    def place(self, target: str) -> Place | None:
        """Return the place that a target names; None if it does not exist.

        Args:
            target: a file, relative to the root or to the package, which may be followed by a line
                (``close.py:17``), a name in it (``close.py:close``), or a test
                (``tests/test_close.py::TestIt::test_that``).
        """
        file, _, name = target.partition(":")
        found = [path for path in (self.root / file, self.package / file) if path in self.files]
        if not found:
            return None
        name = name.lstrip(":")
        if name.isdecimal() or not name:
            return self.place_of(found[0], int(name) if name else None)
        return self._place_in(found[0], name.replace("::", "."))

    def _place_in(self, path: Path, name: str) -> Place | None:
        if (path, name) not in self._lines:
            self._lines[path, name] = line_of(path.read_text(encoding="utf-8"), name)
        line = self._lines[path, name]
        return self.place_of(path, line) if line else None

    @cached_property
    def _modules(self) -> dict[str, SourceFile]:
        return {source.module: source for source in self.sources}

    def algorithms_of(self, position: Position) -> list[Algorithm]:
        """Return the algorithms that a position is about."""
        return [algorithm for algorithm in self.pages if position.is_about(algorithm)]

    @cached_property
    def files(self) -> frozenset[Path]:
        """The files that are shown: the package, the tests, and the recorder of connections."""
        folders = (self.package, self.root / "tests", self.root / "docs" / "recordings")
        return frozenset(path for folder in folders for path in folder.rglob("*.py"))


def title_of(standard: Standard) -> str:
    """Return the title of a standard; that of an RFC begins with its number."""
    number = re.fullmatch(r"rfc(\d+)", standard.id)
    return f"RFC {number[1]}: {standard.title}" if number else standard.label


def short_title_of(standard: Standard) -> str:
    """Return the short title of a standard."""
    number = re.fullmatch(r"rfc(\d+)", standard.id)
    return f"RFC {number[1]}" if number else f"the {standard.label}"


def line_of(text: str, name: str) -> int | None:
    """Return the line on which a function, class or value begins, with its decorators.

    Args:
        text: the module.
        name: its name, which may begin with that of its class: "Room.place".
    """
    found: ast.AST = _tree(text)
    for part in name.split("."):
        inside = (node for node in ast.walk(found) if part in _names(node))
        node = next(inside, None)
        if node is None:
            return None
        found = node
    decorators: list[ast.expr] = getattr(found, "decorator_list", [])
    return min(getattr(each, "lineno", 1) for each in (found, *decorators))


@lru_cache(32)
def _tree(text: str) -> ast.Module:
    return ast.parse(text)


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


_rooms: WeakKeyDictionary[Config, Room] = WeakKeyDictionary()


def keep(app: Sphinx) -> None:
    """Read everything again when a build begins."""
    root = (Path(app.confdir) / app.config.reading_room_root).resolve()
    _rooms[app.config] = Room(root, root / app.config.reading_room_package)


def outdated(app: Sphinx, env: BuildEnvironment, *_: object) -> list[str]:
    """Return all pages to be read again if anything has changed that they may show.

    Calls, tests and the subjects of positions are in other files than the page. Which files affect
    which page is not tracked, so that all pages are read again.
    """
    here = room(app.config)
    spec, own = here.root / "spec", Path(__file__).parent
    others = (*spec.rglob("*.toml"), *spec.rglob("*.md"), *own.glob("*.py"), *here.text_files)
    files = sorted(here.files.union(others))
    fingerprint = [(str(path), path.stat().st_mtime_ns) for path in files]
    if getattr(env, "reading_room", None) == fingerprint:
        return []
    env.reading_room = fingerprint  # type: ignore[attr-defined]
    return list(env.found_docs)


def room(config: Config) -> Room:
    """Return the content that a build shows."""
    return _rooms[config]
