"""One run: all clients, workloads and event loops, round by round."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from benchmarks import machine
from benchmarks.measure import Job, Result
from benchmarks.processes import Server, import_seconds, measure, probe
from benchmarks.results import Report, Row
from benchmarks.workloads import STEADY_ROUNDS, WORKLOADS

#: More than this share of a window spent waiting for a core, and the round is measured again:
#: once, and as long as no more than this share of all measurements are repetitions.
DISTURBED = 0.05
REPEATED = 0.1

#: The warm-up is this share of the time that is measured.
WARMUP = 0.3


@dataclass(frozen=True)
class Options:
    """What was asked for."""

    workloads: Sequence[str]
    clients: Sequence[str]
    loops: Sequence[str]
    seconds: float
    rounds: int
    text: bool
    allocator: bool
    connections: int
    pin: bool
    server: str


Progress = Callable[[str], None]


class Runner:
    """Carries out a run, and tells ``progress`` what it is at."""

    def __init__(self, options: Options, progress: Progress) -> None:
        self.options = options
        self.progress = progress
        self._measured = self._repeated = 0
        cores = machine.cores()
        self._cores = (cores[0], cores[-1]) if options.pin and len(cores) > 1 else (None, None)

    def run(self) -> Report:
        """Measure all there is to measure.

        A `KeyboardInterrupt` ends the measuring early; the report then has the rows so far.
        """
        options = self.options
        missing = {client: why for client in options.clients if (why := probe(client)) is not None}
        loops: list[str] = []
        for loop in options.loops:
            if importlib.util.find_spec(loop) is None:
                missing[loop] = f"{loop} is not installed"
            else:
                loops.append(loop)
        with Server(options.server, self._cores[0]) as server:
            report = Report(
                date=datetime.now(UTC).date().isoformat(),
                python=machine.python(),
                machine=machine.facts(),
                versions=machine.versions(),
                options={**asdict(options), "interrupted": False},
                server={key: server.facts[key] for key in ("kind", "loop", "mask")},
                clients=options.clients,
                missing=missing,
            )
            groups = self._groups(loops)
            try:
                for number, group in enumerate(groups, 1):
                    self._measure_group(server, report, group, f"{number}/{len(groups)}")
            except KeyboardInterrupt:
                report.options = {**report.options, "interrupted": True}
        return report

    def _groups(self, loops: Sequence[str]) -> list[list[Row]]:
        """Make the rows of the run.

        A group is one row; or one with the allocator setting beside one without; or those of the
        workloads that are to be measured beside each other.
        """
        found: dict[tuple[str, str | None], list[Row]] = {}
        for name in self.options.workloads:
            workload = WORKLOADS[name]
            settings = (False, True) if self.options.allocator and workload.allocator else (False,)
            for loop in loops if workload.per_loop else (None,):
                rows = [Row(workload, loop, setting) for setting in settings]
                found.setdefault((workload.beside or name, loop), []).extend(rows)
        return list(found.values())

    def _measure_group(self, server: Server, report: Report, group: list[Row], at: str) -> None:
        """Fill some rows, round by round, so that all clients meet the same weather."""
        workload = group[0].workload
        clients = report.present
        rounds = self.options.rounds
        if workload.steady:
            rounds = min(rounds, STEADY_ROUNDS)
        if workload.measure == "import":
            for client in clients:  # the first import may have to compile
                import_seconds(client)
        report.rows += group
        for number, client in turns(rounds, clients):
            for row in group:
                if row.workload.clients and client not in row.workload.clients:
                    continue
                if client not in row.errors() and client not in row.unable():
                    setting = ", allocator setting" if row.allocator else ""
                    self.progress(
                        f"{at} {row.title}{setting}: round {number} of {rounds}, {client}"
                    )
                    result = self._measure(server, row, client)
                    row.rounds.setdefault(client, []).append(result)

    def _measure(self, server: Server, row: Row, client: str) -> Result:
        if row.loop is None:
            return import_seconds(client)
        job = Job(
            client=client,
            workload=row.workload.name,
            loop=row.loop,
            url=server.url(row.workload),
            server_pid=server.pid,
            seconds=self.options.seconds,
            warmup=self.options.seconds * WARMUP,
            text=self.options.text,
            allocator=row.allocator,
            connections=self.options.connections,
            core=self._cores[1],
            trust=server.trust,
        )
        best = measure(job)
        self._measured += 1
        if waited(best) > DISTURBED and self._repeated <= REPEATED * self._measured:
            self._repeated += 1
            again = measure(job)
            if "error" not in again and waited(again) < waited(best):
                best = again
        return {**best, "disturbed": waited(best) > DISTURBED}


def turns(rounds: int, clients: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Tell which client is measured when: all in each round, and each round begins with another."""
    for number in range(rounds if clients else 0):
        first = number % len(clients)
        for client in (*clients[first:], *clients[:first]):
            yield number + 1, client


def waited(result: Result) -> float:
    """Tell which share of the time client or server stood waiting for a core, if that is known."""
    return max(result.get("client_waited") or 0.0, result.get("server_waited") or 0.0)
