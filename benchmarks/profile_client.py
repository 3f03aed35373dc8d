"""Profile one client on one workload: ``python -m benchmarks.profile_client ours``.

Without ``--cprofile`` it prints the processor time of the client for each message, which is a much
steadier figure than the rate: the client's process is fresh in each round, and the least of all
rounds is what the code needs when nothing disturbs it. With ``--cprofile`` the client runs in this
process under cProfile, which makes calls look more expensive than they are: read the order, not the
times.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
from pathlib import Path

from benchmarks.clients import CLIENTS, MissingClientError
from benchmarks.machine import cores
from benchmarks.measure import Job, run
from benchmarks.processes import Server, measure
from benchmarks.results import CPU, RATE, Figure
from benchmarks.runner import WARMUP, waited
from benchmarks.workloads import CONNECT, ECHO, WORKLOADS

WORKLOAD_NAMES = [workload.name for workload in (*ECHO, CONNECT)]


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    flag = argparse.BooleanOptionalAction
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.profile_client",
        description="Print the processor time of one client for each message, or its profile.",
    )
    parser.add_argument("client", choices=list(CLIENTS))
    parser.add_argument("--workload", choices=WORKLOAD_NAMES, default=WORKLOAD_NAMES[0])
    parser.add_argument("--loop", choices=("asyncio", "uvloop"), default="asyncio")
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--text", action="store_true", help="send text messages instead of binary ones"
    )
    parser.add_argument(
        "--allocator", action="store_true", help="use the allocator setting (see make bench)"
    )
    parser.add_argument(
        "--pin",
        action=flag,
        default=True,
        help="give client and server a core each, if the system can do that",
    )
    parser.add_argument("--server", choices=("raw", "picows"), default="raw")
    parser.add_argument("--cprofile", action="store_true", help="show where the time goes")
    parser.add_argument("--sort", choices=("tottime", "cumtime", "ncalls"), default="tottime")
    parser.add_argument("--limit", type=int, default=30, help="the number of lines of the profile")
    parser.add_argument("--dump", metavar="FILE", type=Path, help="write the profile for pstats")
    return parser.parse_args(arguments)


def rounds(job: Job, count: int) -> int:
    """Measure in fresh processes and print a line for each."""
    results = []
    for number in range(count):
        result = measure(job)
        if problem := result.get("missing") or result.get("unable") or result.get("error"):
            print(problem, file=sys.stderr)
            return 1
        results.append(result)
        print(
            f"{number + 1:3}  {result['cpu_us']:9.2f} µs each, {result['system_us']:8.2f} in the "
            f"system, {result['faults']:5.1f} page faults  {result['rate']:11,.0f} a second  busy: "
            f"client {result['client_busy']:4.0%}, server {result['server_busy'] or 0:4.0%}  "
            f"waited for a core {waited(result):4.0%}"
        )
    cpu = Figure.of([result[CPU.key] for result in results])
    rate = Figure.of([result[RATE.key] for result in results])
    print(f"least {cpu.low:.2f} µs, median {cpu.median:.2f} µs each")
    print(f"most {rate.high:,.0f}, median {rate.median:,.0f} a second")
    return 0


def profile(job: Job, given: argparse.Namespace) -> int:
    """Measure once in this process under cProfile and print the profile."""
    profiler = cProfile.Profile()
    try:
        result = profiler.runcall(run, job)
    except MissingClientError as error:
        print(error, file=sys.stderr)
        return 1
    stats = pstats.Stats(profiler)
    if given.dump:
        stats.dump_stats(given.dump)
    stats.sort_stats(given.sort).print_stats(given.limit)
    print(f"{result['cpu_us']:.2f} µs each under the profiler, {result['count']} in the window")
    return 0


def main() -> int:
    """Start the server, measure, print."""
    given = parse()
    free = cores()
    own_cores = (free[0], free[-1]) if given.pin and len(free) > 1 else (None, None)
    with Server(given.server, own_cores[0]) as server:
        job = Job(
            client=given.client,
            workload=given.workload,
            loop=given.loop,
            url=server.url(WORKLOADS[given.workload]),
            server_pid=server.pid,
            seconds=given.seconds,
            warmup=given.seconds * WARMUP,
            text=given.text,
            allocator=given.allocator,
            core=own_cores[1],
            trust=server.trust,
        )
        try:
            if given.cprofile:
                return profile(job, given)
            return rounds(job, given.rounds)
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    sys.exit(main())
