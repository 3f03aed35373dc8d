"""What a run has found, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Self

from benchmarks.measure import Result
from benchmarks.workloads import WORKLOADS, Workload

#: The client that the others are compared with.
OURS = "ours"

#: The form of the JSON file.
SCHEMA = 2


@dataclass(frozen=True)
class Metric:
    """A figure that a measurement yields."""

    key: str
    title: str
    unit: str
    higher_is_better: bool = False


RATE = Metric("rate", "Rate", "a second", higher_is_better=True)
CPU = Metric("cpu_us", "Processor time of the client, user and system", "µs each")
ALL_OPEN = Metric("all_ms", "Time until all are open", "ms")
DELAY = Metric("delay_ms", "Delay", "ms")
PEAK = Metric("peak_mib", "Most memory of the client, resident", "MiB")
MEMORY = Metric("memory_kib", "Memory of the client, resident, a second later", "KiB each")
IMPORT = Metric("import_ms", "Import", "ms")

METRICS = (RATE, CPU, ALL_OPEN, DELAY, PEAK, MEMORY, IMPORT)

_METRICS_OF = {
    "echo": (RATE, CPU),
    "receive": (RATE, CPU),
    "connect": (RATE, CPU),
    "parallel": (ALL_OPEN, CPU),
    "page": (DELAY,),
    "memory": (MEMORY,),
    "import": (IMPORT,),
}


def metrics_of(workload: Workload) -> tuple[Metric, ...]:
    """Tell which figures a workload yields."""
    return (PEAK,) if workload.scene == "flood" else _METRICS_OF[workload.measure]


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

    def to_dict(self) -> dict[str, float]:
        """Make what is written as JSON."""
        return {
            "median": float(f"{self.median:.5g}"),
            "low": float(f"{self.low:.5g}"),
            "high": float(f"{self.high:.5g}"),
        }


@dataclass
class Row:
    """One workload on one event loop: each client's result in each round."""

    workload: Workload
    loop: str | None
    allocator: bool = False
    rounds: dict[str, list[Result]] = field(default_factory=dict)

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The figures this row has."""
        return metrics_of(self.workload)

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
        return self._ahead_of(self.rounds.get(other, ()), metric)

    def ratio_to_itself(self, beside: Row, metric: Metric) -> Figure | None:
        """Tell how far ahead ours is of itself in a workload that was measured beside this one."""
        return self._ahead_of(beside.rounds.get(OURS, ()), metric)

    def _ahead_of(self, others: Sequence[Result], metric: Metric) -> Figure | None:
        ratios = []
        for mine, theirs in zip(self.rounds.get(OURS, ()), others, strict=False):
            a, b = mine.get(metric.key), theirs.get(metric.key)
            if a and b and a > 0 and b > 0:
                ratios.append(a / b if metric.higher_is_better else b / a)
        return Figure.of(ratios) if ratios else None

    def errors(self) -> dict[str, str]:
        """Which clients failed, and how."""
        return self._said("error")

    def unable(self) -> dict[str, str]:
        """Which clients cannot do what the workload asks for, and why."""
        return self._said("unable")

    def _said(self, key: str) -> dict[str, str]:
        return {
            client: result[key]
            for client, results in self.rounds.items()
            for result in results
            if key in result
        }

    def to_dict(self, clients: Iterable[str]) -> dict[str, Any]:
        """Make what is written as JSON: what each round has found, and what it comes to."""
        figures = {}
        for metric in self.metrics:
            found = {client: self.figure(client, metric.key) for client in clients}
            ahead = {client: self.ratio(client, metric) for client in clients if client != OURS}
            figures[metric.key] = {
                "unit": metric.unit,
                "better": "higher" if metric.higher_is_better else "lower",
                "clients": {c: figure.to_dict() for c, figure in found.items() if figure},
                "ahead": {c: figure.to_dict() for c, figure in ahead.items() if figure},
            }
        return {
            "workload": self.workload.name,
            "title": self.workload.title,
            "loop": self.loop,
            "allocator": self.allocator,
            "figures": figures,
            "rounds": {client: _columns(results) for client, results in self.rounds.items()},
        }

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Self:
        """Read what `to_dict` has made."""
        rounds = {client: _results(columns) for client, columns in found["rounds"].items()}
        return cls(WORKLOADS[found["workload"]], found["loop"], found["allocator"], rounds)


def _columns(results: Sequence[Result]) -> dict[str, list[Any]]:
    """Turn the results of some rounds into a list for each key: in JSON, a tenth of the length."""
    keys = dict.fromkeys(
        k for result in results for k, value in result.items() if value is not None
    )
    return {key: [_shortened(result.get(key)) for result in results] for key in keys}


def _results(columns: Mapping[str, list[Any]]) -> list[Result]:
    """Turn the lists back."""
    count = max(map(len, columns.values()), default=0)
    return [
        {key: values[at] for key, values in columns.items() if values[at] is not None}
        for at in range(count)
    ]


def _shortened(value: object) -> object:
    return float(f"{value:.5g}") if isinstance(value, float) else value


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

    def row(self, workload: Workload, loop: str | None, allocator: bool = False) -> Row | None:
        """Find a row."""
        for row in self.rows:
            if (row.workload, row.loop, row.allocator) == (workload, loop, allocator):
                return row
        return None

    def having(self, metric: Metric, allocator: bool = False) -> list[Row]:
        """Find the rows of a table: those that have a figure, with the allocator setting or not."""
        return [
            row
            for row in self.rows
            if metric in row.metrics and row.rounds and row.allocator == allocator
        ]

    def disturbed(self) -> tuple[int, int]:
        """Of how many measurements other programs took processor time, and of how many in all."""
        results = [r for row in self.rows for results in row.rounds.values() for r in results]
        return sum(bool(r.get("disturbed")) for r in results), len(results)

    def failed(self) -> bool:
        """Whether a client that was there failed in a measurement."""
        return any(row.errors() for row in self.rows)

    def to_dict(self) -> dict[str, Any]:
        """Make what is written as JSON."""
        return {
            "schema": SCHEMA,
            "date": self.date,
            "python": dict(self.python),
            "machine": dict(self.machine),
            "versions": dict(self.versions),
            "options": dict(self.options),
            "server": dict(self.server),
            "clients": list(self.clients),
            "missing": dict(self.missing),
            "rows": [row.to_dict(self.present) for row in self.rows],
        }

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Self:
        """Read what `to_dict` has made.

        Raises:
            ValueError: it has another form, or a workload that is not known any more.
        """
        if found.get("schema") != SCHEMA:
            raise ValueError(f"the file is of schema {found.get('schema')}, not {SCHEMA}")
        unknown = {row["workload"] for row in found["rows"]} - set(WORKLOADS)
        if unknown:
            raise ValueError(f"these workloads are not known: {', '.join(sorted(unknown))}")
        return cls(
            **{key: found[key] for key in cls.__dataclass_fields__ if key != "rows"},
            rows=[Row.from_dict(row) for row in found["rows"]],
        )
