"""The targets for the speed of this implementation."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.report import Cell, Table, significant, spread
from benchmarks.results import CPU, MEMORY, OURS, RATE, Figure, Metric, Report
from benchmarks.workloads import WORKLOADS


@dataclass(frozen=True)
class Target:
    """A ratio that has to be reached, or a figure that must not be exceeded.

    Attributes:
        workload: the workload.
        metric: the figure.
        bar: the limit.
        rival: the client to which the ratio is computed.
        beside: the workload of this implementation to which the ratio is computed.
    """

    workload: str
    metric: Metric
    bar: float
    rival: str | None = None
    beside: str | None = None

    def figure(self, report: Report, loop: str) -> Figure | None:
        """Find the measured figure, without the allocator setting."""
        row = report.row(WORKLOADS[self.workload], loop)
        if row is None:
            return None
        if self.beside is not None:
            other = report.row(WORKLOADS[self.beside], loop)
            return None if other is None else row.ratio_to_itself(other, self.metric)
        if self.rival is None:
            return row.figure(OURS, self.metric.key)
        return row.ratio(self.rival, self.metric)

    def reached(self, figure: Figure) -> bool:
        """Compare a figure with the limit."""
        return figure.median >= self.bar if self._is_a_ratio else figure.median <= self.bar

    @property
    def _is_a_ratio(self) -> bool:
        return bool(self.rival or self.beside)

    @property
    def title(self) -> str:
        """Describe the target."""
        what = "processor time" if self.metric is CPU else self.metric.title.lower()
        title = WORKLOADS[self.workload].title
        if self.beside is not None:
            return f"{title}, {what}, to {WORKLOADS[self.beside].way}"
        if self.rival is None:
            return f"{title}, {self.metric.unit}"
        return f"{title}, {what}, {OURS} : {self.rival}"

    @property
    def asked(self) -> str:
        """Write the limit."""
        return f"{significant(self.bar, 2)} at {'least' if self._is_a_ratio else 'most'}"


TARGETS = (
    Target("100B-64", RATE, 1.2, "picows"),
    Target("100B-1", CPU, 0.9, "picows"),
    Target("16KiB-16", RATE, 0.95, "picows"),
    Target("64KiB-4", RATE, 0.9, "picows"),
    Target("256KiB-4", RATE, 0.95, "picows"),
    Target("1MiB-4", RATE, 0.95, "picows"),
    Target("tls-256KiB-4", RATE, 0.9, "picows"),
    Target("tls-1MiB-4", RATE, 0.9, "picows"),
    Target("stream-100B", RATE, 0.7, beside="receive-100B"),
    Target("stream-1MiB", RATE, 0.95, beside="receive-1MiB"),
    Target("stream-100B", RATE, 2.0, "websockets"),
    Target("stream-1MiB", RATE, 1.0, "websockets"),
    Target("connect", CPU, 0.8, "picows"),
    Target("connect", CPU, 1.4, "websockets"),
    Target("memory-plain", MEMORY, 8),
    Target("memory-deflate", MEMORY, 16),
    Target("memory-deflate-64KiB", MEMORY, 48),
)


def target_table(report: Report) -> Table:
    """Compare a run with all targets."""
    loops = list(dict.fromkeys(row.loop for row in report.rows if row.loop))
    rows = []
    for target in TARGETS:
        cells = [Cell(target.title), Cell(target.asked)]
        for loop in loops:
            figure = target.figure(report, loop)
            if figure is None:
                cells.append(Cell("not measured"))
            else:
                reached = target.reached(figure)
                verdict = "reached" if reached else "missed"
                cells.append(Cell(f"{spread(figure)} {verdict}", reached))
        rows.append(cells)
    return Table(["", "asked", *loops], rows)
