"""The table of the README, and where a run that is to be shown is put.

``python -m benchmarks.readme FILE`` takes the JSON file of a run, keeps it as what README and docs
show, and writes their tables and the plot from it: all numbers there come from that one file.
Without FILE it writes them again from the run that is kept.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.plot import plot
from benchmarks.report import (
    disturbance,
    drawn,
    from_json,
    machine,
    markdown,
    proportion,
    rounds,
    significant,
    to_json,
)
from benchmarks.results import (
    ALL_OPEN,
    CPU,
    DELAY,
    MEMORY,
    OURS,
    PEAK,
    RATE,
    Figure,
    Metric,
    Report,
)
from benchmarks.targets import target_table
from benchmarks.workloads import (
    ANSWER,
    CONNECT,
    ECHO,
    FLOOD,
    PARALLEL,
    PONG,
    RECEIVE,
    TICKER,
    WORKLOADS,
    Workload,
)
from benchmarks.workloads import (
    MEMORY as IDLE,
)
from whatwg_websockets.files import replace_text

ROOT = Path(__file__).resolve().parents[1]

#: The run that README and docs show.
KEPT = Path("docs/_static/benchmarks.json")
PLOT = Path("docs/_static/benchmarks.svg")

#: Whom the README has a ratio to.
RIVAL = "picows"

GROUPS: tuple[tuple[str, Metric, tuple[Workload, ...]], ...] = (
    ("messages a second", RATE, ECHO),
    ("messages a second, of a server that only sends", RATE, RECEIVE),
    ("processor time, µs each", CPU, (WORKLOADS["100B-1"], CONNECT)),
    ("time, ms", ALL_OPEN, (PARALLEL,)),
    ("", DELAY, (ANSWER, PONG, TICKER)),
    ("memory, MiB", PEAK, (FLOOD,)),
    ("memory a connection, KiB", MEMORY, IDLE),
)


def readme(report: Report) -> str:
    """Write the README's table: no allocator setting, a row a workload, all loops in a cell."""
    clients = report.present
    loops = list(dict.fromkeys(row.loop for row in report.rows if row.loop))
    ratio = RIVAL in report.rivals
    header = [" / ".join(loops), *("this" if client == OURS else client for client in clients)]
    header += [f"this : {RIVAL}"] if ratio else []
    lines = [f"| {' | '.join(header)} |", "| --- |" + " ---: |" * (len(header) - 1)]
    for title, metric, workloads in GROUPS:
        rows = list(_rows(report, metric, workloads, clients, ratio))
        if rows and title:
            lines.append(f"| **{title}** |" + " |" * (len(header) - 1))
        lines += [f"| {' | '.join(row)} |" for row in rows]
    lines += [
        "",
        " ".join([f"Medians of {rounds(report)}. {machine(report)}.", *disturbance(report)]),
    ]
    return "\n".join(lines) + "\n"


def _rows(
    report: Report,
    metric: Metric,
    workloads: tuple[Workload, ...],
    clients: list[str],
    ratio: bool,
) -> Iterator[list[str]]:
    for workload in workloads:
        rows = [row for row in report.having(metric) if row.workload == workload]
        if rows:
            cells = [workload.title]
            for client in clients:
                figures = [row.figure(client, metric.key) for row in rows]
                unable = any(client in row.unable() for row in rows)
                cells.append("cannot" if unable else _joined(figures, middle))
            if ratio:
                cells.append(_joined([row.ratio(RIVAL, metric) for row in rows], proportion))
            yield cells


def middle(figure: Figure) -> str:
    """Write a figure without its spread, which the docs have."""
    return significant(figure.median)


def _joined(figures: list[Figure | None], write: Callable[[Figure], str]) -> str:
    """Write a cell: the figures of all loops, or nothing where none has one."""
    if not any(figures):
        return ""
    return " / ".join("none" if figure is None else write(figure) for figure in figures)


def pages(report: Report) -> dict[Path, dict[str, str]]:
    """Tell what each page has between its marks."""
    targets = "\n".join(drawn(target_table(report)))
    return {
        Path("README.md"): {"speed": readme(report)},
        Path("docs/benchmarks.md"): {"targets": targets, "tables": markdown(report)},
    }


def filled(page: str, name: str, text: str) -> str:
    """Put a text between the marks of that name.

    Raises:
        ValueError: the page does not have both.
    """
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    before, found, rest = page.partition(begin)
    _, also, after = rest.partition(end)
    if not found or not also:
        raise ValueError(f"the marks {begin.strip()} and {end} are missing")
    return f"{before}{begin}\n{text.strip()}\n\n{end}{after}"


def publish(report: Report, root: Path = ROOT) -> list[Path]:
    """Keep a run as the one that is shown, and write all that shows it; tell which files."""
    found = {KEPT: to_json(report), PLOT: plot(report)}
    for path, texts in pages(report).items():
        page = (root / path).read_text(encoding="utf-8")
        for name, text in texts.items():
            page = filled(page, name, text)
        found[path] = page
    for path, text in found.items():
        replace_text(root / path, text)
    return list(found)


def main(arguments: list[str] | None = None) -> int:
    """Publish a run: 0 if that was done, 1 if the file is not one."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.readme",
        description="Write the tables of README and docs from a run.",
    )
    parser.add_argument("file", nargs="?", type=Path, default=ROOT / KEPT, help="a bench.json")
    given = parser.parse_args(arguments)
    try:
        written = publish(from_json(given.file))
    except (OSError, ValueError) as error:
        print(f"{given.file}: {error}", file=sys.stderr)
        return 1
    print(f"Written: {', '.join(map(str, written))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
