"""What a run leaves behind: tables on the terminal and in Markdown, JSON, and a plot."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.plot import MissingTemplateEngineError, plot
from benchmarks.results import CPU, IMPORT, MEMORY, OURS, RATE, Figure, Metric, Report, Row

#: How wide a table may be where nobody says how wide the terminal is.
WIDTH = 132


@dataclass(frozen=True)
class Cell:
    """A text, and whether it is good news (True), bad news (False) or neither."""

    text: str
    good: bool | None = None


@dataclass(frozen=True)
class Table:
    """A table before it is drawn."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def tables(report: Report) -> list[Table]:
    """Make one table for each metric that the run has."""
    found = []
    for metric in (RATE, CPU, MEMORY, IMPORT):
        rows = [row for row in report.rows if metric in row.metrics and row.rounds]
        if rows:
            header = [f"{metric.title}, {metric.unit}", *report.clients]
            header += [f"{OURS} : {rival}" for rival in report.rivals]
            cells = [_cells(report, row, metric) for row in rows]
            found.append(Table(metric.title, header, cells))
    return found


def _cells(report: Report, row: Row, metric: Metric) -> list[Cell]:
    cells = [Cell(row.title)]
    for client in report.clients:
        if client in report.missing:
            cells.append(Cell("missing"))
        elif (figure := row.figure(client, metric.key)) is None:
            cells.append(Cell("failed" if client in row.rounds else ""))
        else:
            cells.append(Cell(number(figure, metric)))
    for rival in report.rivals:
        ratio = row.ratio(rival, metric)
        if ratio is None:
            cells.append(Cell(""))
        else:
            cells.append(Cell(f"{ratio.median:.2f} ×", ratio.median >= 1))  # noqa: RUF001
    return cells


def number(figure: Figure, metric: Metric) -> str:
    """Write the median, and how far the rounds lie around it."""
    digits = metric.digits if figure.median < 100 else 0
    return f"{figure.median:,.{digits}f} ±{figure.spread:.0%}"


def notes(report: Report) -> list[str]:
    """Say under the tables what a reader has to know about them."""
    options = report.options
    found = [
        "Median of the rounds, ± half the way between the extremes. "
        f"{OURS} : other = how many times better ours is, the median of the rounds' own ratios; "
        "above 1 ours is ahead, in every table.",
        f"{report.python['implementation']} {report.python['version']}; "
        + ", ".join(f"{name} {version}" for name, version in report.versions.items()),
        f"{report.machine['cores']} cores, {report.machine['processor']}; "
        f"{'text' if options['text'] else 'binary'} messages, no compression; server: "
        f"{report.server['kind']} on {report.server['loop']}, masks by {report.server['mask']}",
        "malloc warm-up (one block of 16 MiB allocated and freed at the start): "
        + ("given to all clients" if options["malloc_warmup"] else "given to no client"),
    ]
    found += [f"{name} is missing: {why}" for name, why in report.missing.items()]
    for row in report.rows:
        found += [f"{row.title}: {name} failed: {why}" for name, why in row.errors().items()]
    disturbed, measurements = report.disturbed()
    if disturbed:
        found.append(
            f"Other programs held a core for more than 5 % of the time in {disturbed} of "
            f"{measurements} measurements, also when these were repeated: mistrust close results."
        )
    if options["interrupted"]:
        found.append("Interrupted: what was not measured is not here.")
    return found


def markdown(report: Report) -> str:
    """Write tables and notes as Markdown."""
    lines = []
    for table in tables(report):
        lines.append("| " + " | ".join(table.header) + " |")
        lines.append("| --- |" + " ---: |" * (len(table.header) - 1))
        lines += ["| " + " | ".join(cell.text for cell in row) + " |" for row in table.rows]
        lines.append("")
    lines += [f"- {note}" for note in notes(report)]
    return "\n".join(lines) + "\n"


def show(report: Report) -> None:
    """Print tables and notes, prettily where `rich` is installed."""
    try:
        from rich import box
        from rich.console import Console
        from rich.table import Table as RichTable
    except ImportError:
        print(markdown(report))
        return
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    for table in tables(report):
        drawn = RichTable(box=box.SIMPLE_HEAD, pad_edge=False)
        for number_, title in enumerate(table.header):
            if number_:
                drawn.add_column(title.replace(" : ", " :\n"), justify="right")
            else:
                drawn.add_column(title, no_wrap=True)
        for row in table.rows:
            drawn.add_row(*(_coloured(cell) for cell in row))
        console.print(drawn)
    for note in notes(report):
        console.print(note, style="dim", markup=False)


def _coloured(cell: Cell) -> str:
    if cell.good is None:
        return cell.text
    return f"[{'green' if cell.good else 'red'}]{cell.text}[/]"


def write(report: Report, directory: Path) -> list[str]:
    """Write ``bench.json``, ``bench.md`` and ``bench.svg``, and tell what was written."""
    directory.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report.to_dict(), indent=2, ensure_ascii=False) + "\n"
    (directory / "bench.json").write_text(text, encoding="utf-8")
    (directory / "bench.md").write_text(markdown(report), encoding="utf-8")
    written = ["bench.json", "bench.md"]
    try:
        svg = plot(report)
    except MissingTemplateEngineError as error:
        print(f"no plot: {error}", file=sys.stderr)
        return written
    (directory / "bench.svg").write_text(svg, encoding="utf-8")
    return [*written, "bench.svg"]
