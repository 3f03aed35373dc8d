"""Write runs as a site of static pages that needs no server and, for reading, no script.

``index.html`` has the scores and the matrix. Each case has a page with the conversations of all
implementations, and each implementation has a page with all its cases. Beside the pages are the
same runs in other formats: JSON, JUnit XML, Markdown and badges.
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
    boards,
    case_page,
    slug,
)
from websocket_conformance.report.distinct import distinct
from websocket_conformance.report.junit import junit
from websocket_conformance.report.markdown import markdown
from websocket_conformance.results.run import Run
from websocket_conformance.results.verdict import GLYPHS, MEANINGS, Verdict

RUNS, BADGES, BY = "runs", "badges", "by"

_MARK = ".websocket-conformance"
_PACKAGE = "websocket_conformance.report"

# The files are read before a run, so that a change to them during the run does no harm.
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
    """Make sure that reports can be written to a directory, which is created if it is missing.

    Raises:
        OSError: they cannot.
    """
    directory.mkdir(parents=True, exist_ok=True)
    tempfile.TemporaryFile(dir=directory).close()


def in_the_way(directory: Path) -> list[str]:
    """Return the entries that a site would replace in a directory without a site.

    A site is recognized by its mark, or by a saved run in its folder of runs.
    """
    if (directory / _MARK).exists() or kept(directory):
        return []
    names = ("index.html", "junit.xml", "summary.md", *_ASSETS, *SUITES, RUNS, BADGES, BY)
    return [name for name in names if (directory / name).exists()]


def kept(directory: Path) -> list[Run]:
    """Return the runs of the site in a directory, without those that cannot be read."""
    found = []
    for file in sorted((directory / RUNS).glob("*.json")):
        with suppress(ReportError):
            found.append(saved.load(file))
    return found


def check(directory: Path) -> None:
    """Make sure that a site can be written to a directory, and replaces only an earlier site.

    Raises:
        UsageError: it cannot; the message says why, which entries it would replace, and what to do.
    """
    if names := in_the_way(directory):
        raise UsageError(
            f"{directory} is not an earlier report, and a report would replace what is "
            f"there: {', '.join(names)}. Name another folder, or move these files away."
        )
    try:
        check_writable(directory)
    except OSError as error:
        raise UsageError(f"no report can be written to {directory}: {error.strerror}") from error


def remove(directory: Path) -> None:
    """Remove the site in a directory, and the directory if there is nothing else in it.

    Raises:
        OSError: it cannot be removed.
    """
    _clear(directory)
    for name in ("index.html", "junit.xml", "summary.md", *_ASSETS, _MARK):
        (directory / name).unlink(missing_ok=True)
    with suppress(OSError):
        directory.rmdir()


def write(
    runs: Sequence[Run],
    directory: Path,
    baseline: Baseline | None = None,
    beside: Iterable[tuple[str, str]] = (),
) -> None:
    """Write the site of some runs, which replaces an earlier site.

    In it, the runs of one implementation have names that tell them apart.

    Args:
        runs: the runs.
        directory: the folder of the site, which is created if it is missing.
        baseline: the cases that are known to fall short, for JUnit and the summary.
        beside: the names and contents of further files of the site, each in a folder.
    """
    check_writable(directory)
    with _replacing(directory) as new:
        for name, content in chain(_files(runs, baseline), beside):
            file = new / name
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(octets(content) if isinstance(content, str) else content)


def _files(runs: Sequence[Run], baseline: Baseline | None) -> Iterator[tuple[str, str | bytes]]:
    shown = distinct(runs)
    originals = {id(one): run for one, run in zip(shown, runs, strict=True)}
    every = boards(shown)
    columns = [(board, column) for board in every for column in board.columns]
    labels = {}
    yield from _ASSETS.items()
    for board in every:
        yield from _case_pages(board)
    for board, column in columns:
        name = column.run.implementation
        parts = [part for part in columns if part[1].run.implementation == name]
        page = _IMPLEMENTATION.render(root="../", name=name, parts=parts, case_page=case_page)
        file = f"{slug(board.suite)}-{column.id}"
        labels[f"{RUNS}/{file}.json"] = f"{name}, {board.suite}"
        yield column.page, page
        yield f"{RUNS}/{file}.json", saved.dump(originals[id(column.run)])
        yield f"{BADGES}/{file}.svg", badge(column.run)
    cases = sum(len(board.rows) for board in every)
    yield "index.html", _index(every, heading(runs, cases), labels)
    yield "junit.xml", junit(shown, baseline)
    yield "summary.md", markdown(shown, baseline)


def _index(every: Sequence[Board], heading: str, labels: Mapping[str, str]) -> str:
    runs = [column.run for board in every for column in board.columns]
    occurring = {verdict for run in runs for verdict in run.counts}
    return _INDEX.render(
        root="",
        heading=heading,
        boards=every,
        names=list(dict.fromkeys(run.implementation for run in runs)),
        occurring=[verdict for verdict in Verdict if verdict in occurring],
        saved=labels.items(),
    )


def heading(runs: Sequence[Run], cases: int) -> str:
    """Return the heading of the site of some runs, which have so many cases, in one line."""
    names = {run.implementation for run in runs}
    if len(runs) == 1:
        (run,) = runs
        if run.is_best:
            return f"{run.implementation}: all {run.good:,} cases at their best"
        return f"{run.implementation}: {run.good:,} of {run.asked:,} cases at their best"
    if len(names) == 1:
        return f"{names.pop()}: {counted(cases, 'case')} in {counted(len(runs), 'run')}"
    return f"{len(names)} implementations, {counted(cases, 'case')}"


def _case_pages(board: Board) -> Iterator[tuple[str, str]]:
    places = [(shelf, row) for shelf in board.shelves for row in shelf.rows]
    for at, (shelf, row) in enumerate(places):
        pairs = zip(board.columns, row.cells, strict=True)
        results = [(column, cell) for column, cell in pairs if cell]
        yield (
            row.page,
            _CASE.render(
                root="../",
                board=board,
                shelf=shelf,
                row=row,
                told=row.told,
                before=places[at - 1][1] if at else None,
                after=places[at + 1][1] if at + 1 < len(places) else None,
                results=results,
                longest=max(result.seconds or 0 for _, result in results),
            ),
        )


@contextmanager
def _replacing(directory: Path) -> Iterator[Path]:
    """A context with a folder for new files, which replace the old ones once all are written.

    Only the pages and runs that the mark of an earlier site names are removed.
    """
    with temporary_directory(".new-", directory) as new:
        yield new
        within = sorted(file.relative_to(new).as_posix() for file in new.glob("*/*"))
        mark = "".join(f"{file}\n" for file in within)
        _clear(directory)
        (new / _MARK).write_text(mark, encoding="utf-8")
        for item in new.iterdir():
            _move(item, directory / item.name)


def _clear(directory: Path) -> None:
    """Remove what an earlier site put into its folders."""
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
