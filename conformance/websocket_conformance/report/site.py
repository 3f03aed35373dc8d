"""Writes runs as a site of static pages that needs no server and, for reading, no script.

``index.html`` has the scores and the matrix, each case a page of its own with the conversations
of all implementations, each implementation a page with all its cases. Beside them are the same
runs for machines: JSON, JUnit XML, Markdown and badges.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.resources import files
from itertools import chain
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from websocket_conformance.counting import counted
from websocket_conformance.errors import ReportError, UsageError
from websocket_conformance.foreign import octets, web_link
from websocket_conformance.guardian import temporary_directory
from websocket_conformance.report import drawings, saved, talk
from websocket_conformance.report.badge import badge
from websocket_conformance.report.baseline import Baseline
from websocket_conformance.report.boards import (
    SUITES,
    Board,
    Column,
    Row,
    Shelf,
    boards,
    case_page,
    slug,
)
from websocket_conformance.report.junit import junit
from websocket_conformance.report.markdown import markdown
from websocket_conformance.results.result import Result
from websocket_conformance.results.run import Run
from websocket_conformance.results.verdict import GLYPHS, MEANINGS, Verdict

RUNS, BADGES, BY = "runs", "badges", "by"

_MARK = ".websocket-conformance"
_PACKAGE = "websocket_conformance.report"

# Read before a run, so that the minutes of a run are not lost to an edit of a file.
_ENVIRONMENT = Environment(
    loader=PackageLoader(_PACKAGE),
    autoescape=True,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
_ENVIRONMENT.globals.update(
    glyphs=GLYPHS,
    meanings=MEANINGS,
    strip=drawings.strip,
    plot=drawings.plot,
    rows=talk.rows,
    duration=talk.duration,
    web_link=web_link,
)
_INDEX, _CASE, _IMPLEMENTATION = (
    _ENVIRONMENT.get_template(f"{name}.html.jinja") for name in ("index", "case", "implementation")
)
_ASSETS = {
    name: (files(_PACKAGE) / "assets" / name).read_bytes() for name in ("style.css", "site.js")
}


def check_writable(directory: Path) -> None:
    """Make sure that reports can be written to a directory, which is made if need be.

    Raises:
        OSError: it cannot.
    """
    directory.mkdir(parents=True, exist_ok=True)
    tempfile.TemporaryFile(dir=directory).close()


def in_the_way(directory: Path) -> list[str]:
    """What a site would be written over in a directory in which there is no site yet.

    A site is known by its mark, or by a saved run in its folder of runs.
    """
    if (directory / _MARK).exists() or any(map(_is_run, (directory / RUNS).glob("*.json"))):
        return []
    names = ("index.html", "junit.xml", "summary.md", *_ASSETS, *SUITES, RUNS, BADGES, BY)
    return [name for name in names if (directory / name).exists()]


def _is_run(file: Path) -> bool:
    with suppress(ReportError):
        saved.load(file)
        return True
    return False


def check_free(directory: Path) -> None:
    """Make sure that a site in a directory would be written over nothing but an earlier site.

    Raises:
        UsageError: it would be; the message says over what, and what to do.
    """
    if names := in_the_way(directory):
        raise UsageError(
            f"{directory} is no earlier report, and a report would be written over what is "
            f"there: {', '.join(names)}. Name another folder, or move that away."
        )


def write(
    runs: Sequence[Run],
    directory: Path,
    baseline: Baseline | None = None,
    beside: Iterable[tuple[str, str]] = (),
) -> None:
    """Write the site of some runs, in the place of an earlier one.

    Args:
        runs: the runs.
        directory: where to; it is made if need be.
        baseline: what is known to fall short, for JUnit and the summary.
        beside: the names of files that belong to the site as well, each in a folder, and what is in
            them.
    """
    check_writable(directory)
    with _replacing(directory) as new:
        for name, content in chain(_files(runs, baseline), beside):
            file = new / name
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(octets(content) if isinstance(content, str) else content)


def _files(runs: Sequence[Run], baseline: Baseline | None) -> Iterator[tuple[str, str | bytes]]:
    every = boards(runs)
    names = _names(every)
    yield from _ASSETS.items()
    yield "index.html", _index(every, names)
    for board in every:
        yield from _case_pages(board)
    for name, page in _pages(every).items():
        yield page, _implementation(name, every)
    for (file, _), run in zip(names.items(), _in_order(every), strict=True):
        yield f"{RUNS}/{file}.json", saved.dump(run)
        yield f"{BADGES}/{file}.svg", badge(run)
    yield "junit.xml", junit(runs, baseline)
    yield "summary.md", markdown(runs, baseline)


def _in_order(every: Sequence[Board]) -> list[Run]:
    return [column.run for board in every for column in board.columns]


def _pages(every: Sequence[Board]) -> dict[str, str]:
    """The page of each implementation."""
    columns = (column for board in every for column in board.columns)
    return {column.run.implementation: column.page for column in columns}


def _names(every: Sequence[Board]) -> dict[str, str]:
    """A name for the files of each run, and what it is called for people."""
    return {
        f"{slug(board.suite)}-{column.id}": f"{column.run.implementation}, {board.suite}"
        for board in every
        for column in board.columns
    }


def _index(every: Sequence[Board], names: Mapping[str, str]) -> str:
    runs = _in_order(every)
    occurring = {verdict for run in runs for verdict in run.counts}
    return _INDEX.render(
        root="",
        heading=heading(every),
        boards=every,
        names=list(dict.fromkeys(run.implementation for run in runs)),
        occurring=[verdict for verdict in Verdict if verdict in occurring],
        shorts=_shorts,
        saved=[(f"{RUNS}/{file}.json", label) for file, label in names.items()],
    )


def heading(every: Sequence[Board]) -> str:
    """What the site is about, in one line."""
    runs = _in_order(every)
    names = {run.implementation for run in runs}
    if len(runs) == 1:
        (run,) = runs
        if run.is_best:
            return f"{run.implementation}: all {run.good:,} cases at their best"
        return f"{run.implementation}: {run.good:,} of {run.asked:,} cases at their best"
    cases = sum(len(board.rows) for board in every)
    if len(names) == 1:
        return f"{names.pop()}: {counted(cases, 'case')} in {counted(len(runs), 'run')}"
    return f"{len(names)} implementations, {counted(cases, 'case')}"


def _shorts(run: Run) -> set[Verdict]:
    """The verdicts of a run that are shown as falling short, or as not played."""
    return {result.verdict for result in run.results if not result.is_good}


def _case_pages(board: Board) -> Iterator[tuple[str, str]]:
    places = [(shelf, row) for shelf in board.shelves for row in shelf.rows]
    for at, (shelf, row) in enumerate(places):
        before = places[at - 1][1] if at else None
        after = places[at + 1][1] if at + 1 < len(places) else None
        yield row.page, _case(board, shelf, row, before, after)


def _case(board: Board, shelf: Shelf, row: Row, before: Row | None, after: Row | None) -> str:
    pairs = zip(board.columns, row.cells, strict=True)
    results = [(column, cell) for column, cell in pairs if cell]
    return _CASE.render(
        root="../",
        board=board,
        shelf=shelf,
        row=row,
        told=row.told,
        before=before,
        after=after,
        results=results,
        longest=max(result.seconds or 0 for _, result in results),
    )


def _implementation(name: str, every: Sequence[Board]) -> str:
    parts: list[tuple[Board, Column]] = [
        (board, column)
        for board in every
        for column in board.columns
        if column.run.implementation == name
    ]
    return _IMPLEMENTATION.render(root="../", name=name, parts=parts, page_of=_page_of)


def _page_of(board: Board, result: Result) -> str:
    return case_page(board.suite, result.case)


@contextmanager
def _replacing(directory: Path) -> Iterator[Path]:
    """A directory for new files, which take the old ones' place once all have been written.

    Of an earlier site the pages and runs go: those that its mark names, and no others.
    """
    with temporary_directory(".new-", directory) as new:
        yield new
        mark = "".join(f"{file}\n" for file in _within(new))
        _clear(directory)
        (new / _MARK).write_text(mark, encoding="utf-8")
        for item in new.iterdir():
            _move(item, directory / item.name)


def _within(new: Path) -> list[str]:
    """The files in a new site's folders."""
    return sorted(file.relative_to(new).as_posix() for file in new.glob("*/*"))


def _clear(directory: Path) -> None:
    """Remove what an earlier site put into folders of its own."""
    mark = directory / _MARK
    files = mark.read_text(encoding="utf-8").splitlines() if mark.exists() else ()
    for file in files:
        (directory / file).unlink(missing_ok=True)
    for folder in {file.partition("/")[0] for file in files}:
        with suppress(OSError):
            (directory / folder).rmdir()


def _move(source: Path, target: Path) -> None:
    if source.is_dir() and target.is_dir():
        for item in source.iterdir():
            _move(item, target / item.name)
    else:
        os.replace(source, target)
