"""Shows the kept runs of clients in the docs: an overview on one page, and the full report.

The directive ``{reports}`` puts an overview into a page. When a build of HTML has finished, the
report that ``whatwg-websockets conformance report`` makes of the runs is written beside its pages.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.nodes import Node
from jinja2 import Environment, PackageLoader, StrictUndefined
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.docutils import SphinxDirective

from kept_runs import kept, tables
from websocket_conformance.report import site
from websocket_conformance.report.boards import boards
from websocket_conformance.results.result import Result
from websocket_conformance.results.run import Run
from websocket_conformance.results.verdict import GLYPHS, MEANINGS, Verdict

FOLDER = "reports"
"""The folder of the full report, beside the pages."""

_TEMPLATE = Environment(
    loader=PackageLoader("kept_runs", "."),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
).get_template("reports.html.jinja")


@dataclass(frozen=True)
class Reason:
    """A reason why cases fall short.

    Attributes:
        verdict: their verdict.
        text: the reason, in words.
        cases: the cases, each with its page.
    """

    verdict: Verdict
    text: str
    cases: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Shown:
    """A run, as the page shows it.

    Attributes:
        run: the run.
        page: its page in the full report.
        day: its day, for people.
        reasons: why cases fall short, the worst first.
    """

    run: Run
    page: str
    day: str
    reasons: tuple[Reason, ...]


class ReportsDirective(SphinxDirective):
    """Shows the kept runs of clients."""

    def run(self) -> list[Node]:
        """Return the overview, which only HTML shows."""
        for file in sorted(kept.RUNS.glob("*.json")):
            self.env.note_dependency(str(file))
        return [nodes.raw("", overview(clients(kept.every())), format="html")]


def clients(runs: dict[str, Run]) -> list[Run]:
    """Return the runs of the embedded suite against clients, the best first."""
    found = [run for name, run in runs.items() if name.startswith("client-")]
    return sorted(found, key=lambda run: (-run.good, run.implementation != tables.OURS))


def overview(runs: Sequence[Run]) -> str:
    """Return the HTML of the overview."""
    (board,) = boards(runs)
    pages = {row.case: row.page for row in board.rows}
    every = [
        Shown(
            column.run,
            column.page,
            tables.day(column.run),
            tuple(_reasons(column.run, pages)),
        )
        for column in board.columns
    ]
    verdicts = {verdict for run in runs for verdict in run.counts}
    return _TEMPLATE.render(
        folder=FOLDER,
        every=every,
        shelves=board.shelves,
        glyphs=GLYPHS,
        meanings={verdict: MEANINGS[verdict] for verdict in Verdict if verdict in verdicts},
        suites=sorted({run.suite_version for run in runs}),
    )


def _reasons(run: Run, pages: dict[str, str]) -> Iterator[Reason]:
    def by(result: Result) -> tuple[int, str]:
        return -result.verdict.rank, result.reason

    for _, group in groupby(sorted(run.short, key=by), by):
        results = list(group)
        cases = tuple((result.case, pages[result.case]) for result in results)
        yield Reason(results[0].verdict, results[0].reason, cases)


def write_report(app: Sphinx, exception: Exception | None) -> None:
    """Write the full report beside the pages, after the pages are written."""
    if exception is None and isinstance(app.builder, StandaloneHTMLBuilder):
        site.write(clients(kept.every()), Path(app.outdir) / FOLDER)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and the report with Sphinx."""
    app.add_directive("reports", ReportsDirective)
    app.connect("build-finished", write_report)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
