"""One run: all clients, workloads and event loops, round by round."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from benchmarks import machine
from benchmarks.measure import Job, Result
from benchmarks.processes import Server, import_seconds, measure, probe
from benchmarks.results import Report, Row
from benchmarks.workloads import WORKLOADS, Workload

#: More than this share of a window spent waiting for a core, and the round is measured again.
DISTURBED = 0.05

#: How often it is measured again: not at all once that did not help this many times in a row,
#: until a measurement gets through undisturbed.
RETRIES = 2
ENOUGH = 3

#: The warm-up is this share of the time that is measured.
WARMUP = 0.3

#: What does not vary with time needs no more rounds than this.
MEMORY_ROUNDS = 3


@dataclass(frozen=True)
class Options:
    """What was asked for."""

    workloads: Sequence[str]
    clients: Sequence[str]
    loops: Sequence[str]
    seconds: float
    rounds: int
    text: bool
    malloc_warmup: bool
    connections: int
    pin: bool
    server: str


Progress = Callable[[str], None]


class Runner:
    """Carries out a run, and tells ``progress`` what it is at."""

    def __init__(self, options: Options, progress: Progress) -> None:
        self.options = options
        self.progress = progress
        self._futile = 0
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
                server={key: value for key, value in server.facts.items() if key != "port"},
                clients=options.clients,
                missing=missing,
            )
            try:
                for name in options.workloads:
                    workload = WORKLOADS[name]
                    for on in loops if workload.per_loop else (None,):
                        self._row(server, report, workload, on)
            except KeyboardInterrupt:
                report.options = {**report.options, "interrupted": True}
        return report

    def _row(self, server: Server, report: Report, workload: Workload, loop: str | None) -> None:
        row = Row(workload, loop)
        clients = report.present
        rounds = self.options.rounds
        if workload.measure == "memory":
            rounds = min(rounds, MEMORY_ROUNDS)
        if workload.measure == "import":
            for client in clients:  # the first import may have to compile
                import_seconds(client)
        report.rows.append(row)
        for number in range(rounds):
            first = number % len(clients) if clients else 0
            for client in clients[first:] + clients[:first]:
                if client in row.errors():
                    continue
                self.progress(f"{row.title}: round {number + 1} of {rounds}, {client}")
                result = self._measure(server, workload, loop, client)
                row.rounds.setdefault(client, []).append(result)

    def _measure(self, server: Server, workload: Workload, loop: str | None, client: str) -> Result:
        if loop is None:
            return import_seconds(client)
        job = Job(
            client=client,
            workload=workload.name,
            loop=loop,
            url=server.url,
            server_pid=server.pid,
            seconds=self.options.seconds,
            warmup=self.options.seconds * WARMUP,
            text=self.options.text,
            malloc_warmup=self.options.malloc_warmup,
            connections=self.options.connections,
            core=self._cores[1],
        )
        best = measure(job)
        for _ in range(RETRIES if self._futile < ENOUGH else 0):
            if waited(best) <= DISTURBED:
                break
            again = measure(job)
            if "error" not in again and waited(again) < waited(best):
                best = again
        disturbed = waited(best) > DISTURBED
        self._futile = self._futile + 1 if disturbed else 0
        return {**best, "disturbed": disturbed}


def waited(result: Result) -> float:
    """Tell which share of the time client or server stood waiting for a core, if that is known."""
    return max(result.get("client_waited") or 0.0, result.get("server_waited") or 0.0)
