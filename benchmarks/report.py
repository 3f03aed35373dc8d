"""The output of a run: tables on the terminal and in Markdown, JSON, and a plot."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.plot import MissingTemplateEngineError, plot
from benchmarks.results import METRICS, OURS, Figure, Metric, Report, Row
from benchmarks.workloads import STEADY_ROUNDS

#: How wide a table may be where nobody says how wide the terminal is; below this there is no room
#: for the ratios with the allocator setting beside those without it.
WIDTH = 180

#: What the second column is called, and how the notes explain it.
ALLOCATOR = "allocator setting"
ALLOCATOR_NOTE = (
    "Allocator setting: each client allocates and frees one block of 16 MiB when it starts. From "
    "then on glibc keeps large blocks, which it otherwise returns to the system after each use. "
    "Figures without these words are without it, as programs run."
)


@dataclass(frozen=True)
class Cell:
    """A text, and whether it is good news (True), bad news (False) or neither."""

    text: str
    good: bool | None = None


@dataclass(frozen=True)
class Table:
    """A table before it is drawn."""

    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def significant(value: float, digits: int = 3) -> str:
    """Write a number with its significant digits."""
    if value <= 0:
        return "0" if value == 0 else f"{value:.1f}"
    places = digits - 1 - math.floor(math.log10(value))
    return f"{round(value, places):,.{max(places, 0)}f}"


def around(figure: Figure) -> str:
    """Write the median, and how far the rounds lie around it: short, for the terminal."""
    if figure.low == figure.high or figure.spread >= 1:
        return spread(figure)
    return f"{significant(figure.median)} ±{figure.spread:.0%}"


def spread(figure: Figure, digits: int = 3) -> str:
    """Write the median, the least and the greatest of the rounds."""
    low, middle, high = (
        significant(value, digits) for value in (figure.low, figure.median, figure.high)
    )
    return middle if low == high else f"{middle} ({low}–{high})"  # noqa: RUF001


def proportion(figure: Figure, *, brief: bool = False) -> str:
    """Write a ratio; a ratio far below 1 is written without digits."""
    if figure.median < 0.01:
        return "below 0.01"
    return significant(figure.median) if brief else spread(figure)


def tables(report: Report, *, brief: bool = True, wide: bool = True) -> list[Table]:
    """Make the tables of each metric that the run has: without the allocator setting, and with it.

    Args:
        report: the run.
        brief: whether figures have ± instead of the least and the greatest.
        wide: whether the first of two tables has the ratios of the second, too.
    """
    found = []
    for metric in METRICS:
        for allocator in (False, True):
            rows = report.having(metric, allocator)
            if not rows:
                continue
            beside = wide and not allocator and bool(report.having(metric, True))
            found.append(
                Table(
                    _header(report, metric, allocator, beside),
                    [_cells(report, row, metric, beside, brief) for row in rows],
                )
            )
    return found


def _header(report: Report, metric: Metric, allocator: bool, beside: bool) -> list[str]:
    title = f"{metric.title}, {metric.unit}" + (f", with the {ALLOCATOR}" if allocator else "")
    ratios = [f"{OURS} : {rival}" for rival in report.rivals]
    header = [title, *report.clients, *ratios]
    return [*header, *(f"{ratio}, {ALLOCATOR}" for ratio in ratios)] if beside else header


def _cells(report: Report, row: Row, metric: Metric, beside: bool, brief: bool) -> list[Cell]:
    cells = [Cell(row.title)]
    cells += [Cell(text_of(report, row, metric, c, brief=brief)) for c in report.clients]
    cells += _ratios(report, row, metric, brief)
    if beside:
        cells += _ratios(report, report.row(row.workload, row.loop, True), metric, brief)
    return cells


def text_of(report: Report, row: Row, metric: Metric, client: str, *, brief: bool) -> str:
    """Write a client's figure, or why it has no figure."""
    if client in report.missing:
        return "missing"
    figure = row.figure(client, metric.key)
    if figure is not None:
        return around(figure) if brief else spread(figure)
    if client in row.unable():
        return "cannot"
    return "failed" if client in row.rounds else ""


def _ratios(report: Report, row: Row | None, metric: Metric, brief: bool) -> Iterable[Cell]:
    for rival in report.rivals:
        ratio = row.ratio(rival, metric) if row else None
        if ratio is None:
            yield Cell("")
        else:
            yield Cell(proportion(ratio, brief=brief), ratio.median >= 1)


