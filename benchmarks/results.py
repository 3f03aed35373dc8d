"""What a run has found, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks.measure import Result
from benchmarks.workloads import Workload

#: The client that the others are compared with.
OURS = "ours"


@dataclass(frozen=True)
class Metric:
    """A figure that a measurement yields."""

    key: str
    title: str
    unit: str
    higher_is_better: bool
    digits: int


RATE = Metric("rate", "Rate", "a second", True, 0)
CPU = Metric("cpu_us", "Processor time of the client", "µs each", False, 2)
MEMORY = Metric("memory_kib", "Memory of the client", "KiB each", False, 1)
IMPORT = Metric("import_ms", "Import", "ms", False, 1)

METRICS = {"echo": (RATE, CPU), "connect": (RATE, CPU), "memory": (MEMORY,), "import": (IMPORT,)}


@dataclass(frozen=True)
class Figure:
    """Several rounds of one figure of one client."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Figure:
        """Sum up the values of all rounds."""
        return cls(median(values), min(values), max(values))

    @property
    def spread(self) -> float:
        """Half the way between the extremes, as a share of the median."""
        return (self.high - self.low) / 2 / self.median if self.median else 0.0


@dataclass
class Row:
    """One workload on one event loop: each client's result in each round."""

    workload: Workload
    loop: str | None
    rounds: dict[str, list[Result]] = field(default_factory=dict)

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The figures this row has."""
        return METRICS[self.workload.measure]

    @property
    def title(self) -> str:
        """What the row is called in a table."""
        return f"{self.workload.title}, {self.loop}" if self.loop else self.workload.title

    def values(self, client: str, key: str) -> list[float]:
        """One figure of one client, of each round that had it."""
        return [r[key] for r in self.rounds.get(client, ()) if r.get(key) is not None]

    def figure(self, client: str, key: str) -> Figure | None:
        """One figure of one client, or None where no round had it."""
        values = self.values(client, key)
        return Figure.of(values) if values else None

    def ratio(self, other: str, metric: Metric) -> Figure | None:
        """Tell how far ahead of another client ours is: 2 is twice as good, below 1 is behind.

        Only the two results of one round are compared with each other.
        """
        ratios = []
        for mine, theirs in zip(
            self.rounds.get(OURS, ()), self.rounds.get(other, ()), strict=False
        ):
            a, b = mine.get(metric.key), theirs.get(metric.key)
            if a and b and a > 0 and b > 0:
                ratios.append(a / b if metric.higher_is_better else b / a)
        return Figure.of(ratios) if ratios else None

    def errors(self) -> dict[str, str]:
        """Which clients failed, and how."""
        return {
            client: result["error"]
            for client, results in self.rounds.items()
            for result in results
            if "error" in result
        }


@dataclass
class Report:
    """Everything a run leaves behind."""

    date: str
    python: Mapping[str, str]
    machine: Mapping[str, object]
    versions: Mapping[str, str]
    options: Mapping[str, object]
    server: Mapping[str, object]
    clients: Sequence[str]
    missing: Mapping[str, str]
    rows: list[Row] = field(default_factory=list)

    @property
    def present(self) -> list[str]:
        """The clients that could be measured."""
        return [client for client in self.clients if client not in self.missing]

    @property
    def rivals(self) -> list[str]:
        """Those of them that ours is compared with: none, if ours was not measured."""
        return [c for c in self.present if c != OURS] if OURS in self.present else []

    def disturbed(self) -> tuple[int, int]:
        """Of how many measurements other programs took processor time, and of how many in all."""
        results = [r for row in self.rows for results in row.rounds.values() for r in results]
        return sum(bool(r.get("disturbed")) for r in results), len(results)

    def to_dict(self) -> dict[str, Any]:
        """Make what is written as JSON."""
        return {
            "schema": 1,
            "date": self.date,
            "python": dict(self.python),
            "machine": dict(self.machine),
            "versions": dict(self.versions),
            "options": dict(self.options),
            "server": dict(self.server),
            "clients": list(self.clients),
            "missing": dict(self.missing),
            "rows": [self._row_to_dict(row, metric) for row in self.rows for metric in row.metrics],
        }

    def _row_to_dict(self, row: Row, metric: Metric) -> dict[str, Any]:
        ratios = {c: ratio for c in self.rivals if (ratio := row.ratio(c, metric)) is not None}
        return {
            "workload": row.workload.name,
            "title": row.workload.title,
            "loop": row.loop,
            "metric": metric.key,
            "unit": metric.unit,
            "better": "higher" if metric.higher_is_better else "lower",
            "clients": {
                client: self._client_to_dict(row, client, metric)
                for client in self.present
                if row.rounds.get(client)
            },
            "ahead": {c: _figure_to_dict(ratio, 4) for c, ratio in ratios.items()},
        }

    @staticmethod
    def _client_to_dict(row: Row, client: str, metric: Metric) -> dict[str, Any]:
        figure = row.figure(client, metric.key)
        if figure is None:
            return {"error": row.errors().get(client, "no result")}
        entry: dict[str, Any] = _figure_to_dict(figure, 3)
        entry["rounds"] = [round(value, 3) for value in row.values(client, metric.key)]
        for key in ("client_busy", "client_waited", "server_busy", "server_waited"):
            share = row.figure(client, key)
            if metric is RATE and share is not None:
                entry[key] = round(share.median, 3)
        return entry


def _figure_to_dict(figure: Figure, digits: int) -> dict[str, Any]:
    return {
        "median": round(figure.median, digits),
        "low": round(figure.low, digits),
        "high": round(figure.high, digits),
    }
