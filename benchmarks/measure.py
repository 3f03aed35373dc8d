"""The child process of one measurement: one client, one workload, one event loop, one result.

``python -m benchmarks.measure JOB`` takes a `Job` as JSON and prints its result as JSON.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.clients import MissingClientError, load
from benchmarks.exchange import Exchange, Reading, sample
from benchmarks.machine import (
    end_with_parent,
    loop_factory,
    pin,
    raise_file_limit,
    raise_mmap_threshold,
    resident_bytes,
)
from benchmarks.workloads import WORKLOADS, payload

#: How much longer than planned a measurement may take, in seconds.
GRACE = 10.0

#: Connections that are opened before memory or time is first looked at.
FIRST_CONNECTIONS = 10

#: What a measurement says that did not end in time.
TOO_LONG = "took too long"

#: The workload that measures nothing.
PROBE = "probe"

Result = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """What to measure."""

    client: str
    workload: str
    loop: str
    url: str
    server_pid: int
    seconds: float
    warmup: float
    text: bool = False
    malloc_warmup: bool = True
    connections: int = 1000
    core: int | None = None

    def to_json(self) -> str:
        """Write the job for the child's command line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Job:
        """Read what `to_json` wrote."""
        return cls(**json.loads(text))


async def echo(job: Job) -> Result:
    """Count messages for a time."""
    workload = WORKLOADS[job.workload]
    exchange = Exchange(
        payload(workload.size, text=job.text),
        workload.in_flight,
        warmup=job.warmup,
        seconds=job.seconds,
        server_pid=job.server_pid,
    )
    async with asyncio.timeout(job.warmup + job.seconds + GRACE), load(job.client) as client:
        await client.echo(job.url, exchange)
    return exchange.result()


async def connect(job: Job) -> Result:
    """Open and close connections, one after the other, for a time."""
    clock = asyncio.get_running_loop().time
    count = 0
    async with asyncio.timeout(job.warmup + job.seconds + GRACE), load(job.client) as client:
        for _ in range(FIRST_CONNECTIONS):
            await client.close(await client.open(job.url))
        start = Reading.now(job.server_pid)
        until = clock() + job.seconds
        while clock() < until:
            await client.close(await client.open(job.url))
            count += 1
        end = Reading.now(job.server_pid)
    return sample(count, start, end)


async def memory(job: Job) -> Result:
    """Open many connections, keep them, and see by how much this process has grown."""
    count = min(job.connections, raise_file_limit() - 2 * FIRST_CONNECTIONS - 64)
    async with asyncio.timeout(count / 50 + GRACE), load(job.client) as client:
        connections = [await client.open(job.url) for _ in range(FIRST_CONNECTIONS)]
        gc.collect()
        before = resident_bytes()
        for _ in range(count):
            connections.append(await client.open(job.url))
        gc.collect()
        after = resident_bytes()
        await asyncio.gather(*(client.close(connection) for connection in connections))
    return {"count": count, "memory_kib": (after - before) / count / 1024}


MEASURES = {"echo": echo, "connect": connect, "memory": memory}


def run(job: Job) -> Result:
    """Carry out a job in this process; a probe only sees whether the client can be had."""
    if job.workload == PROBE:
        load(job.client)
        return {}
    pin(job.core)
    if job.malloc_warmup:
        raise_mmap_threshold()
    with asyncio.Runner(loop_factory=loop_factory(job.loop)) as runner:
        return runner.run(MEASURES[WORKLOADS[job.workload].measure](job))


def main() -> None:
    end_with_parent()
    try:
        result = run(Job.from_json(sys.argv[1]))
    except MissingClientError as error:
        result = {"missing": str(error)}
    except TimeoutError:
        result = {"error": TOO_LONG}
        raise
    except Exception as error:
        result = {"error": f"{type(error).__name__}: {error}"}
        raise
    finally:
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