def machine(report: Report) -> str:
    """Return where, when and with which versions the run was made."""
    facts, python = report.machine, report.python
    libc = f", {facts['libc']}" if facts.get("libc") else ""
    versions = ", ".join(f"{name} {version}" for name, version in report.versions.items())
    processor = facts.get("processor") or "processor unknown"
    return (
        f"{report.date}; {facts.get('cores')} cores, {processor}"
        f", {facts.get('system')} {facts.get('kernel')}{libc}; "
        f"{python['implementation']} {python['version']}; {versions}; "
        f"server: {report.server['kind']} on {report.server['loop']}, "
        f"unmasking by {report.server['mask']}"
    )


def rounds(report: Report) -> str:
    """Say how many rounds there were."""
    count = int(str(report.options["rounds"]))
    if count > STEADY_ROUNDS and any(row.workload.steady for row in report.rows):
        return f"{count} rounds ({STEADY_ROUNDS} of memory)"
    return f"{count} rounds" if count > 1 else "one round"


def disturbance(report: Report) -> list[str]:
    """Say so, if other programs ran on the machine."""
    disturbed, measurements = report.disturbed()
    if not disturbed:
        return []
    return [
        f"Other programs held a core for more than 5 % of the time in {disturbed:,} of "
        f"{measurements:,} measurements, even where these were repeated: mistrust close results, "
        "and rates and delays more than processor time."
    ]


def notes(report: Report) -> list[str]:
    """Return the notes under the tables."""
    options = report.options
    found = [
        "Median of the rounds; beside it their extremes, or ± half the way between these. "
        f"{OURS} : other = how many times better ours is, the median of the rounds' own ratios; "
        "above 1 ours is ahead, in every table.",
        f"{machine(report)}.",
        f"Measured in {rounds(report)}, rates for {options['seconds']} s in each; "
        f"messages are {'text' if options['text'] else 'binary'}.",
    ]
    if any(row.allocator for row in report.rows):
        found.append(ALLOCATOR_NOTE)
    if any(row.workload.measure == "parallel" for row in report.rows):
        found.append(
            "Opened at once, to one address: ours opens one connection at a time, as RFC 6455, "
            "section 4.1, asks of a client; the others do not."
        )
    found += [f"{name} is missing: {why}." for name, why in report.missing.items()]
    unable = dict.fromkeys(each for row in report.rows for each in row.unable().items())
    found += [f"{name} cannot do some of this: {why}." for name, why in unable]
    for row in report.rows:
        found += [f"{row.title}: {name} failed: {why}." for name, why in row.errors().items()]
    found += disturbance(report)
    if options["interrupted"]:
        found.append("Interrupted: the tables lack what was not measured.")
    return found


def drawn(table: Table) -> list[str]:
    """Write one table as Markdown."""
    return [
        "| " + " | ".join(table.header) + " |",
        "| --- |" + " ---: |" * (len(table.header) - 1),
        *("| " + " | ".join(cell.text for cell in row) + " |" for row in table.rows),
        "",
    ]


def markdown(report: Report) -> str:
    """Write tables and notes as Markdown."""
    lines = [line for table in tables(report, brief=False) for line in drawn(table)]
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
    for table in tables(report, wide=console.width >= WIDTH):
        rich = RichTable(box=box.SIMPLE_HEAD, pad_edge=False)
        for number, title in enumerate(table.header):
            if number:
                text = title.replace(" : ", " :\n").replace(", ", ",\n").replace("r s", "r\ns")
                rich.add_column(text, justify="right")
            else:
                rich.add_column(title, min_width=max(len(row[0].text) for row in table.rows))
        for row in table.rows:
            rich.add_row(*(_coloured(cell) for cell in row))
        console.print(rich)
    for note in notes(report):
        console.print(note, style="dim", markup=False)


def _coloured(cell: Cell) -> str:
    if cell.good is None:
        return cell.text
    return f"[{'green' if cell.good else 'red'}]{cell.text}[/]"


def write(report: Report, directory: Path) -> list[str]:
    """Write ``bench.json``, ``bench.md`` and ``bench.svg``, and tell what was written."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "bench.json").write_text(to_json(report), encoding="utf-8")
    (directory / "bench.md").write_text(markdown(report), encoding="utf-8")
    written = ["bench.json", "bench.md"]
    try:
        svg = plot(report)
    except MissingTemplateEngineError as error:
        print(f"no plot: {error}", file=sys.stderr)
        return written
    (directory / "bench.svg").write_text(svg, encoding="utf-8")
    return [*written, "bench.svg"]


def to_json(report: Report) -> str:
    """Write a report as a file that `from_json` reads, each of its rows in one line."""
    found = report.to_dict()
    rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in found.pop("rows"))
    head = json.dumps(found, indent=1, ensure_ascii=False).removesuffix("\n}")
    return f'{head},\n "rows": [\n{rows}\n ]\n}}\n'


def from_json(path: Path) -> Report:
    """Read a report.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not a report, or one of another form.
    """
    return Report.from_dict(json.loads(path.read_text(encoding="utf-8")))
