"""The processes of the benchmark: one echo server, and a child for each measurement.

Each has a session of its own, so Ctrl-C reaches only the runner, which then ends them. And each
leaves by itself when its stdin closes: when the runner is killed, or is interrupted just when it
has started one and does not know of it yet.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

from benchmarks.clients import CLIENTS
from benchmarks.measure import GRACE, PATIENCE, PROBE, TOO_LONG, Job, Result
from benchmarks.workloads import Workload

ROOT = Path(__file__).resolve().parents[1]

#: How much of what a failed child wrote to its stderr is passed on.
LAST_LINES = 30

#: Prints the seconds an import took.
IMPORT_TIMER = "import time; t = time.perf_counter(); {}; print(time.perf_counter() - t)"


class Server:
    """The echo server's process, to be used in a ``with`` statement."""

    def __init__(self, kind: str = "raw", core: int | None = None) -> None:
        self._command = [sys.executable, "-m", "benchmarks.server", "--kind", kind]
        if core is not None:
            self._command += ["--core", str(core)]
        self.facts: dict[str, Any] = {}

    def __enter__(self) -> Self:
        """Start it and wait until it listens."""
        self._process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        try:
            line = self._process.stdout.readline()
            if not line:
                raise RuntimeError("the echo server did not start")
            self.facts = json.loads(line)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        """End it."""
        end(self._process)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def trust(self) -> str | None:
        """The certificate that a client has to trust, if the server has TLS."""
        found: str | None = self.facts["trust"]
        return found

    def url(self, workload: Workload) -> str:
        """Tell where a workload has its server."""
        ports = self.facts["ports"]
        if workload.scene:
            return f"ws://127.0.0.1:{ports['scenes']}/{workload.scene}/{workload.size}"
        if workload.tls:
            return f"wss://127.0.0.1:{ports.get('tls', 0)}/"
        return f"ws://127.0.0.1:{ports['echo']}/"


def end(process: subprocess.Popen[bytes]) -> None:
    """End a child and give back its pipes, whatever state it is in."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


def measure(job: Job) -> Result:
    """Carry out a job in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.measure", job.to_json()]
    try:
        status, output, errors = _run(command, job.warmup + job.seconds + PATIENCE + GRACE)
    except subprocess.TimeoutExpired:
        return {"error": TOO_LONG}
    try:
        result: Result = json.loads(output.splitlines()[-1])
    except (IndexError, ValueError):
        result = {"error": f"ended with status {status}"}
    if "error" in result:
        lines = errors.decode(errors="replace").splitlines()
        print("", *lines[-LAST_LINES:], sep="\n", file=sys.stderr)
    return result


def probe(client: str) -> str | None:
    """Say what is missing for a client, or None if it can be measured."""
    result = measure(Job(client, PROBE, "asyncio", url="", server_pid=0, seconds=0, warmup=0))
    why: str | None = result.get("missing") or result.get("error")
    return why


def import_seconds(client: str) -> Result:
    """Measure in a fresh process how long it takes to import a client's library."""
    command = [sys.executable, "-c", IMPORT_TIMER.format(CLIENTS[client])]
    try:
        status, output, _ = _run(command, GRACE)
    except subprocess.TimeoutExpired:
        return {"error": TOO_LONG}
    if status:
        return {"error": f"ended with status {status}"}
    return {"import_ms": float(output) * 1000}


def _run(command: list[str], timeout: float) -> tuple[int, bytes, bytes]:
    process = None
    lifeline = os.pipe()
    try:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=lifeline[0],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        output, errors = process.communicate(timeout=timeout)
        return process.returncode, output, errors
    finally:
        for end_of_pipe in lifeline:
            os.close(end_of_pipe)
        if process is not None:
            end(process)
